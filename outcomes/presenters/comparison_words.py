"""The box of limits that stands on every view of the comparison (CLINICAL.md I); one and many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcomes.comparison import LIMITS, REGRESSION
from outcomes.figures.base import Translate
from outcomes.rules.text import gettext_noop as _

# name and sentence by the code of a limit
WORDS: Mapping[str, tuple[str, str]] = {
    "confounding_by_indication": (
        _("Confounding by indication"),
        _("Who is operated on early, late or not at all differs beforehand."),
    ),
    "immortal_and_lead_time": (
        _("Immortal and lead time"),
        _("A late operation needs survival until then, and clocks start at different events."),
    ),
    "late_baselines": (
        _("Late baselines"),
        _("A first examination long after the cement is not the first deficit."),
    ),
    "referral_selection": (
        _("Referral selection"),
        _("Who reaches a centre is not everyone with leaked cement."),
    ),
    "unblinded_examiners": (
        _("Unblinded examiners"),
        _("Whoever graded the legs knew what had been done, and when."),
    ),
    "missing_follow_up": (
        _("Missing follow-up"),
        _(
            "People without a later examination may have fared otherwise. A death counts at once, "
            "a survivor only when the window has come: until then shares lean low."
        ),
    ),
    "publication_bias": (
        _("Publication bias"),
        _("Published cases are those that somebody chose to write up."),
    ),
    REGRESSION: (
        _("Regression to the mean"),
        _(
            "People chosen for a low grade are on the whole graded higher later, whatever is done. "
            "A rise among them is no sign of an effect."
        ),
    ),
}


def counted(n: int, one: str, many: str) -> str:
    """Which of two texts, already marked, tells of `n`."""
    return one if n == 1 else many


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    words: str


def limits(t: Translate, codes: Sequence[str] = LIMITS) -> list[Limit]:
    return [Limit(*map(t, WORDS[code])) for code in codes]
