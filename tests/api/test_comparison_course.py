"""One course as it is written down, and what the comparison counts after each write, by hand."""

import datetime as dt
from typing import Any, NamedTuple

import pytest

from outcomes.models import CohortEntry
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY, TODAY, Cast, enrol

pytestmark = pytest.mark.django_db

VIEWS = ("cohort/comparison/", "exports/comparison/", "cohort/comparison/flow/")
LEGS = {"basis": "gestalt", "right": {"grade": "3"}, "left": {"grade": "4"}}


class Counted(NamedTuple):
    people: int
    timed: int
    ended: int
    dead: int
    missing: int
    at_least_3: int


NOBODY = Counted(0, 0, 0, 0, 0, 0)


class Course:
    """Somebody whose course is written over the API."""

    def __init__(self, cast: Cast) -> None:
        CohortEntry.objects.all().delete()
        self.api = Api(cast.physician_a)
        self.patient = enrol("H-1", cast.seoul, cast.physician_a, birth_year=1950)

    def write(self, documents: str, **document: Any) -> str:
        """Where it is then."""
        body = {"id": new_id(), **document}
        answer = self.api.post(path(self.patient, documents), body)
        assert answer.status == 201, answer.raw.content
        own = documents == "visits"
        return f"visits/{body['id']}/" if own else path(self.patient, documents, body["id"])

    def change(self, where: str = "", **changes: Any) -> None:
        answer = self.api.amend(where or path(self.patient), **changes)
        assert answer.status == 200, answer.raw.content

    def consent(self, decision: str, on: dt.date) -> str:
        return self.write("consents", purpose="research", decision=decision, date=str(on))

    def visit(self, day: int, **more: Any) -> str:
        date = str(SURGERY + dt.timedelta(days=day))
        return self.write(
            "visits", mode="in_person", date=date, **{"kind": "6wk", "motor": LEGS} | more
        )

    def operate(self) -> str:
        """Twenty hours after the cement."""
        cement = SURGERY - dt.timedelta(days=1)
        self.write("procedures", kind="cement", date=str(cement), time="09:00")
        return self.write("procedures", kind="decompression", date=str(SURGERY), time="05:00")

    def counted(self) -> Counted:
        """Six weeks after; the same in every view."""
        analysis, file, flow = (self.api.get(f"{view}?window=6wk") for view in VIEWS)
        told = analysis.json["analysis"]
        early = told["early"]
        (share,) = (one for one in early["shares"] if one["grade"] == 3)
        counted = Counted(
            told["people"], told["with_timing"], told["with_both"], early["dead"],
            early["missing"], share["k"],
        )  # fmt: skip
        assert flow.json["open"]["steps"]["counted"] == counted.people
        assert len(file.raw.content.decode().splitlines()) == 1 + counted.people
        return counted


@pytest.fixture
def course(cast: Cast) -> Course:
    return Course(cast)


def test_from_enrolment_to_withdrawal_and_back(course: Course) -> None:
    assert course.counted() == NOBODY
    course.consent("given", SURGERY)
    course.consent("given", SURGERY + dt.timedelta(days=9))
    assert course.counted() == Counted(1, 0, 0, 0, 0, 0), "once, however often it was given"
    operation = course.operate()
    assert course.counted() == Counted(1, 1, 0, 0, 1, 0), "the window has passed"
    visit = course.visit(42)
    assert course.counted() == Counted(1, 1, 1, 0, 0, 1)
    course.change(visit, motor=LEGS | {"right": {"grade": "2"}})
    assert course.counted() == Counted(1, 1, 1, 0, 0, 0)
    course.change(visit, motor=LEGS | {"right": {"not_testable": "pain"}})
    assert course.counted() == Counted(1, 1, 0, 0, 1, 0), "one leg says nothing of the worse one"
    course.change(visit, motor=LEGS)
    twin = course.visit(42, kind="unscheduled")
    assert course.counted() == Counted(1, 1, 0, 0, 1, 0), "of two on a day none is chosen"
    course.change(twin, entered_in_error=True)
    assert course.counted() == Counted(1, 1, 1, 0, 0, 1)
    course.change(operation, time=None)
    assert course.counted() == Counted(1, 0, 0, 0, 0, 0), "9 to 33 hours: on neither side"
    course.change(operation, time="05:00")
    withdrawn = course.consent("withdrawn", TODAY)
    assert course.counted() == NOBODY
    course.change(withdrawn, entered_in_error=True)
    assert course.counted() == Counted(1, 1, 1, 0, 0, 1)
    course.consent("withdrawn", TODAY - dt.timedelta(days=1))
    assert course.counted() == NOBODY
    course.consent("given", TODAY)
    assert course.counted() == Counted(1, 1, 1, 0, 0, 1)
    course.change(operation, entered_in_error=True)
    assert course.counted() == Counted(1, 0, 0, 0, 0, 0)
    course.change(entered_in_error=True)
    assert course.counted() == NOBODY


# day 42, and 14 days before and after
@pytest.mark.parametrize(("day", "inside"), [(27, False), (28, True), (56, True), (57, False)])
def test_only_the_analysis_window_counts(course: Course, day: int, inside: bool) -> None:
    course.consent("given", SURGERY)
    course.operate()
    course.visit(day)
    assert course.counted().ended == inside


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (20, Counted(1, 1, 1, 1, 0, 0)),
        (56, Counted(1, 1, 1, 1, 0, 0)),
        (57, Counted(1, 1, 1, 0, 0, 1)),
        (None, Counted(1, 1, 0, 0, 1, 0)),
    ],
)
def test_a_death_by_the_end_of_the_window_is_below_every_grade(
    course: Course, day: int | None, counted: Counted
) -> None:
    course.consent("given", SURGERY)
    course.operate()
    course.visit(42 if day != 20 else 10)
    on = {} if day is None else {"died_on": str(SURGERY + dt.timedelta(days=day))}
    course.change(status="died", **on)
    assert course.counted() == counted


def test_a_grade_before_a_death_in_the_window_is_no_outcome(course: Course) -> None:
    """The answer person by person has the worst rank for the dead as the analysis does."""
    course.consent("given", SURGERY)
    course.operate()
    course.visit(42)
    where = "cohort/comparison/?window=6wk"
    (person,) = course.api.get(where).json["people"]
    assert (person["outcome"], person["died"]) == (person["final_worst_leg"], False)
    course.change(status="died", died_on=str(SURGERY + dt.timedelta(days=50)))
    (person,) = course.api.get(where).json["people"]
    assert (person["outcome"], person["died"]) == (None, True)
    assert person["final_worst_leg"] is not None, "as it was examined"


def test_who_is_enrolled_over_the_api_is_among_the_enrolled_at_once(course: Course) -> None:
    body = {"id": new_id(), "study_number": "H-2", "birth_year": 1950}
    assert course.api.post("patients/", body).status == 201
    steps = course.api.get("cohort/comparison/flow/").json["open"]["steps"]
    assert (steps["enrolled"], steps["without_consent"]) == (1, 1)
