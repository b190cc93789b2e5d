"""The vocabulary of data queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from outcomes.rules.facts import Fact, Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One question. `kind` is the path of the record's kind, `part` the field inside it.

    `value` is what it is about, as recorded or as codes, and `against` what that is held against:
    an answer holds while both stay the same.
    """

    rule: str
    kind: str
    record: str
    part: str = ""
    value: str = ""
    against: str = ""

    @property
    def subject(self) -> str:
        """What makes it one question of its rule."""
        return f"{self.kind} {self.record} {self.part}".strip()


Rule = Callable[[Facts], Iterable[Found]]


def about(visit: Fact, rule: str, part: str = "", value: str = "", against: str = "") -> Found:
    return Found(rule=rule, kind="visits", record=visit.id, part=part, value=value, against=against)
