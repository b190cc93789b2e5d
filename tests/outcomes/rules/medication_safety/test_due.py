"""When the next dose is due: calendar months, uncertain days, and denosumab after seven months."""

import datetime as dt

import pytest

from outcomes.rules.medication_safety import next_due
from outcomes.rules.medication_safety.dates import months_later
from outcomes.rules.timing import Anchors
from outcomes.rules.values import Anchor, Moment, Status
from tests.outcomes.rules.medication_safety.cast import TODAY, ago, answer, dose, drug, facts


def day(text):
    return dt.date.fromisoformat(text)


MONTHS = {
    "three months": ("2026-03-15", 3, "2026-06-15"),
    "over the new year": ("2026-11-20", 3, "2027-02-20"),
    "a day that month has not": ("2026-11-30", 3, "2027-02-28"),
    "into a leap year": ("2027-11-30", 3, "2028-02-29"),
    "one month": ("2026-01-31", 1, "2026-02-28"),
    "six months": ("2026-08-31", 6, "2027-02-28"),
    "in December": ("2026-09-30", 3, "2026-12-30"),
}


@pytest.mark.parametrize(("start", "months", "end"), MONTHS.values(), ids=MONTHS)
def test_calendar_months(start, months, end):
    assert months_later(day(start), months) == day(end)


def due(inn, *given, route=None, today=TODAY, **course):
    """The next dose of a course with doses on these days (dates or moments)."""
    row = drug(inn, day("2025-06-15"), route=route, **course)
    doses = [dose(row, one) if isinstance(one, dt.date) else dose(row, moment=one) for one in given]
    found = next_due(facts(row, doses=doses))
    return found[0] if found else None


IV = {
    "due today": (day("2026-03-15"), "2026-06-15", "no"),
    "due yesterday": (day("2026-03-14"), "2026-06-14", "yes"),
    "due tomorrow": (day("2026-03-16"), "2026-06-16", "no"),
}


@pytest.mark.parametrize(("last", "when", "overdue"), IV.values(), ids=IV)
def test_ibandronate_into_a_vein_is_due_every_three_months(last, when, overdue):
    found = due("ibandronic acid", ago(400), last, route="intravenous")
    assert found.earliest == found.latest == day(when)
    assert found.overdue == overdue


def test_ibandronate_by_mouth_is_due_every_month():
    assert due("ibandronic acid", day("2026-05-31"), route="oral").latest == day("2026-06-30")


def test_the_uncertainty_of_the_last_dose_is_that_of_the_next():
    between = Moment(status=Status.APPROXIMATE, date_lower=day("2026-03-01"),
                     date_upper=day("2026-03-31"))  # fmt: skip
    found = due("ibandronic acid", between, route="intravenous")
    assert (found.earliest, found.latest) == (day("2026-06-01"), day("2026-06-30"))
    assert found.overdue == "cannot_tell"


def test_a_day_counted_from_the_operation_needs_the_date_of_the_operation():
    counted = Moment(anchor=Anchor.INDEX_DECOMPRESSION, day=10)
    row = drug("ibandronic acid", route="intravenous")
    doses = [dose(row, moment=counted)]
    (without,) = next_due(facts(row, doses=doses))
    assert (without.earliest, without.missing) == (None, ("last_dose_date",))
    anchors = Anchors(decompression=Moment(date=day("2026-05-01")))
    (known,) = next_due(facts(row, doses=doses, anchors=anchors))
    assert known.earliest == known.latest == day("2026-08-11")


def test_a_day_that_is_only_about_right_is_no_day():
    about = Moment(status=Status.APPROXIMATE, anchor=Anchor.INDEX_DECOMPRESSION, day=182)
    row = drug("ibandronic acid", route="intravenous")
    anchors = Anchors(decompression=Moment(date=day("2026-05-01")))
    (found,) = next_due(facts(row, doses=[dose(row, moment=about)], anchors=anchors))
    assert (found.earliest, found.overdue) == (None, "cannot_tell")


def test_without_a_dose_nothing_is_counted():
    found = due("ibandronic acid", route="intravenous")
    assert (found.last, found.latest, found.missing) == (None, None, ("last_dose",))


def test_a_course_that_was_stopped_needs_no_more_doses():
    assert due("ibandronic acid", ago(200), route="intravenous", stop=ago(1)) is None


DENOSUMAB = {
    "six months to the day": ("2025-12-15", "no", "no"),
    "a day more": ("2025-12-14", "yes", "no"),
    "seven months to the day": ("2025-11-15", "yes", "no"),
    "more than seven": ("2025-11-14", "yes", "yes"),
}


@pytest.mark.parametrize(("last", "overdue", "urgent"), DENOSUMAB.values(), ids=DENOSUMAB)
def test_denosumab_is_urgent_after_seven_months(last, overdue, urgent):
    found = due("denosumab", day(last))
    assert (found.overdue, found.urgent) == (overdue, urgent)


def test_denosumab_stopped_stays_urgent_until_another_agent_takes_over():
    stopped = {"stop": ago(30), "stop_reason": "side_effect"}
    row = drug("denosumab", day("2025-06-15"), **stopped)
    doses = [dose(row, day("2025-10-01"))]
    (found,) = next_due(facts(row, doses=doses))
    assert found.urgent == "yes"
    after = drug("alendronic acid", ago(20), atc="M05BA04")
    assert next_due(facts(row, after, doses=doses)) == []


EARLY = {
    "three months to the day": (("2026-03-15", "2026-06-15"), "no"),
    "a day earlier": (("2026-03-15", "2026-06-14"), "yes"),
    "one dose": (("2026-03-15",), "no"),
}


@pytest.mark.parametrize(("given", "expected"), EARLY.values(), ids=EARLY)
def test_nothing_earlier_than_three_months(given, expected):
    row = drug("ibandronic acid", route="intravenous")
    known = facts(row, doses=[dose(row, day(one)) for one in given])
    assert answer(known, "ibandronate-iv-interval") == expected


def test_two_doses_without_days_cannot_be_checked():
    row = drug("ibandronic acid", route="intravenous")
    known = facts(row, doses=[dose(row), dose(row, ago(5))])
    assert answer(known, "ibandronate-iv-interval") == "cannot: last_dose_date"


def test_what_is_due_first_comes_first():
    one, two = drug("denosumab"), drug("ibandronic acid", route="intravenous")
    doses = [dose(one, ago(10)), dose(two, ago(10))]
    assert [d.drug for d in next_due(facts(one, two, doses=doses))] == [
        "ibandronic acid", "denosumab",
    ]  # fmt: skip


def test_the_findings_carry_the_next_due_date_and_the_delay():
    row = drug("denosumab", day("2025-06-15"))
    assert answer(facts(row, doses=[dose(row, day("2025-11-14"))]), "denosumab-overdue") == "yes"
    assert answer(facts(row, doses=[dose(row, day("2025-11-15"))]), "denosumab-overdue") == "no"
    assert answer(facts(row), "denosumab-overdue") == "cannot: last_dose"
    row = drug("ibandronic acid", route="intravenous")
    known = facts(row, doses=[dose(row, day("2026-03-14"))])
    assert answer(known, "ibandronate-monitor-next-due") == "yes"
