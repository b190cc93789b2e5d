"""What the comparison stands on of one patient: exposure bands, windows, death, age."""

import datetime as dt
from dataclasses import replace

import pytest

from outcomes.rules.cohort_summary import Band, band_of, summarise
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Moment, Span, Status

SURGERY = dt.date(2025, 3, 10)
CEMENT = dt.date(2025, 3, 9)


def hours(lower, upper, status=Status.INTERVAL_CENSORED):
    best = lower if lower == upper else None
    return Span(best=best, lower=lower, upper=upper, status=status)


@pytest.mark.parametrize(
    ("span", "band"),
    [
        (hours(0, 0), Band.DAY),
        (hours(24, 24), Band.DAY),  # at most 24 hours
        (hours(24.1, 24.1), Band.WEEK),
        (hours(0, 24), Band.DAY),
        (hours(20, 30), Band.UNCLASSIFIABLE),
        (hours(24, 30), Band.UNCLASSIFIABLE),
        (hours(None, 30), Band.UNCLASSIFIABLE),
        (hours(25, None), Band.OVER_A_DAY),
        (hours(25, 168), Band.WEEK),
        (hours(25, 168.1), Band.OVER_A_DAY),
        (hours(168.1, None), Band.LATER),
        (hours(168, 300), Band.OVER_A_DAY),
        (hours(1176, 1512, Status.APPROXIMATE), Band.LATER),
        (hours(None, None, Status.NOT_REPORTED), Band.UNKNOWN),
        (hours(0, 3, Status.CONFLICT), Band.UNKNOWN),
    ],
)
def test_a_band_is_certain_or_not_said(span, band):
    assert band_of(span) is band


def at(day):
    return Moment(date=SURGERY + dt.timedelta(days=day))


def visit(day, **values):
    span = Span(best=day, lower=day, upper=day, status=Status.KNOWN)
    return Fact(id=f"v{day}", when=at(day), day=span, values=values)


def legs(right, left, **more):
    return {"motor_right_grade": right, "motor_left_grade": left, **more}


def course(*visits, person=None, cement=CEMENT, surgery=SURGERY, **more):
    anchors = Anchors(
        cement=cement and Moment(date=cement, time=dt.time(9)),
        decompression=surgery and Moment(date=surgery, time=dt.time(5)),
    )
    return Facts(
        now=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        today=dt.date(2027, 1, 1),
        anchors=anchors,
        person=person or {},
        visits=visits,
        **more,
    )


def outcome(facts, window="12mo", clock="index_decompression"):
    found = {(one.clock, one.window): one for one in summarise(facts).outcomes}
    return found[clock, window]


def months_later(*visits, days=81, **more):
    """Decompressed so many days after the cement, from which `visits` count."""
    return course(*visits, cement=SURGERY - dt.timedelta(days=days), **more)


def after_cement(day, *values, days=81):
    return visit(day - days, **legs(*values))


@pytest.mark.parametrize(
    ("window", "exams", "found"),
    [
        # decompressed on day 81, after the window of six weeks (28-56)
        ("6wk", [(29, "2", "2")], (None, "before_operation")),
        ("6wk", [], (None, "before_operation")),
        # within that of three months (70-112)
        ("3mo", [(90, "2", "2"), (100, "3", "4")], (2, "")),
        ("3mo", [(80, "1", "1"), (100, "3", "4")], (3, "")),
        ("3mo", [(80, "1", "1")], (None, "missed")),
        # on the day of surgery, perhaps before
        ("3mo", [(81, "1", "1")], (None, "undecided")),
        ("3mo", [(81, "1", "1"), (105, "3", "4")], (None, "undecided")),
        ("3mo", [(81, "1", "1"), (95, "3", "4")], (3, "")),
        ("last", [(29, "2", "2")], (None, "missed")),
        ("last", [(29, "2", "2"), (100, "3", "4")], (3, "")),
    ],
)
def test_on_the_clock_of_the_cement_an_outcome_too_is_from_after_the_incision(window, exams, found):
    facts = months_later(*(after_cement(*exam) for exam in exams))
    at = outcome(facts, window, "cement")
    assert (at.worst, at.absence) == found


@pytest.mark.parametrize(
    ("days", "absence"), [(55, "missed"), (56, "missed"), (57, "before_operation")]
)
def test_the_last_day_of_a_window_is_within_it(days, absence):
    at = outcome(months_later(days=days), "6wk", "cement")
    assert (at.worst, at.absence) == (None, absence)


def test_no_finding_of_any_kind_is_from_before_the_incision():
    facts = months_later(
        visit(-52, **legs("2", "2"), **MUSCLES, walking_fac=5, bladder_method="normal_voiding")
    )
    at = outcome(facts, "6wk", "cement")
    assert (at.lems, at.walks_alone, at.voids, at.weaker, at.sustained) == (None,) * 5


