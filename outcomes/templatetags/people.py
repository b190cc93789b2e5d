"""Who is signed in, and on a demo site who could be."""

from typing import Any

from django import template
from django.conf import settings

from outcomes import demo, words
from patients.access import live_proxies
from patients.models import Patient, User
from patients.roles import Role

register = template.Library()


@register.simple_tag
def roles_of(user: User) -> list[str]:
    """The roles a person holds anywhere, as codes."""
    roles = list(
        user.memberships.filter(active=True).order_by("role").values_list("role", flat=True)
    )
    if roles:
        return list(dict.fromkeys(roles))
    if Patient.objects.filter(user=user).exists():
        return [Role.PATIENT]
    return [Role.CAREGIVER] if live_proxies(user).exists() else []


@register.filter
def role_words(role: str) -> str:
    return words.words("role", role)


@register.simple_tag
def demo_sign_ins() -> dict[str, Any] | None:
    """Names and password of the demo, only on a demo site."""
    if not settings.DEMO:
        return None
    return {"names": [role.value for role in demo.NAMES], "password": demo.password()}
