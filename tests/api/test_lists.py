"""Lists: pages that miss and repeat nothing, filters that are no oracle, queries that stay few."""

import base64
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes.actions import laboratory, medications
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument
from patients.documents.base import read
from patients.records import Asked
from tests.api.client import Api, new_id, path
from tests.support import cast as people
from tests.support.cast import SURGERY

DAY = str(SURGERY + dt.timedelta(days=3))


def record_labs(patient, by, count, at=None):
    """`count` results, all recorded in one instant."""
    asked = Asked(by=by, at=at or timezone.now())
    for number in range(count):
        document = {"id": new_id(), "analyte": "crp", "value": str(number), "unit": "mg/L",
                    "specimen_at": DAY}  # fmt: skip
        laboratory.record_lab(patient=patient, document=read(LabDocument, document), asked=asked)


def test_a_list_is_next_and_results(physician, ha):
    body = physician.get(path(ha, "visits")).json
    assert list(body) == ["next", "results"]
    assert body["next"] is None
    assert [row["kind"] for row in body["results"]] == ["discharge", "6wk"]


@pytest.mark.parametrize("limit", [1, 7, 40, 41, 200])
def test_pages_hold_every_row_once_also_of_one_instant(physician, ha, bedside, limit):
    record_labs(ha, bedside.physician_a, 40)
    rows = physician.rows(path(ha, "labs") + f"?limit={limit}")
    assert len({row["id"] for row in rows}) == len(rows) == 40


def test_a_page_has_as_many_rows_as_asked_for(physician, ha, bedside):
    record_labs(ha, bedside.physician_a, 60)
    assert len(physician.get(path(ha, "labs")).json["results"]) == 50
    assert len(physician.get(path(ha, "labs") + "?limit=59").json["results"]) == 59
    exactly = physician.get(path(ha, "labs") + "?limit=60").json
    assert (len(exactly["results"]), exactly["next"]) == (60, None)


def test_a_row_recorded_between_two_pages_is_on_a_later_one(physician, ha, bedside):
    record_labs(ha, bedside.physician_a, 10)
    first = physician.get(path(ha, "labs") + "?limit=5").json
    seen = {row["id"] for row in first["results"]}
    record_labs(ha, bedside.physician_a, 3)
    for row in first["results"]:
        physician.amend(path(ha, "labs", row["id"]), interpretation="H")
    rest = physician.rows(first["next"])
    assert len(rest) == 8
    assert not seen & {row["id"] for row in rest}, "an amended row keeps its place"


def test_the_timeline_is_paged_too(physician, ha, bedside):
    record_labs(ha, bedside.physician_a, 30)
    rows = physician.rows(path(ha, "timeline") + "?limit=11")
    assert len({row["id"] for row in rows}) == len(rows) == 34
    assert [row["id"] for row in rows] == [r["id"] for r in physician.rows(path(ha, "timeline"))]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "1.5", "x", "", "１", "1e1", "9" * 5000, "٣", " 5", "5 "]
)
def test_a_limit_out_of_bounds_is_refused(physician, ha, limit):
    for where in ("patients/", path(ha, "visits"), path(ha, "timeline")):
        answer = physician.get(f"{where}?limit={limit}")
        assert (answer.status, answer.json["code"]) == (400, "limit"), where


NOBODY = "00000000-0000-4000-8000-000000000000"  # the same in every worker


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "é", "=", "A" * 5000, encoded("p=2026-01-01"), encoded("2026-01-01|x"),
     encoded(f"2026-01-01|{NOBODY}"), encoded(f"0001-01-01T00:00+14:00|{NOBODY}x"), "-1"],
)  # fmt: skip
def test_a_cursor_that_the_server_did_not_give_is_refused(physician, ha, cursor):
    for where in ("patients/", path(ha, "visits"), path(ha, "timeline")):
        answer = physician.get(f"{where}?cursor={cursor}")
        assert (answer.status, answer.json["code"]) == (400, "cursor"), where


def test_a_cursor_reaches_no_farther_than_its_reader(cast):
    """Of a stranger: it moves the start, not the bounds of what one may see."""
    ours = Api(cast.physician_a).get("patients/?limit=1").json["next"]
    assert {row["id"] for row in Api(cast.physician_b).rows(ours)} <= {str(cast.brandt.pk)}


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query", ["name=x", "site=seoul", "patient=1", "order_by=name", "q=x", "study_number__gt=A",
              "recorded_by__password__startswith=a", "format=json", "Limit=1"],
)  # fmt: skip
def test_an_unknown_parameter_is_refused(physician, ha, query):
    for where in ("patients/", path(ha, "visits"), path(ha, "timeline"), "literature/"):
        answer = physician.get(f"{where}?{query}")
        assert (answer.status, answer.json["code"]) == (400, "unknown_parameter"), where


def test_patients_are_filtered_by_what_one_may_filter_by(cast, physician):
    def numbers(query):
        return {row["study_number"] for row in physician.rows(f"patients/?{query}")}

    everyone = {"A-001", "A-002", "BAEK-2021", cast.synthetic.study_number}
    assert numbers("") == everyone
    assert numbers("origin=registry") == {"A-001", "A-002"}
    assert numbers("origin=published") == {"BAEK-2021"}
    assert numbers("status=active") == everyone
    assert numbers("status=died") == set()
    assert numbers("study_number=A-001") == {"A-001"}
    assert numbers("study_number=B-001") == set(), "another site's answers like none"
    assert numbers("study_number=NONE-1") == set()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query", ["origin=martian", "status=x", "study_number=%00", "study_number=a%20b", "origin="]
)
def test_a_filter_that_no_patient_can_match_is_refused(physician, query):
    assert physician.get(f"patients/?{query}").status == 400


def queries(physician, where):
    physician.get(where)  # what is cached once (content types, throttles) is cached now
    with CaptureQueriesContext(connection) as captured:
        assert physician.get(where).status == 200
    return len(captured)


def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_two(physician, ha, bedside):
    by = bedside.physician_a

    def courses(count):
        asked = Asked(by=by, at=timezone.now())
        for _ in range(count):
            doses = [{"id": new_id(), "date": DAY} for _ in range(2)]
            document = read(CourseDocument, {"id": new_id(), "drug": "x", "doses": doses})
            medications.prescribe(patient=ha, document=document, asked=asked)

    def visits(count):
        for number in range(count):
            people.visit(ha, by, kind="unscheduled", day=50 + number, right="3", left="4")

    def patients(count):
        for _number in range(count):
            people.enrol(f"Q-{new_id()}", ha.site, by)

    counted = {}
    for where, add, few in (
        (path(ha, "visits"), visits, 0),
        (path(ha, "labs"), lambda n: record_labs(ha, by, n), 2),
        (path(ha, "medications"), courses, 2),
        ("patients/", patients, 1),
    ):
        add(few)
        before = queries(physician, where)
        add(28)
        counted[where] = (before, queries(physician, where))
    assert all(before == after for before, after in counted.values()), counted
    assert all(after <= 8 for _before, after in counted.values()), counted
    timeline = queries(physician, path(ha, "timeline"))
    visits(20)
    assert queries(physician, path(ha, "timeline")) == timeline
