"""Laboratory results as the alert rules read them: in the canonical unit, bounds as bounds."""

from collections.abc import Iterable
from decimal import Decimal

from outcomes.rules.alerts.base import Found, Level
from outcomes.rules.alerts.comparing import Point
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.labs import PLACES, LabRefused, canonical
from outcomes.rules.values import Answer

VALUE = "value"
ENDLESS = Decimal("Infinity")


def results(facts: Facts, analyte: str) -> list[Fact]:
    """Those with a number or a bound; a result in words is no number to judge."""
    return [f for f in facts.labs if f.get("analyte") == analyte and f.get("canonical") is not None]


def result(fact: Fact) -> Point:
    """The least and the most that it can be: `<0.5` is between nothing and just below 0.5."""
    number, comparator = fact.get("canonical"), fact.get("comparator") or ""
    step = PLACES if len(comparator) == 1 else 0  # the smallest difference that is kept
    if comparator.startswith("<"):
        return Point(fact=fact, low=Decimal(0), high=max(number - step, Decimal(0)))
    if comparator.startswith(">"):
        return Point(fact=fact, low=number + step, high=ENDLESS)
    return Point(fact=fact, low=number, high=number)


def above(one: Point, limit: Decimal) -> Answer:
    if one.low > limit:
        return Answer.YES
    return Answer.CANNOT_TELL if one.high > limit else Answer.NO


def below(one: Point, limit: Decimal) -> Answer:
    if one.high < limit:
        return Answer.YES
    return Answer.CANNOT_TELL if one.low < limit else Answer.NO


def of_range(fact: Fact, side: str) -> Decimal | None:
    """A bound of the laboratory's own range in the canonical unit; None where it gave none."""
    bound = fact.get(f"range_{side}")
    if bound is None:
        return None
    try:
        return canonical(str(fact.get("analyte")), str(bound), str(fact.get("unit"))).limit
    except LabRefused:
        return None


def reported(
    rule: str,
    level: Level,
    now: Fact,
    *,
    before: Fact | None = None,
    answer: Answer = Answer.YES,
    missing: Iterable[str] = (),
) -> Found:
    """A finding in a result, both values as the laboratory reported them."""
    return Found(
        rule=rule,
        level=level,
        now=now,
        column=VALUE,
        value_now=_shown(now),
        answer=answer,
        before=before,
        value_before=_shown(before) if before else "",
        missing=tuple(dict.fromkeys(missing)),
    )


def _shown(fact: Fact) -> str:
    return f"{fact.get(VALUE)} {fact.get('unit')}"
