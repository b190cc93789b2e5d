"""The comparison and its export: who counts, what is said of them, and what never is."""

import csv
import datetime as dt
import io
import json
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes import simulation
from outcomes.actions import cohort_rows
from outcomes.actions.visits import record_visit
from outcomes.documents.visit import VisitDocument
from patients import actions
from patients.documents.base import read
from patients.documents.people import ConsentDocument
from patients.models import AuditEvent, Membership, Patient
from patients.records import Asked
from tests.api.client import Api, path
from tests.outcomes.actions.test_bulk import AS_OF
from tests.outcomes.reference.test_cohort import A5, SIDES
from tests.support.cast import SURGERY, TODAY, enrol, operate, visit
from tests.support.cohort import person
from tests.test_access_matrix import FULL, ROUTES, address, classified, record_everything

pytestmark = pytest.mark.django_db

COMPARISON, EXPORT = "cohort/comparison/", "exports/comparison/"


def consent(patient, by, decision, *, purpose="research", date=SURGERY, **more):
    document = {
        "id": str(uuid.uuid4()),
        "purpose": purpose,
        "decision": decision,
        "date": str(date),
        **more,
    }
    asked = Asked(by=by, at=timezone.now())
    actions.record(patient=patient, document=read(ConsentDocument, document), asked=asked)


@pytest.fixture
def surgeon(cast) -> Api:
    """Operated on Ha, on nobody else."""
    return Api(cast.surgeon_a)


@pytest.fixture
def physician(cast) -> Api:
    """May open every record of the site."""
    return Api(cast.physician_a)


@pytest.fixture(autouse=True)
def kept(cast, monkeypatch):
    """What the cast's actions wrote without their consequences is kept before it is asked."""
    get = Api.get

    def kept_first(client, where, *given, **more):
        for _page in cohort_rows.rebuild():
            pass
        return get(client, where, *given, **more)

    monkeypatch.setattr(Api, "get", kept_first)


def people(client, **query):
    sent = "&".join(f"{name}={value}" for name, value in query.items())
    answer = client.get(f"{COMPARISON}?{sent}")
    assert answer.status == 200, answer.raw.content
    return answer.json["people"]


def lines(client, **query):
    sent = "&".join(f"{name}={value}" for name, value in query.items())
    answer = client.get(f"{EXPORT}?{sent}")
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.raw.content.decode("utf-8-sig"))))


