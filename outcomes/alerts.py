"""What the rule of an alert says, in the reader's language."""

from typing import NamedTuple

from outcomes.figures.base import Translate
from outcomes.reference import alert_rules


class RuleWords(NamedTuple):
    title: str
    advice: str
    calls: bool
    """Whether the advice says already whom to call now."""


CALLS = ("Contact the surgical team now", "Call the patient now")


def rule_words(rule: str, t: Translate) -> RuleWords:
    """A rule that is no longer among the reference data keeps its name."""
    found = alert_rules().get(rule)
    if found is None:
        return RuleWords(rule, "", calls=False)
    return RuleWords(t(found.title), t(found.advice), calls=found.advice.startswith(CALLS))
