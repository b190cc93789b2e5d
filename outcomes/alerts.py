"""What the rule of an alert says, in the reader's language."""

from typing import NamedTuple

from outcomes.figures.base import Translate
from outcomes.reference import alert_rules


class RuleWords(NamedTuple):
    title: str
    advice: str


def rule_words(rule: str, t: Translate) -> RuleWords:
    """A rule that is no longer among the reference data keeps its name."""
    found = alert_rules().get(rule)
    return RuleWords(t(found.title), t(found.advice)) if found else RuleWords(rule, "")
