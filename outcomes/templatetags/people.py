"""Who is signed in, and on a demo site who could be."""

import base64
from typing import Any

from django import template
from django.conf import settings
from django.utils.crypto import salted_hmac

from outcomes import demo, words
from patients.access import live_proxies
from patients.models import Patient, User
from patients.roles import ROLES, Permission, Role

register = template.Library()


# who has a work list, and finds patients in the list of all
WORKING = {Role.PHYSICIAN, Role.THERAPIST, Role.SURGEON}


@register.simple_tag
def signed_in(user: User) -> dict[str, Any]:
    """The roles a person holds anywhere, in words, and what they work from."""
    roles = _roles(user)
    told = [words.words("role", role) for role in roles]
    return {
        "roles": ", ".join(told),
        "lists": not WORKING.isdisjoint(roles),
        "works": not WORKING.isdisjoint(roles),
        "compares": any(Permission.COMPARE in ROLES[Role(role)] for role in roles),
        "administers": Role.ADMINISTRATOR in roles,
    }


def _roles(user: User) -> list[str]:
    roles = list(
        user.memberships.filter(active=True).order_by("role").values_list("role", flat=True)
    )
    if roles:
        return list(dict.fromkeys(roles))
    if Patient.objects.filter(user=user).exists():
        return [Role.PATIENT]
    return [Role.CAREGIVER] if live_proxies(user).exists() else []


@register.simple_tag
def demo_sign_ins() -> dict[str, Any] | None:
    """Names and password of the demo, only on a demo site."""
    if not settings.DEMO:
        return None
    return {"names": [role.value for role in demo.NAMES], "password": demo.password()}


@register.simple_tag
def device_key(user: User) -> str:
    """The key under which this person's unsent entries lie on a device: nobody else is given it."""
    digest = salted_hmac("regain.device", str(user.pk), algorithm="sha256").digest()
    return base64.b64encode(digest).decode()
