"""How a person likes pages to look: kept on the account, so that every phone of theirs follows."""

from django.db import transaction

from patients import audit
from patients.models import User


@transaction.atomic
def set_appearance(*, by: User, language: str, type_size: str) -> None:
    """Keep a language (of settings.LANGUAGES) and a type size (models.sites.TYPE_SIZES) of one's own."""
    if (by.language, by.type_size) == (language, type_size):
        return
    by.language, by.type_size = language, type_size
    by.save(update_fields=["language", "type_size"])
    audit.record(by=by, action="appearance.set", about=by)
