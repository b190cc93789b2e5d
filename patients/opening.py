"""Opening a site: the hospital and the one who administers it, both or neither."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from patients import audit
from patients.models import Membership, Site, User
from patients.roles import Role

RESERVED = "demo"
"""What a demonstration is known by; it sets known passwords."""


def has_administrator() -> bool:
    """Whether anyone who can sign in administers any site."""
    return Membership.objects.filter(
        role=Role.ADMINISTRATOR, active=True, user__is_active=True
    ).exists()


@transaction.atomic
def open_site(*, site: Site, administrator: User, password: str | None) -> Site:
    """Save a new site and its administrator: a new user with a password, or one who is there.

    It stands in the audit trail as the administrator's own act: nobody else has signed in. Raises
    ValidationError by field name (those of Site and User) and saves nothing.
    """
    errors = _errors(site, administrator, password)
    if errors:
        raise ValidationError(errors)
    site.save()
    if administrator.pk is None:
        administrator.set_password(password)
        administrator.save()
    Membership.objects.create(user=administrator, site=site, role=Role.ADMINISTRATOR)
    audit.record(by=administrator, action="site.open", site=site)
    return site


def _errors(site: Site, administrator: User, password: str | None) -> dict[str, list[str]]:
    errors = _of(site)
    if site.code == RESERVED:
        errors["code"] = [f"{RESERVED} is the demonstration's own code: choose another."]
    if administrator.pk is None:
        errors |= _of(administrator, exclude={"password"})
        if administrator.language not in dict(settings.LANGUAGES):
            errors["language"] = [f"Choose one of {', '.join(dict(settings.LANGUAGES))}."]
        try:
            validate_password(password or "", administrator)
        except ValidationError as error:
            errors["password"] = error.messages
    elif not administrator.is_active:
        errors["username"] = ["This user is switched off and cannot administer a site."]
    return errors


def _of(row: Site | User, exclude: set[str] | None = None) -> dict[str, list[str]]:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        return dict(error.message_dict)
    return {}
