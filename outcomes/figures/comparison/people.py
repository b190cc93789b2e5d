"""Numbers of people in words; what is suppressed is None and never becomes a number."""

from outcomes.figures.base import Translate
from outcomes.rules.text import gettext_noop as _

SHORT = "(c)"
"""As official statistics mark a confidential count. It may be any: where one count of a row alone
would be hidden, a second one is too."""


def short(people: int | None) -> str:
    return SHORT if people is None else str(people)


def in_words(people: int | None, t: Translate) -> str:
    return t(_("not told")) if people is None else str(people)


SUPPRESSED = _("{sign}: confidential, not told: too few people here or beside it.")
DIED = _("died")
"""The row and the category of those who died, the worst of every outcome."""
