"""What the outbox needs: a key for the provider, the claim of a worker, why a notice was not sent.

Additive; rows of an earlier database keep what they say and get a key each.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

STATES = ["waiting", "sending", "sent", "unknown", "failed", "cancelled"]


def complete(apps, schema_editor):
    rows = apps.get_model("outcomes", "Notification").objects
    for pk in rows.values_list("pk", flat=True):
        rows.filter(pk=pk).update(key=uuid.uuid4())
    rows.filter(state="sending").update(state="waiting")
    rows.filter(state="sent", sent_at=None).update(sent_at=F("created_at"))
    rows.exclude(state="sent").update(sent_at=None)
    if schema_editor.connection.vendor == "postgresql":
        # the updates wait for their foreign keys to be checked, and the table cannot be altered
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("outcomes", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.AddField("notification", "key", models.UUIDField(null=True, editable=False)),
        migrations.AddField(
            "notification", "reason", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddField("notification", "claim", models.UUIDField(db_index=True, null=True)),
        migrations.AddField("notification", "claimed_at", models.DateTimeField(null=True)),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.AlterField(
            "notification",
            "key",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.RemoveConstraint("notification", "notification_state"),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(condition=Q(state__in=STATES), name="notification_state"),
        ),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=Q(state="sending", claim__isnull=False, claimed_at__isnull=False)
                | ~Q(state="sending") & Q(claim__isnull=True, claimed_at__isnull=True),
                name="notification_claimed_while_sending",
            ),
        ),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="notification_sent_at",
            ),
        ),
        migrations.AddIndex(
            "notification",
            models.Index(fields=["state", "due_at"], name="notification_waiting"),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=200)),
                ("received_at", models.DateTimeField()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient", "-received_at"], name="message_of_reader")
                ]
            },
        ),
    ]
