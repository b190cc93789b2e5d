from django.db import models


class Heartbeat(models.Model):
    """When a background process last did its work; `/healthz` reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
