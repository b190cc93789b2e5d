"""What the rule of an alert says, in the reader's language, and values as the rule reads them."""

from typing import NamedTuple

from outcomes.figures.base import Translate
from outcomes.reference import alert_rules
from outcomes.rules.text import gettext_noop as _

# what alert_rules.csv says, marked for translation; a test keeps the two equal
TITLES = (
    _("Muscle grade fell"),
    _("Muscle grade fell within 4"),
    _("No longer testable"),
    _("Graded on another basis"),
    _("Late decline after a plateau"),
)
ADVICE = (
    _(
        "Re-examine today, both legs, by the same basis. Ask for an image of the spine if it is "
        "confirmed."
    ),
    _("Cannot compare with certainty: re-examine."),
    _("Cannot compare: re-examine, and say what hinders the test."),
    _("Cannot compare: re-examine, and grade by the basis used before."),
    _("Ask for an MRI: arachnoiditis, tethering, syrinx or residual cement."),
)


class RuleWords(NamedTuple):
    title: str
    advice: str


def rule_words(rule: str, t: Translate) -> RuleWords:
    """A rule that is no longer among the reference data keeps its name."""
    found = alert_rules().get(rule)
    return RuleWords(t(found.title), t(found.advice)) if found else RuleWords(rule, "")