@pytest.mark.parametrize(
    ("time", "worst"), [(dt.time(4), None), (dt.time(5), None), (dt.time(6), 1)]
)
def test_the_time_on_the_day_of_surgery_tells(time, worst):
    exam = after_cement(81, "1", "1")
    exam = replace(exam, when=replace(exam.when, time=time))
    assert outcome(months_later(exam), "3mo", "cement").worst == worst


def test_who_was_operated_on_later_was_alive_in_the_window():
    facts = months_later(person={"status": "died"})
    six_weeks, year = (outcome(facts, window, "cement") for window in ("6wk", "12mo"))
    assert (six_weeks.dead, six_weeks.absence, year.dead) == (False, "before_operation", None)


@pytest.mark.parametrize(
    ("upper", "absence", "closes"), [(56, "missed", True), (57, "missed", False)]
)
def test_whether_operated_on_by_then_may_not_be_known(upper, absence, closes):
    """Then it is not known whether an outcome was due."""
    cement = SURGERY
    when = Moment(
        date_lower=cement + dt.timedelta(days=50), date_upper=cement + dt.timedelta(days=upper),
        status=Status.INTERVAL_CENSORED,
    )  # fmt: skip
    facts = course(cement=cement)
    facts = replace(facts, anchors=replace(facts.anchors, decompression=when))
    at = outcome(facts, "6wk", "cement")
    assert (at.absence, at.closes is not None) == (absence, closes)


def test_where_the_operation_is_not_known_no_examination_is_certainly_after_it():
    procedures = tuple(
        Fact(id=one, when=Moment(status=Status.NOT_REPORTED), day=hours(None, None),
             values={"kind": "decompression"})
        for one in "ab"
    )  # fmt: skip
    facts = course(visit(365, **legs("3", "4")), surgery=None, procedures=procedures)
    for window in ("12mo", "last"):
        at = outcome(facts, window, "cement")
        assert (at.worst, at.absence, at.closes) == (None, "undecided", None)


@pytest.mark.parametrize("exams", [(), (visit(365, **legs("3", "4")),)])
@pytest.mark.parametrize("person", [{}, {"status": "died"}])
def test_who_was_not_operated_on_has_no_outcome_after_the_operation(exams, person):
    facts = course(*exams, surgery=None, person=person)
    assert outcome(facts).absence == "not_operated"
    after = outcome(facts, clock="cement")
    assert (after.worst, after.absence) == ((3, "") if exams else (None, "missed"))


@pytest.mark.parametrize(
    ("first", "equal"), [(("3", "3"), True), (("4-", "4"), True), (("2", "3"), False),
                         (("3", None), False), (None, False)],
)  # fmt: skip
def test_legs_that_were_equal_at_first_have_no_weaker_one(first, equal):
    exams = [] if first is None else [visit(-1, **legs(*first))]
    facts = course(*exams, visit(365, **legs("5", "5")), cement=SURGERY - dt.timedelta(days=3))
    assert summarise(facts).equal_at_first is equal


def test_timing_is_kept_with_its_bounds():
    found = summarise(course())
    assert found.hours["cement"] == hours(20, 20, Status.KNOWN)
    assert found.band() is Band.DAY
    assert found.hours["decision"].status is Status.NOT_APPLICABLE


def test_other_starts_are_times_of_their_own():
    told = Fact(id="m", when=at(-1), day=hours(-1, -1), values={"event": "decision"})
    found = summarise(course(milestones=(told,)))
    assert (found.hours["decision"].lower, found.hours["decision"].upper) == (5, 29)
    twice = (told, told)
    assert summarise(course(milestones=twice)).hours["decision"].status is Status.NOT_APPLICABLE


def test_who_was_not_operated_has_no_timing_and_no_surgical_outcome():
    facts = course(visit(365, **legs("3", "4")), surgery=None)
    found = summarise(facts)
    assert (found.operated, found.band()) == (False, Band.NOT_OPERATED)
    assert outcome(facts).worst is None


@pytest.mark.parametrize(
    ("values", "band"),
    [
        ({"kind": "decompression"}, Band.UNKNOWN),
        ({"kind": "decompression", "intended": "not_stated"}, Band.UNKNOWN),
        ({"kind": "decompression", "intended": "other"}, Band.NOT_OPERATED),
        ({"kind": "revision"}, Band.NOT_OPERATED),
        ({"kind": "cement"}, Band.NOT_OPERATED),
    ],
)
def test_who_was_decompressed_is_so_where_the_first_operation_is_not_known(values, band):
    """As of two operations without a date: there is no index."""
    procedures = tuple(
        Fact(id=one, when=Moment(status=Status.NOT_REPORTED), day=hours(None, None), values=values)
        for one in "ab"
    )
    facts = course(visit(365, **legs("3", "4")), surgery=None, procedures=procedures)
    found = summarise(facts)
    assert (found.operated, found.band()) == (band is Band.UNKNOWN, band)
    assert (found.preop_worst, found.recovery, outcome(facts).worst) == (None, {}, None)


