"""The work list and the plan by the API: the same answers as on the pages."""

import datetime as dt

import pytest
from django.utils import timezone

from outcomes import simulation
from outcomes.kinds import BY_PATH
from outcomes.worklist import needing, work_list
from patients.documents.base import read
from patients.models import AuditEvent, Patient
from tests.api.client import Api, new_id, path
from tests.support.cast import TODAY, now
from tests.support.copies import Once

WORK = "worklist/"


def simulated(site, count, seed):
    run = simulation.run(site=site, patients=count, seed=seed, as_of=TODAY - dt.timedelta(days=1))
    for _looked_at, _entered in run:
        pass


@pytest.fixture
def everyone(bedside):
    """Who needs something, in order: some of 40 made-up patients."""
    return those_in_need(bedside)


@Once
def those_in_need(bedside):
    simulated(Patient.objects.first().site, 40, seed=4)
    entries = needing(work_list(bedside.physician_a, timezone.now()), None)
    assert len(entries) > 5
    return [str(entry.candidate.id) for entry in entries]


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_hold_everyone_once_in_the_order_of_the_list(physician, everyone, limit):
    found, address = [], f"{WORK}?limit={limit}"
    while address:
        body = physician.get(address).json
        found += [row["patient"] for row in body["results"]]
        address = body["next"] and body["next"].partition("/api/v1/")[2]
    assert found == everyone


def test_a_row_says_what_is_needed_with_its_dates(physician, everyone):
    row = physician.get(f"{WORK}?need=overdue&limit=1").json["results"][0]
    need = row["needs"][0]
    window = dt.date.fromisoformat(need["closes_on"]) - dt.date.fromisoformat(need["target_on"])
    assert need["need"] == "overdue"
    assert window.days == need["last_day"] - need["target_day"]
    assert need["slot"].startswith(f"visit:{need['kind']}")
    assert (need["alert"], need["level"]) == (None, None)


def test_one_event_names_the_patients_of_the_answer(physician, everyone):
    before = AuditEvent.objects.latest("pk").pk
    physician.get(f"{WORK}?limit=3")
    (event,) = AuditEvent.objects.filter(pk__gt=before)
    assert (event.action, event.patient_ids) == ("patient.list", everyone[:3])


REFUSED = {
    "a need that does not exist": ("?need=coffee", "need"),
    "nobody's patients": ("?whose=yours", "whose"),
    "a parameter that does not exist": ("?urgent=1", "unknown_parameter"),
    "no limit": ("?limit=0", "limit"),
    "a limit too large": ("?limit=201", "limit"),
    "a cursor of its own": ("?cursor=abc", "cursor"),
    "a cursor of another list": ("?cursor=MjAyNnx4", "cursor"),
    "a cursor without its parts": ("?cursor=W10=", "cursor"),
    "a cursor of other types": ("?cursor=WyJhIiwgMV0=", "cursor"),
}


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_asked_wrongly_is_told(physician, query, code):
    answer = physician.get(WORK + query)
    assert answer.raw.headers["Content-Type"] == "application/problem+json"
    assert (answer.status, answer.json["code"]) == (400, code)


def test_whoever_has_left_the_list_does_not_stop_its_pages(physician, bedside, everyone):
    first = physician.get(f"{WORK}?limit=1").json
    BY_PATH["losses"].record(
        patient=Patient.objects.get(pk=everyone[0]),
        document=read(
            BY_PATH["losses"].shape, {"id": new_id(), "date": str(TODAY), "reason": "moved"}
        ),
        asked=now(bedside.physician_a),
    )
    following = physician.get(first["next"].partition("/api/v1/")[2]).json
    assert following["results"][0]["patient"] == everyone[1]


def test_for_whom_it_does_not_exist(cast, as_):
    for who in ("patient_user", "sees", "administrator_a"):
        answer = as_(cast.users[who]).get(WORK)
        assert answer.seen == as_(cast.users[who]).get("nothing/").seen


def test_the_plan_of_a_patient(physician, ha):
    body = physician.get(path(ha, "schedule")).json
    told = {row["kind"]: row["standing"] for row in body["results"]}
    assert told == {
        "pre_op": "not_recorded", "post_op": "missed", "discharge": "done", "2wk": "done",
        "6wk": "done", "3mo": "overdue", "6mo": "not_yet", "12mo": "not_yet", "24mo": "not_yet",
    }  # fmt: skip
    assert (body["next"], body["counted_from"], body["ended"]) == (
        None,
        "index_decompression",
        None,
    )
    (discharge,) = [row for row in body["results"] if row["kind"] == "discharge"]
    assert discharge["visit"] is not None
    assert discharge["lacks"] == ["pvr", "wound"]


def test_the_plan_takes_no_parameters(physician, ha):
    assert physician.get(path(ha, "schedule") + "?day=3").json["code"] == "unknown_parameter"


def test_the_plan_of_the_published_case_is_ended(cast):
    body = Api(cast.physician_a).get(path(cast.baek, "schedule")).json
    assert body["ended"] == "published"
    assert {row["standing"] for row in body["results"]} <= {"done", "not_asked"}
