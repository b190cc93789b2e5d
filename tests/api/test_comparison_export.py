"""The files of the comparison: who is in them, what is withheld, and that they lead to nobody."""

import csv
import datetime as dt
import io
import re
import uuid
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from outcomes import tasks
from outcomes.actions import cohort_rows, surgery
from outcomes.comparison import Population, export
from outcomes.comparison.computed import followed
from outcomes.comparison.funnel import funnel
from outcomes.comparison.people import people as person_by_person
from outcomes.models import CohortEntry, CohortJob
from outcomes.rules import cohort_export
from outcomes.rules.cohort_export import COLUMNS, OTHERS, PEOPLE, WITHHELD_FIRST
from outcomes.rules.cohort_following import KINDS
from outcomes.rules.cohort_question import Question
from patients.documents.base import read
from patients.documents.surgery import ProcedureDocument
from patients.models import AuditEvent, Membership
from tests.api.client import Api
from tests.api.test_comparison import CANARIES, consent
from tests.support.cast import SURGERY, enrol, now, operate, visit
from tests.support.cohort import people

pytestmark = pytest.mark.django_db

COMPARISON, EXPORT = "cohort/comparison/", "exports/comparison/"
DICTIONARY = f"{EXPORT}dictionary/"


@pytest.fixture
def physician(cast) -> Api:
    """May open every record of the site."""
    return Api(cast.physician_a)


def registered(cast, count, start=0, **more):
    """So many people of the registry, decompressed within a day."""
    traits = {"levels": "L1", "age_band": "80–89", "technique": "laminectomy"} | more
    return people(cast.seoul, cast.physician_a, [traits] * count, start=start)


@pytest.fixture(autouse=True)
def _alone(cast):
    """None of the cast counts, only whom a test adds."""
    CohortEntry.objects.all().delete()


def answered(client, query="", where=EXPORT):
    answer = client.get(f"{where}?window=6wk{query}" if where != DICTIONARY else where)
    assert answer.status == 200, answer.raw.content
    return list(csv.DictReader(io.StringIO(answer.raw.content.decode("utf-8-sig"))))


def test_the_columns_are_those_of_the_dictionary(cast, physician):
    registered(cast, 1)
    (line,) = answered(physician)
    told = answered(physician, where=DICTIONARY)
    assert list(line) == [one["name"] for one in told if one["table"] == PEOPLE]
    assert list(told[0]) == list(cohort_export.DICTIONARY)
    assert all(one["meaning"] and one["source"] and "{" not in one["meaning"] for one in told)


def test_every_status_of_the_outcome_is_explained(cast, physician):
    (told,) = (one for one in answered(physician, where=DICTIONARY)
               if (one["table"], one["name"]) == (PEOPLE, "outcome_status"))  # fmt: skip
    codes = {code.split(" ")[0] for code in told["values"].split(" | ")}
    states = {"lost_" if state.startswith("lost_") else state for state in KINDS}
    assert codes == states - {"examined"} | {"known", "not_operated"}
    for code in codes:
        assert re.search(rf"\b{code}\b", told["meaning"]), code


def test_who_was_not_operated_on_is_not_undecided(cast, physician):
    """On the clock that starts with the operation; they were examined after the cement."""
    patient, by = enrol("P-none", cast.seoul, cast.physician_a), cast.physician_a
    cement = {"id": str(uuid.uuid4()), "kind": "cement", "date": str(SURGERY)}
    surgery.record_procedure(
        patient=patient, document=read(ProcedureDocument, cement), asked=now(by)
    )
    visit(patient, by, kind="6wk", day=42, right="3", left="4")
    consent(patient, by, "given")
    for _page in cohort_rows.rebuild():
        pass
    statuses = [
        answered(physician, f"&clock={clock}")[0]["outcome_status"]
        for clock in ("index_decompression", "cement")
    ]
    assert statuses == ["not_operated", "known"]


def test_legs_that_were_equal_at_first_are_not_missing(cast, physician):
    """One person each: the weaker leg graded; equal, examined; equal, missed; equal, dead; not
    known."""
    query = "&outcome=weaker_leg"
    registered(cast, 1, outcome={"weaker": 3})
    registered(cast, 1, start=1, equal_at_first=True)
    registered(cast, 1, start=2, equal_at_first=True, worst=None)
    registered(cast, 1, start=3, equal_at_first=True, worst=None, outcome={"dead": True})
    registered(cast, 1, start=4, first=None)
    found = Counter(line["outcome_status"] for line in answered(physician, query))
    assert found == {"known": 1, "no_weaker_leg": 3, "not_recorded": 1}
    early = physician.get(f"{COMPARISON}?window=6wk{query}").json["analysis"]["early"]
    assert (early["people"], early["with_outcome"], early["dead"]) == (5, 1, 0)
    assert (early["none_possible"], early["missing"]) == (3, 1)
    asked = Question(outcome="weaker_leg", window="6wk")
    population = Population(cast.physician_a, asked, timezone.now())
    (step,) = funnel(population, None)
    assert (step.open.people, step.open.with_outcome, step.open.with_both) == (5, 1, 1)
    assert sum(one.outcome is not None for one in followed(population)) == 1
    told, _ids = person_by_person(population)
    assert sorted(one.no_weaker_leg for one in told) == [False, False, True, True, True]
    # asked of the worse leg
    early = physician.get(f"{COMPARISON}?window=6wk").json["analysis"]["early"]
    assert (early["with_outcome"], early["dead"], early["none_possible"]) == (4, 1, 0)


