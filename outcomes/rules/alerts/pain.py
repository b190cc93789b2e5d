"""New severe pain of the back or a leg, each place for itself.

New means the previous comparable number was lower than severe, or there is none. Numbers of
different periods (now, average, worst of 24 h) do not compare; one not stated compares with all.
Sources: CLINICAL.md G (trigger table) [POLICY].
"""

from collections.abc import Iterator, Sequence
from functools import partial

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import exact, finding, in_each_order, point, rises
from outcomes.rules.facts import Fact, Facts

PLACES = ("pain_back", "pain_right_leg", "pain_left_leg")
PERIODS = ("now", "average_24h", "worst_24h")


def severe(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A number of 7 or more where it was lower before, or three more than before to 5 or more."""
    for place in PLACES:
        rated = [v for v in facts.visits if v.get(place) is not None]
        yield from in_each_order(facts, rated, partial(_severe, facts, place))


def _severe(facts: Facts, place: str, order: Sequence[Fact]) -> Iterator[Found]:
    for period in PERIODS:
        compared = [v for v in order if v.get("pain_period") in (period, None)]
        yield from _of_one_period(facts, compared, place)


def _of_one_period(facts: Facts, order: Sequence[Fact], place: str) -> Iterator[Found]:
    limit, reached = (facts.thresholds[k] for k in ("pain_severe_nrs", "pain_reached_nrs"))
    least = facts.thresholds["pain_rise_nrs"]
    points = [point(v, place) for v in order]
    risen = rises(facts, points, lambda rise: rise >= least, reaching=reached)
    before: Fact | None = None
    for now in order:
        value, rise = exact(now.get(place)), risen.get(now.id)
        if value >= limit and (before is None or exact(before.get(place)) < limit):
            yield finding("pain_severe", Level.SAME_DAY, now, place, before=before)
        elif rise:
            yield finding("pain_rise", Level.SAME_DAY, now, place, before=rise.before)
        before = now


RULES: tuple[Rule, ...] = (severe,)
