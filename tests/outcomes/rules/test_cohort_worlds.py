"""States, curves and concordance against counting by hand, from visits of small random worlds."""

import datetime as dt
import itertools
import math
import random
from dataclasses import dataclass, replace

import pytest

from outcomes.rules import cohort_computed, cohort_states
from outcomes.rules.cohort_analysis import DEAD, NOT_YET_DUE
from outcomes.rules.cohort_computed import Followed, Why
from outcomes.rules.cohort_states import GRADES, Standing, Timing
from outcomes.rules.cohort_summary import LAST, MISSED, Band, summarise, windows
from outcomes.rules.statistics.states import State
from tests.outcomes.rules.test_cohort_summary import SURGERY, course, legs, visit

WINDOWS = tuple(window for window in windows() if window != LAST)
# target and half width in days, as CLINICAL.md G has them
DAYS = {"6wk": (42, 14), "3mo": (91, 21), "6mo": (182, 30), "12mo": (365, 60), "24mo": (730, 90)}
TODAY = 500
"""Days after the operation."""


@dataclass
class Person:
    hours: float
    before: int | None
    exams: list[tuple[int, int]]
    """(day, grade of the worse leg), in order."""
    died: int | None


def world(seed: int, size: int, *, mortal: bool) -> list[Person]:
    chance = random.Random(seed)
    people = []
    for _ in range(size):
        died = chance.randint(20, TODAY) if mortal and chance.random() < 0.25 else None
        days = sorted(chance.sample(range(1, died or TODAY), chance.randint(0, 6)))
        people.append(
            Person(
                hours=chance.choice([4, 12, 24, 24.5, 40, 100, 300]),
                before=chance.choice([None, 0, 1, 2, 3, 4]),
                exams=[(day, chance.randint(0, 5)) for day in days],
                died=died,
            )
        )
    return people


def summary(one: Person):
    cement = dt.datetime.combine(SURGERY, dt.time(5)) - dt.timedelta(hours=one.hours)
    exams = [visit(day, **legs(str(grade), str(grade))) for day, grade in one.exams]
    if one.before is not None:
        before = visit(0, **legs(str(one.before), "5"))
        exams.append(replace(before, when=replace(before.when, time=dt.time(4, 30))))
    person = {} if one.died is None else {
        "status": "died", "died_on": SURGERY + dt.timedelta(days=one.died),
    }  # fmt: skip
    facts = course(*exams, person=person)
    moment = replace(facts.anchors.cement, date=cement.date(), time=cement.time())
    return summarise(replace(facts, anchors=replace(facts.anchors, cement=moment)))


def seen(one: Person):
    """As the rows kept of the person are read again."""
    found = summary(one)
    windows_ = {o.window: o for o in found.outcomes if o.clock == "index_decompression"}
    year = windows_["12mo"]
    followed = Followed(
        band=found.band(), hours=found.hours["cement"], before=found.preop_worst,
        recovery=found.recovery, outcome=DEAD if year.dead else year.worst,
        died=bool(windows_[LAST].dead),
    )  # fmt: skip
    today = SURGERY + dt.timedelta(days=TODAY)
    standings = [
        Standing(
            window=window, band=found.band(), before=found.preop_worst, dead=at.dead,
            worst=at.worst, sustained=at.sustained, sustainable=at.sustainable, people=1,
            why=NOT_YET_DUE if at.absence == MISSED and at.closes >= today else at.absence,
        )
        for window, at in windows_.items() if window != LAST
    ]  # fmt: skip
    return followed, standings


def by_hand_state(one: Person, window: str, grade: int) -> State:
    target, half = DAYS[window]
    if one.died is not None and one.died <= target + half:
        return State.DEAD
    inside = [e for e in one.exams if abs(e[0] - target) <= half]
    if not inside:
        return State.NOT_YET_DUE if target + half >= TODAY else State.UNKNOWN
    exam = min(inside, key=lambda e: (abs(e[0] - target), e[0]))
    place = one.exams.index(exam)
    if exam[1] < grade:
        return State.NOT_RECOVERED
    neighbours = one.exams[max(place - 1, 0) : place] + one.exams[place + 1 : place + 2]
    if any(other[1] >= grade for other in neighbours):
        return State.RECOVERED
    return State.UNKNOWN if exam == one.exams[-1] else State.NOT_RECOVERED


def by_hand_interval(one: Person, grade: int):
    """After which day and by which day the recovery came; None for those in no curve."""
    if one.before is None or one.before >= grade or not one.exams:
        return None
    for n, (a, b) in enumerate(itertools.pairwise(one.exams)):
        if a[1] >= grade and b[1] >= grade:
            lows = [day for day, found in one.exams[:n] if found < grade]
            return max(lows, default=0), a[0]
    lows = [day for day, found in one.exams if found < grade]
    return max(lows, default=0), math.inf


def group(one: Person) -> Timing:
    return Timing.EARLY if one.hours <= 24 else Timing.LATER


@pytest.mark.parametrize("seed", range(40))
def test_the_states_are_those_counted_by_hand(seed):
    people = world(seed, random.Random(seed).choice([0, 1, 2, 9, 25]), mortal=seed % 3 > 0)
    cells = [cell for one in people for cell in seen(one)[1]]
    for grade in GRADES:
        for found in cohort_states.stand(cells, WINDOWS, grade):
            mine = [one for one in people if group(one) is found.timing]
            below = [one for one in mine if one.before is not None and one.before < grade]
            for window in WINDOWS:
                counted = [by_hand_state(one, window, grade) for one in below]
                expected = {state: counted.count(state) for state in State}
                assert found.stacks[window].counts == expected, (window, grade)
            unknown = sum(one.before is None for one in mine)
            assert list(found.excluded.values()) == [len(mine) - len(below) - unknown, unknown]