def test_ids_are_drawn_anew_for_every_file(cast, physician):
    everyone = registered(cast, 6)
    first, second = ({line["id"] for line in answered(physician)} for _n in range(2))
    assert len(first) == len(second) == len(everyone)
    assert not first & second
    assert not any(number.isdigit() for number in first)


def test_a_file_has_whom_the_view_has_and_their_counts(cast, physician):
    registered(cast, 11)
    registered(cast, 3, start=11, levels="T12")
    analysis = physician.get(f"{COMPARISON}?window=6wk").json["analysis"]
    lines = answered(physician)
    early = [line for line in lines if line["band"] == "day"]
    told = [line for line in lines if line["outcome_status"] in ("known", "died")]
    assert len(lines) == analysis["people"] == 14
    assert len(early) == analysis["early"]["people"]
    assert len(told) == analysis["with_outcome"] == 14
    reached = [line for line in early if int(line["outcome"]) >= 3]
    share = next(one for one in analysis["early"]["shares"] if one["grade"] == 3)
    assert (share["k"], share["n"]) == (len(reached), len(early))


def test_of_few_alike_traits_are_withheld(cast, physician):
    registered(cast, 6)
    registered(cast, 2, start=6, levels="T12")
    lines = answered(physician)
    alike = Counter(tuple(line[name] for name in (*WITHHELD_FIRST, "withheld")) for line in lines)
    assert min(alike.values()) >= 5
    assert all(line["withheld"] == ";".join(WITHHELD_FIRST) for line in lines)


def test_made_up_people_are_told_as_they_are(cast, physician):
    registered(cast, 1, origin="synthetic")
    (line,) = answered(physician, "&origin=synthetic")
    assert (line["withheld"], line["level"], line["hours"]) == ("", "L1", "12.0")


@pytest.mark.parametrize(
    ("count", "hours", "status"), [(9, "", "band_only"), (10, "12.0", "known")]
)
def test_hours_of_few_are_told_as_a_band(cast, physician, count, hours, status):
    registered(cast, count)
    lines = answered(physician)
    assert {(line["band"], line["hours"], line["hours_lower"], line["hours_status"])
            for line in lines} == {("day", hours, hours, status)}  # fmt: skip


def test_of_others_only_what_the_view_tells(cast):
    """The surgeon operated on nobody of them."""
    registered(cast, 8)
    surgeon = Api(cast.surgeon_a)
    others = surgeon.get(f"{COMPARISON}?window=6wk").json["others"]
    lines = answered(surgeon, f"&table={OTHERS}")
    counts = {line["counted"]: line["people"] for line in lines if line["counted"] != "ended"}
    names = ("people", "with_timing", "with_outcome", "with_both")
    assert counts == {name: str(others[name] or "suppressed") for name in names}
    cells = {(line["band"], line["ended"]): line["people"] for line in lines if line["band"]}
    steps = {None: "no_outcome"}
    assert cells == {
        (cell["band"], str(steps.get(cell["step"], cell["step"]))): str(
            cell["people"] or "suppressed"
        )
        for cell in others["cells"]
    }
    assert answered(surgeon) == [], "none of them one by one"


def test_nothing_that_identifies_is_in_a_file(cast, physician):
    known = {name: value for name, value in CANARIES.items() if name != "study_number"}
    patient = enrol(CANARIES["study_number"], cast.seoul, cast.physician_a, **known,
                    fracture_level="L1 canary")  # fmt: skip
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
    consent(patient, cast.physician_a, "given", note="canary note")
    for _page in cohort_rows.rebuild():
        pass
    for query in ("", f"&table={OTHERS}"):
        answer = physician.get(f"{EXPORT}?window=6wk{query}").raw
        told = answer.content.decode() + str(answer.headers)
        for canary in (*CANARIES.values(), "canary", str(patient.pk), "1941-", "C-1"):
            assert canary not in told


