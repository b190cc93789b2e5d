"""Numbers of people in words; what is suppressed is None and never becomes a number."""

from outcomes.figures.base import Translate
from outcomes.rules.disclosure import MOST_HIDDEN
from outcomes.rules.text import gettext_noop as _

FEWEST = MOST_HIDDEN + 1
SHORT = f"<{FEWEST}"


def short(people: int | None) -> str:
    return SHORT if people is None else str(people)


def in_words(people: int | None, t: Translate) -> str:
    return t(_("fewer than {n}")).format(n=FEWEST) if people is None else str(people)


SUPPRESSED = _("{sign}: fewer than {n} people, not shown exactly.")
DIED = _("died")
"""The row and the category of those who died, the worst of every outcome."""