@pytest.mark.parametrize(("day", "worst"), [(304, None), (305, 3), (365, 3), (425, 3), (426, None)])
def test_only_the_analysis_window_counts(day, worst):
    assert outcome(course(visit(day, **legs("3", "4")))).worst == worst


def test_the_two_clocks_are_a_day_apart():
    facts = course(visit(425, **legs("3", "4")))
    assert outcome(facts).worst == 3
    assert outcome(facts, clock="cement").worst is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (legs("4-", "5"), (4, 5, 4)),
        (legs("3", None), (3, None, None)),
        ({"motor_right_grade": "3", "motor_left_not_testable": "pain"}, (3, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_a_leg_that_was_not_graded_has_no_grade(values, expected):
    given = {name: value for name, value in values.items() if value is not None}
    found = outcome(course(visit(365, **given)))
    assert (found.right, found.left, found.worst) == expected


def test_the_nearest_examination_counts_even_where_it_could_not_be_graded():
    blind = visit(365, motor_right_not_testable="pain", motor_left_not_testable="pain")
    assert outcome(course(blind, visit(370, **legs("5", "5")))).worst is None


MUSCLES = {
    f"motor_{leg}_muscles_{level}": 4
    for leg in ("right", "left")
    for level in ("l2", "l3", "l4", "l5", "s1")
}


def test_lems_needs_all_ten_muscles_and_is_never_made_of_leg_grades():
    assert outcome(course(visit(365, **MUSCLES))).lems == 40
    nine = {name: grade for name, grade in MUSCLES.items() if name != "motor_left_muscles_s1"}
    assert outcome(course(visit(365, **nine))).lems is None
    assert outcome(course(visit(365, **legs("5", "5")))).lems is None


@pytest.mark.parametrize(
    ("methods", "voids"),
    [
        (("normal_voiding", None), True),
        (("straining", "none"), True),
        (("normal_voiding", "intermittent_self"), False),
        (("indwelling_urethral", None), False),
        (("diversion", None), None),
        (("unknown", None), None),
        ((None, None), None),
    ],
)
def test_voiding_without_a_catheter(methods, voids):
    names = ("bladder_method", "bladder_method_supplementary")
    given = {n: m for n, m in zip(names, methods, strict=True) if m is not None}
    assert outcome(course(visit(365, **given))).voids is voids


@pytest.mark.parametrize(
    ("person", "dead"),
    [
        ({"status": "active"}, False),
        ({}, False),
        ({"status": "died", "died_on": SURGERY + dt.timedelta(days=425)}, True),
        ({"status": "died", "died_on": SURGERY + dt.timedelta(days=426)}, False),
        ({"status": "died"}, None),
    ],
)
def test_death_by_the_end_of_the_window(person, dead):
    facts = course(visit(365, **legs("5", "5")), person=person)
    assert outcome(facts).dead is dead


@pytest.mark.parametrize(
    ("person", "age"),
    [
        ({"birth_date": dt.date(1941, 3, 10)}, (84, 84)),
        ({"birth_date": dt.date(1941, 3, 11)}, (83, 83)),
        ({"birth_year": 1941}, (83, 84)),
        ({"age_at_index": 84}, (84, 84)),
        ({}, None),
    ],
)
def test_age_is_as_certain_as_the_birth(person, age):
    assert summarise(course(person=person)).age == age


def test_first_and_preoperative_grades_are_kept_apart():
    facts = course(
        visit(-30, **legs("1", "2")), visit(-20, **legs("2", "4")), visit(10, **legs("3", "4")),
        cement=SURGERY - dt.timedelta(days=40),
    )  # fmt: skip
    found = summarise(facts)
    assert (found.first_worst, found.preop_worst, found.preop_stale.value) == (1, 2, "yes")


@pytest.mark.parametrize(
    ("days", "first"),
    [((-1, 365), 2), ((1, 365), None), ((365,), None), ((0, 365), None)],
)
def test_what_was_found_after_the_incision_is_no_first_grade(days, first):
    """It would set people side by side by how they ended: alone at 12 months, by the outcome
    itself. On the day of surgery without a time it is neither (CLINICAL.md J)."""
    facts = course(
        *(visit(day, **legs("2", "3")) for day in days), cement=SURGERY - dt.timedelta(days=3)
    )
    found = summarise(facts)
    assert found.first_worst == first
    assert outcome(facts).weaker == (None if first is None else 2)


def test_where_nobody_operated_the_first_grade_is_that_after_the_cement():
    assert summarise(course(visit(5, **legs("2", "3")), surgery=None)).first_worst == 2


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("L1", "L1"),
        ("t12 and L1, left of Ms Kim's pedicle", "T12, L1"),
        ("T13 L9", ""),
        (None, ""),
    ],
)
def test_of_the_level_only_levels_remain(words, levels):
    person = {} if words is None else {"fracture_level": words}
    assert summarise(course(person=person)).levels == levels