def test_a_person_is_said_as_they_are(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    (person,) = people(surgeon, window="6wk")
    assert person == {
        "number": 1,
        "origin": "registry",
        "age_band": band(1947),
        "level": None,
        "etiology": None,
        "operated": True,
        "band": "day",
        "hours": {"best": 20.0, "lower": 20.0, "upper": 20.0, "status": "known"},
        "first_worst_leg": None,  # examined after the incision alone
        "baseline_worst_leg": None,
        "outcome": 3,
        "final_worst_leg": 3,
        "final_day": {"best": 42.0, "lower": 42.0, "upper": 42.0, "status": "known"},
        "walks_alone": None,
        "voids": None,
        "died": False,
        "no_weaker_leg": False,
    }
    (line,) = lines(surgeon, window="6wk")
    assert (line["band"], line["worst_leg"], line["day"]) == ("day", "3", "42")
    assert line["walks_alone"] == "", "not known is empty, never no"


def band(born):
    age = SURGERY.year - born
    return f"{age - age % 10}–{age - age % 10 + 9}"


def test_outside_the_window_there_is_no_final_grade(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    (person,) = people(surgeon, window="12mo")
    assert (person["final_worst_leg"], person["final_day"]) == (None, None)
    assert person["outcome"] is None, "missing is not zero"


def test_the_dead_have_no_outcome_whatever_was_found_before(cast, physician, monkeypatch):
    """They rank below every grade: what was examined in the same window is no outcome of theirs."""
    monkeypatch.undo()  # what is kept here comes from no record
    person(0, cast.seoul, cast.physician_a, worst=4, outcome={"dead": True})
    (one,) = people(physician)
    assert (one["died"], one["outcome"], one["final_worst_leg"]) == (True, None, 4)


def test_a_leg_that_was_not_graded_leaves_the_worst_leg_unknown_never_zero(cast, physician):
    patient = enrol("C-LEG", cast.seoul, cast.physician_a, birth_year=1941)
    operate(patient, cast.physician_a)
    legs = {"right": {"grade": "3"}, "left": {"not_testable": "pain"}}
    document = {"id": str(uuid.uuid4()), "kind": "6wk", "mode": "in_person",
                "date": str(SURGERY + dt.timedelta(days=42)), "motor": legs}  # fmt: skip
    asked = Asked(by=cast.physician_a, at=timezone.now())
    record_visit(patient=patient, document=read(VisitDocument, document), asked=asked)
    consent(patient, cast.physician_a, "given")
    (person,) = people(physician, window="6wk")
    assert (person["first_worst_leg"], person["final_worst_leg"]) == (None, None)
    assert person["final_day"]["best"] == 42, "there was an examination"
    (line,) = lines(physician, window="6wk")
    assert (line["first_worst_leg"], line["worst_leg"]) == ("", "")


# --- consent is obeyed --------------------------------------------------------------------------
def test_a_withdrawn_research_consent_is_gone_from_the_next_comparison_and_export(cast, surgeon):
    assert people(surgeon) == [] == lines(surgeon)
    consent(cast.ha, cast.physician_a, "given")
    assert len(people(surgeon)) == len(lines(surgeon)) == 1
    consent(cast.ha, cast.physician_a, "withdrawn", date=TODAY)
    assert people(surgeon) == [] == lines(surgeon)
    answer = surgeon.get(COMPARISON).json
    assert (answer["analysis"]["people"], answer["others"]["people"]) == (0, None)


@pytest.mark.parametrize(
    ("purpose", "decision", "count"),
    [
        pytest.param("research", "given", 1, id="research given"),
        pytest.param("research", "withdrawn", 0, id="research withdrawn"),
        pytest.param("care", "given", 0, id="care alone"),
        pytest.param("publication", "given", 0, id="publication alone"),
    ],
)
def test_only_research_consent_counts(cast, surgeon, purpose, decision, count):
    consent(cast.ha, cast.physician_a, decision, purpose=purpose)
    assert len(people(surgeon)) == len(lines(surgeon)) == count


def test_the_patient_may_withdraw_it_themselves(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    document = {
        "id": str(uuid.uuid4()),
        "purpose": "research",
        "decision": "withdrawn",
        "date": str(TODAY),
        "given_by": "patient",
    }
    answer = Api(cast.patient_user).post(path(cast.ha, "consents"), document)
    assert answer.status == 201
    assert answer.json["reporter"] == "patient"
    assert people(surgeon) == []


# --- who may, and of whom -----------------------------------------------------------------------
def test_at_another_site_only_what_one_may_open_there(cast, surgeon):
    consent(cast.brandt, cast.physician_b, "given")
    assert people(surgeon) == []
    assert len(people(Api(cast.physician_b))) == 1
    Membership.objects.create(user=cast.surgeon_a, site=cast.berlin, role="surgeon")
    # counted among the others, but not the surgeon's own patient
    assert people(surgeon) == []
    Membership.objects.create(user=cast.surgeon_a, site=cast.berlin, role="physician")
    assert len(people(surgeon)) == 1


def test_one_by_one_only_those_whose_record_one_may_open(cast, surgeon, physician):
    for patient in (cast.ha, cast.ji):
        consent(patient, cast.physician_a, "given")
    for asks, shown in ((surgeon, 1), (physician, 2)):
        answer = asks.get(COMPARISON).json
        assert len(answer["people"]) == len(lines(asks)) == shown
        assert answer["analysis"]["people"] == shown, "exact counts are of these alone"
        # there is another site, where neither may open a record
        assert (answer["others"]["people"], answer["others"]["withheld"]) == (None, True)


@pytest.mark.parametrize("who", ["therapist_a", "administrator_a", "patient_user", "sees"])
@pytest.mark.parametrize("where", [COMPARISON, EXPORT])
def test_others_are_refused(cast, who, where):
    answer = Api(getattr(cast, who)).get(where)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize("query", ["origin=published", "window=2wk", "level=L6", "patient=1"])
def test_a_parameter_that_is_none_is_refused(surgeon, query):
    assert surgeon.get(f"{COMPARISON}?{query}").status == 400
    assert surgeon.get(f"{EXPORT}?{query}").status == 400


# --- synthetic and published apart --------------------------------------------------------------
def test_made_up_people_come_only_when_asked_for_and_say_so(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    consent(cast.synthetic, cast.physician_a, "given")
    assert {person["origin"] for person in people(surgeon)} == {"registry"}
    assert {person["origin"] for person in people(surgeon, origin="synthetic")} == {"synthetic"}
    assert {line["origin"] for line in lines(surgeon, origin="synthetic")} == {"synthetic"}


def test_the_published_cases_stand_beside_and_are_never_counted(cast, surgeon):
    consent(cast.baek, cast.physician_a, "given", date=TODAY)
    answer = surgeon.get(COMPARISON).json
    assert answer["people"] == []
    assert [case["id"] for case in answer["published"]] == [f"C{n}" for n in range(1, 9)]
    assert answer["published"][0]["derived"]["change"]["worst_leg"] == 3


STATISTICS = {"mean", "median", "average", "interval", "ci", "p", "p_value", "percentile", "slope",
              "sd", "iqr", "quartiles", "regression", "share", "percent", "proportion",
              "win", "tau"}  # fmt: skip


def names(value):
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from names(inner)


def test_the_published_are_counts_and_nulls_as_tabulated(cast, surgeon):
    """CLINICAL.md A5, typed by hand in tests/outcomes/reference/test_cohort.py."""
    answer = surgeon.get(COMPARISON).json
    sides = {case["id"]: case["laterality_confidence"] for case in answer["published"]}
    low = dict.fromkeys(("C1", "C4", "C6", "C7"), "low")
    assert sides == low | {"C2": None, "C3": "high", "C5": "medium", "C8": "high"}, "A3, A5"
    for case in answer["published"]:
        change, ratio, _worst, classification, evidence, walks = A5[case["id"]]
        assert case["derived"] == {
            "change": dict(zip(SIDES, change, strict=True)),
            "recovery_ratio": dict(zip(SIDES, ratio, strict=True)),
            "classification": classification,
            "evidence": evidence,
            "walks_alone": walks,
        }
    assert set(names(answer["published"])) & STATISTICS == set()
    assert set(names(answer["analysis"])) & STATISTICS == {"interval", "p", "win"}


def test_a_published_person_is_in_no_count_of_any_question(cast, physician):
    consent(cast.baek, cast.physician_a, "given", date=TODAY)
    for query in ("", "?window=last", "?level=L2"):
        answer = physician.get(f"{COMPARISON}{query}").json
        assert (answer["people"], answer["analysis"]["people"]) == ([], 0)


# --- nobody is recognised -----------------------------------------------------------------------
CANARIES = {
    "study_number": "CANARY-1",
    "record_number": "canary-2",
    "name": "Canary Three",
    "birth_date": "1941-07-19",
}


def test_nothing_that_identifies_is_in_an_answer(cast, surgeon):
    patient = enrol(CANARIES["study_number"], cast.seoul, cast.physician_a,
                    **{k: v for k, v in CANARIES.items() if k != "study_number"})  # fmt: skip
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
    consent(patient, cast.physician_a, "given", note="canary note", form_version="canary form")
    for where in (COMPARISON, EXPORT):
        told = surgeon.get(f"{where}?window=6wk").raw.content.decode()
        for canary in (*CANARIES.values(), "canary", str(patient.pk), str(SURGERY), "1941-"):
            assert canary not in told, (where, canary)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("L1", "L1"),
        ("t12, l1", "T12, L1"),
        ("T12–L1", "T12, L1"),
        ('=HYPERLINK("http://evil/") Kim 010-1234', None),
        ("banana", None),
        ("L6", None),
        (None, None),
    ],
)
def test_of_the_level_only_the_level_is_told(cast, physician, typed, told):
    given = {} if typed is None else {"fracture_level": typed}
    patient = enrol("C-LEVEL", cast.seoul, cast.physician_a, birth_year=1941, **given)
    consent(patient, cast.physician_a, "given")
    (person,) = people(physician)
    assert person["level"] == told
    assert all(cell not in ("banana", typed) for cell in lines(physician)[0].values())


@pytest.mark.parametrize("hour", [16, 23])
def test_consent_is_asked_for_the_day_that_it_is_at_the_site(cast, surgeon, hour):
    """At 16:00 UTC it is tomorrow in Seoul: what is withdrawn there that day is withdrawn."""
    evening = dt.datetime.combine(TODAY + dt.timedelta(days=3), dt.time(hour), dt.UTC)
    consent(cast.ha, cast.physician_a, "given")
    with time_machine.travel(evening, tick=False):
        assert len(people(surgeon)) == 1
        today = evening.date() + dt.timedelta(days=1)
        consent(cast.ha, cast.physician_a, "withdrawn", date=today)
        assert people(surgeon) == [] == lines(surgeon)


def test_reading_it_is_audited_with_whose_records_it_read(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    for where, action in ((COMPARISON, "comparison.view"), (EXPORT, "comparison.export")):
        surgeon.get(where)
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.patient_ids) == (action, [str(cast.ha.pk)])
        assert event.by == cast.surgeon_a


def test_the_cost_does_not_grow_with_the_people(cast, surgeon, monkeypatch):
    def queries():
        people(surgeon)  # keeps what is new
        with monkeypatch.context() as undone, CaptureQueriesContext(connection) as caught:
            undone.setattr(cohort_rows, "rebuild", list)
            found = people(surgeon, origin="synthetic")
        return len(found), len(caught)

    consent(cast.synthetic, cast.physician_a, "given")
    few, before = queries()
    list(simulation.run(site=cast.seoul, patients=25 if FULL else 10, seed=3, as_of=AS_OF))
    for patient in Patient.objects.filter(origin="synthetic"):
        consent(patient, cast.physician_a, "given", date=TODAY)
    many, after = queries()
    assert many > few
    assert after == before


# --- every answer about a made-up person says so ------------------------------------------------
def test_every_answer_about_a_synthetic_patient_says_so(cast):
    client = Api(cast.physician_a)
    patient = enrol("SYN-T", cast.seoul, cast.physician_a, origin="synthetic", birth_year=1940)
    recorded = record_everything(client, patient)
    # about staff or a file, not about a body
    apart = {"api-care-team", "api-care-team-member", "api-lab-imports-of-patient"}
    tried = 0
    for route in ROUTES:
        if "patient_id" not in route.arguments and route.name != "api-visit":
            continue
        if not route.name.startswith("api-") or route.name in apart:
            continue
        for method in set(classified(route)) & {"GET"}:
            answer = client.send(method, address(cast, route, patient.pk, recorded))
            assert answer.status == 200, route
            found = json.loads(answer.raw.content)
            rows = found.get("results", [found])
            assert rows
            assert {row.get("origin") for row in rows} == {"synthetic"}, route.name
            tried += 1
    assert tried > 25


def test_the_analysis_is_that_of_the_people_shown(cast, surgeon):
    for _looked_at, _entered in simulation.run(
        site=cast.seoul, patients=60 if FULL else 25, seed=11, as_of=TODAY - dt.timedelta(days=1)
    ):
        pass
    answer = surgeon.get(f"{COMPARISON}?origin=synthetic&window=12mo").json
    shown, analysis = answer["people"], answer["analysis"]
    early = [p for p in shown if (p["hours"]["upper"] or 1e9) <= 24]
    later = [p for p in shown if (p["hours"]["lower"] or 0) > 24]
    told = [p for p in later if p["died"] or p["final_worst_leg"] is not None]
    assert (analysis["status"], analysis["people"]) == ("primary", len(shown))
    assert (analysis["early"]["people"], analysis["later"]["people"]) == (len(early), len(later))
    assert analysis["later"]["with_outcome"] == len(told) > 0
    reached = [p for p in told if not p["died"] and p["final_worst_leg"] >= 3]
    share = next(one for one in analysis["later"]["shares"] if one["grade"] == 3)
    assert (share["k"], share["n"]) == (len(reached), len(told))
    assert surgeon.get(f"{COMPARISON}?clock=cement").json["analysis"]["status"] == "exploratory"


def test_of_too_few_nothing_is_computed(cast, surgeon):
    consent(cast.ha, cast.physician_a, "given")
    analysis = surgeon.get(f"{COMPARISON}?window=6wk").json["analysis"]
    assert (analysis["people"], analysis["win"], analysis["p"]) == (1, None, None)
    assert analysis["differences"] == []
