from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    return {"DEMO": settings.DEMO, "HAS_EMAIL": settings.HAS_EMAIL}