def test_recovery_after_an_operation_is_not_due_before_it():
    """On the clock of the cement: operated on after the window, whatever was found in it."""
    cement = SURGERY - dt.timedelta(days=81)
    before = [visit(day, **legs("5", "5")) for day in (-53, -52, -51)]
    facts = course(*before, visit(-1, **legs("1", "1")), cement=cement)
    (at,) = (o for o in summarise(facts).outcomes if (o.clock, o.window) == ("cement", "6wk"))
    one = Standing(
        window="6wk", band=Band.LATER, before=1, dead=at.dead, worst=at.worst,
        sustained=at.sustained, sustainable=at.sustainable, people=1, why=at.absence,
    )  # fmt: skip
    assert {cohort_states.state(one, grade) for grade in (2, 5)} == {State.NOT_YET_DUE}


def maximal(steps, intervals):
    """Whether no mass moved to any step would make what was seen likelier (Gentleman & Geyer)."""
    inside = [
        [lower <= s.left and s.right <= upper for s in steps] for lower, upper in intervals
    ]  # fmt: skip
    likely = [sum(s.mass for s, held in zip(steps, row, strict=True) if held) for row in inside]
    return all(
        sum(row[n] / p for row, p in zip(inside, likely, strict=True)) <= len(intervals) * 1.0001
        for n in range(len(steps))
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_curves_stand_on_the_intervals_of_the_visits(seed):
    people = world(seed, 90, mortal=False)
    for told in cohort_computed.recovery_times([seen(one)[0] for one in people]):
        wanted = {
            timing: [
                found
                for one in people
                if group(one) is timing and (found := by_hand_interval(one, told.grade))
            ]
            for timing in Timing
        }
        for curve in told.curves:
            intervals = wanted[curve.timing]
            assert curve.people == len(intervals)
            assert curve.reached == sum(upper < math.inf for _lower, upper in intervals)
            out = sum(curve.excluded.values()) + curve.not_followed
            assert out == sum(group(one) is curve.timing for one in people) - len(intervals)
            if told.why is None:
                assert sum(step.mass for step in curve.steps) == pytest.approx(1)
                assert maximal(curve.steps, intervals)
        few = min(map(len, wanted.values())) < 10
        assert told.why is (Why.TOO_FEW if few else None)


@pytest.mark.parametrize("seed", range(12))
def test_tau_is_that_of_hours_and_grades(seed):
    people = world(seed, 60, mortal=True)
    pairs = []
    for one in people:
        if one.died is not None and one.died <= 425:
            pairs.append((one.hours, -1))
        elif inside := [e for e in one.exams if abs(e[0] - 365) <= 60]:
            pairs.append((one.hours, min(inside, key=lambda e: (abs(e[0] - 365), e[0]))[1]))
    found = cohort_computed.tau([seen(one)[0] for one in people])
    assert found.people == len(pairs)
    late = sum(hours > 24 for hours, _grade in pairs)
    if min(late, len(pairs) - late) < 10:
        assert (found.why, found.value, found.interval) == (Why.TOO_FEW, None, None)
        return
    score = x = y = 0
    for a, b in itertools.combinations(pairs, 2):
        dx, dy = (a[0] > b[0]) - (a[0] < b[0]), (a[1] > b[1]) - (a[1] < b[1])
        score, x, y = score + dx * dy, x + abs(dx), y + abs(dy)
    assert found.value == pytest.approx(score / math.sqrt(x * y))
    assert found.interval.lower <= found.value <= found.interval.upper
    bounds = cohort_computed.bounds([seen(one)[0] for one in people])
    assert (bounds.people, bounds.exact) == (len(pairs), len(pairs))
    assert bounds.bounds.lower == bounds.bounds.upper == pytest.approx(found.value)


def test_hours_within_bounds_are_in_no_point_and_in_the_bounds():
    people = [seen(one)[0] for one in world(3, 120, mortal=False)]
    exact = cohort_computed.tau(people).people
    vague = [
        replace(one, hours=replace(one.hours, best=None, upper=one.hours.lower + 6))
        if one.hours.lower == 4 else one
        for one in people
    ]  # fmt: skip
    moved = sum(one.hours.lower == 4 and one.outcome is not None for one in people)
    assert moved
    assert cohort_computed.tau(vague).people == exact - moved
    found = cohort_computed.bounds(vague)
    assert (found.people, found.exact) == (exact, exact - moved)
    assert found.bounds.lower < found.bounds.upper


def test_too_many_to_compare_pairwise_are_said_to_be(monkeypatch):
    people = [seen(one)[0] for one in world(3, 120, mortal=False)]
    monkeypatch.setattr(cohort_computed, "MOST_PAIRED", 20)
    found = cohort_computed.tau(people)
    assert found.value is not None
    assert (found.interval, found.why_no_interval) == (None, Why.TOO_MANY)
    assert cohort_computed.bounds(people).why is Why.TOO_MANY
    monkeypatch.setattr(cohort_computed, "MOST_FOLLOWED", 10)
    assert cohort_computed.recovery_time(people, 3).why is Why.TOO_MANY


def test_with_a_death_there_is_no_curve():
    people = [seen(one)[0] for one in world(3, 120, mortal=True)]
    for told in cohort_computed.recovery_times(people):
        below = [one for one in people if one.before is not None and one.before < told.grade]
        assert told.died == sum(one.died for one in below)
        assert told.why is (Why.DIED if told.died else Why.TOO_FEW)
        assert [curve.steps for curve in told.curves] == [[], []]