def test_a_formula_stays_text(cast):
    """No trait can hold one; if a column ever did, a spreadsheet would not run it."""
    line = dict.fromkeys(cohort_export.names(PEOPLE)) | {"level": "=cmd|'/C calc'!A0"}
    assert "'=cmd|" in export._csv(PEOPLE, [line])


def test_every_code_in_a_file_is_in_the_dictionary(cast, physician):
    registered(cast, 10)
    registered(cast, 2, start=10, worst=None)
    registered(cast, 2, start=12, outcome={"dead": True}, origin="synthetic")
    of = {column.name: column for column in COLUMNS[PEOPLE] if column.type == "code"}
    for line in (*answered(physician), *answered(physician, "&origin=synthetic")):
        for name, column in of.items():
            assert not line[name] or line[name] in column.values.split(" | "), name


@pytest.mark.parametrize(("query", "status"), [("table=people", 200), ("table=secret", 400)])
def test_only_tables_that_there_are(physician, query, status):
    assert physician.get(f"{EXPORT}?{query}").status == status


# --- many people: made in the worker --------------------------------------------------------------
@pytest.fixture
def many(monkeypatch, cast):
    """Four people are many, and read two by two."""
    monkeypatch.setattr("outcomes.comparison.MOST_POINTS", 3)
    monkeypatch.setattr(export, "CHUNK", 2)
    registered(cast, 5)


def test_a_file_of_many_is_made_in_the_worker_whole(physician, many):
    asked = physician.get(f"{EXPORT}?window=6wk")
    assert (asked.status, asked.json["state"], asked.json["done"]) == (202, "waiting", 0)
    where = asked.json["address"].removeprefix("/api/v1/")
    assert asked.raw.headers["Location"] == asked.json["address"]
    assert physician.get(where).status == 202
    tasks.compute_cohort()
    made = physician.get(where)
    assert (made.status, made.raw["Content-Type"]) == (200, "text/csv; charset=utf-8")
    lines = list(csv.DictReader(io.StringIO(made.raw.content.decode("utf-8-sig"))))
    assert len(lines) == 5, "nobody is cut off"
    assert min(Counter(line["withheld"] for line in lines).values()) >= 5
    assert len(answered(physician)) == 5, "the same question is answered with the file"
    job = CohortJob.objects.get()
    assert (job.done, job.total) == (4, 5)
    told = AuditEvent.objects.filter(action="comparison.export", by=job.user)
    assert max(len(event.patient_ids) for event in told) == 5


def test_only_who_asked_may_fetch_it_and_until_it_expires(cast, physician, many):
    where = physician.get(f"{EXPORT}?window=6wk").json["address"].removeprefix("/api/v1/")
    tasks.compute_cohort()
    for stranger in (cast.surgeon_a, cast.physician_b):
        assert Api(stranger).get(where).status == 404
    job = CohortJob.objects.get()
    with time_machine.travel(job.finished_at + dt.timedelta(seconds=5), tick=False):
        assert physician.get(where).status == 200
    CohortJob.objects.update(expires_at=timezone.now())
    assert physician.get(where).status == 404
    tasks.forget_computed()
    assert not CohortJob.objects.exists(), "its content is gone as well"


def _consent_withdrawn(cast):
    entry = CohortEntry.objects.first()
    entry.consents.update(until=timezone.now().date())


def _record_in_error(cast):
    CohortEntry.objects.first().delete()


def _finding_corrected(cast):
    CohortEntry.objects.filter(pk=CohortEntry.objects.first().pk).update(first_worst=4, stamp=99)


def _moved_to_another_site(cast):
    CohortEntry.objects.filter(pk=CohortEntry.objects.first().pk).update(site=cast.berlin)


def _membership_ended(cast):
    Membership.objects.filter(user=cast.physician_a).update(active=False)


def _next_day(cast):
    pass


@pytest.mark.parametrize(
    "change",
    [_consent_withdrawn, _record_in_error, _finding_corrected, _moved_to_another_site,
     _membership_ended, _next_day],
)  # fmt: skip
def test_a_file_is_given_only_while_its_reader_would_be_given_the_same(
    cast, physician, many, change
):
    where = physician.get(f"{EXPORT}?window=6wk").json["address"].removeprefix("/api/v1/")
    tasks.compute_cohort()
    assert physician.get(where).status == 200
    tasks.forget_computed()
    assert CohortJob.objects.exists()
    change(cast)
    later = timezone.now() + dt.timedelta(hours=23 if change is _next_day else 0, minutes=1)
    with time_machine.travel(later, tick=False):
        assert physician.get(where).status == (403 if change is _membership_ended else 404)
        tasks.forget_computed()
    assert not CohortJob.objects.exists(), "nor is it kept"
