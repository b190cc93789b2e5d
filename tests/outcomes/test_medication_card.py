"""The medication card, its short pages, and the published case, whose answers are typed by hand."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outcomes.actions.medications import amend_course
from outcomes.documents.medication import CourseDocument
from outcomes.facts import facts_of
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.record import Record
from outcomes.rules.medication_safety import findings
from patients.documents.base import read
from patients.models.record import civil_date
from tests.support.cast import TODAY, now
from tests.support.one_by_one import enter_at_once

# CLINICAL.md F, the paragraph on C8: 84 years, asthma, hypertension, no doses
C8 = {
    "tramadol-max-age": ("cannot_tell", {"dose", "weight", "creatinine"}),
    "celecoxib-asthma": ("cannot_tell", {"aspirin_sensitivity"}),
    "celecoxib-monitor-blood-pressure": ("cannot_tell", {"blood_pressure"}),
    "celecoxib-monitor-creatinine": ("cannot_tell", {"creatinine"}),
    "celecoxib-eu-crcl": ("cannot_tell", {"weight", "creatinine"}),
    "solifenacin-urinary-retention": ("cannot_tell", {"pvr", "bladder_type"}),
    "solifenacin-monitor-pvr": ("cannot_tell", {"pvr"}),
    "solifenacin-monitor-bladder-type": ("cannot_tell", {"bladder_type"}),
    "ibandronate-monitor-creatinine": ("cannot_tell", {"creatinine"}),
    "ibandronate-monitor-calcium": ("cannot_tell", {"calcium"}),
    "ibandronate-crcl": ("cannot_tell", {"weight", "creatinine"}),
    "ibandronate-hypocalcaemia": ("cannot_tell", {"calcium"}),
}


@pytest.fixture
def baek(cast):
    return facts_of([cast.baek], timezone.now())[cast.baek.pk]


@pytest.mark.parametrize("rule", C8)
def test_the_published_case_answers_as_settled(baek, rule):
    (one,) = [f for f in findings(baek) if f.rule == rule]
    assert (one.answer, set(one.missing)) == C8[rule]


def test_the_published_case_is_told_the_cap_for_its_age_and_the_one_for_its_kidneys(baek):
    (one,) = [f for f in findings(baek) if f.rule == "tramadol-max-age"]
    assert one.values["limit"] == "300"
    assert one.values["limits"] == (
        "At most 200 mg a day with a creatinine clearance below 30 mL/min",
        "At most 300 mg a day above 75 years",
    )


def test_no_dose_of_the_published_case_is_called_safe(baek):
    doses = ("max_daily_dose", "max_single_dose", "usual_single_dose", "min_interval")
    about = [f for f in findings(baek) if f.kind in doses and f.rule != "ibandronate-iv-interval"]
    assert {f.answer for f in about} == {"cannot_tell"}


STARTED = str(TODAY - dt.timedelta(9))
ADDED = (("celecoxib", "M01AH01"), ("solifenacin", "G04BD08"), ("apixaban", "B01AF02"))


# --- the card -----------------------------------------------------------------------------------
def course(**facts):
    given = {"id": str(uuid.uuid4()), "drug": "tramadol", "atc": "N02AX02", "dose": 100.0,
             "dose_unit": "mg", "times_per_day": 5.0, "start": STARTED}  # fmt: skip
    return {"kind": "medications", "document": given | facts}


@pytest.fixture
def treated(cast):
    """Ha, of 78 or 79 years, on 500 mg of tramadol a day."""
    document = course()
    enter_at_once(cast.ha, [document], now(cast.physician_a))
    return MedicationCourse.objects.get(pk=document["document"]["id"])


def card(client, patient):
    source = client.get(f"/patients/{patient.pk}/").content.decode()
    found = re.search(r'<section[^>]* id="medication".*?</section>', source, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_what_speaks_up_is_in_view_with_its_source(cast, client_for, treated):
    told = card(client_for(cast.physician_a), cast.ha)
    assert "500 mg/d is above the limit of 300 mg/d." in told
    assert "label of tramadol" in told
    assert "Decision support, not diagnosis" in told
    assert "cannot be calculated" in told


def test_a_drug_that_was_not_checked_says_so_in_view(cast, client_for):
    document = course(drug="tramadoll")
    del document["document"]["atc"]
    enter_at_once(cast.ha, [document], now(cast.physician_a))
    told = card(client_for(cast.physician_a), cast.ha)
    assert "Nothing was checked for this drug: it is not a name we know" in told
    assert "Did you mean tramadol?" in told
    assert "This drug : full ATC code" in told
    assert "rule cannot be checked" not in told


def test_the_code_that_another_drug_lacks_is_not_asked_of_this_one(cast, client_for):
    unknown, known = course(drug="tramadoll"), course(drug="celecoxib", atc="M01AH01")
    del unknown["document"]["atc"]
    enter_at_once(cast.ha, [unknown, known], now(cast.physician_a))
    told = card(client_for(cast.physician_a), cast.ha)
    of_celecoxib = told[told.index("celecoxib (M01AH01)") :].partition("tramadoll")[0]
    assert "Elsewhere : full ATC code of every other drug" in of_celecoxib.replace(
        "re: f", "re : f"
    )
    assert "This drug : full ATC code" not in of_celecoxib


def test_a_misspelt_drug_is_asked_about_beside_its_name(cast, client_for):
    client = client_for(cast.physician_a)
    typed = {"id": str(uuid.uuid4()), "drug": "tramadoll", "start": STARTED}
    asked = client.post(f"/patients/{cast.ha.pk}/medications/check/", typed).json()
    (one,) = [q for q in asked["questions"] if q["field"] == "drug"]
    assert "Did you mean tramadol?" in one["text"]


@pytest.mark.parametrize("reader", ["patient_user", "sees", "sees_and_reports"])
def test_patients_and_caregivers_see_the_drug_and_no_finding(cast, client_for, treated, reader):
    where = reverse("phone-written", args=[cast.ha.pk])
    told = client_for(getattr(cast, reader)).get(where).content.decode()
    assert "tramadol" in told
    for word in ("limit", "Cannot be checked", "Creatinine clearance", "Caution", "Stop"):
        assert word not in told


def test_a_therapist_sees_the_findings_and_prescribes_nothing(cast, client_for, treated):
    told = card(client_for(cast.therapist_a), cast.ha)
    assert "above the limit" in told
    assert "Start a drug" not in told


def test_more_drugs_ask_no_more_queries(cast, client_for, treated):
    client = client_for(cast.physician_a)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            card(client, cast.ha)
        return len(queries)

    asked()
    before = asked()
    more = [course(drug=name, atc=atc) for name, atc in ADDED]
    enter_at_once(cast.ha, more, now(cast.physician_a))
    assert asked() == before


def test_the_page_looks_at_the_facts_that_every_write_looks_at(cast):
    moment = timezone.now()
    for patient in (cast.ha, cast.baek, cast.synthetic):
        whole = facts_of([patient], moment)[patient.pk]
        assert Record(patient, cast.physician_a).facts(moment) == whole


# --- the short pages ----------------------------------------------------------------------------
def typed(client, address):
    """What the form holds when it is opened."""
    source = client.get(address).content.decode()
    inputs = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', source))
    chosen = r'<select[^>]* name="(\w+)".*?</select>'
    for found in re.finditer(chosen, source, re.S):
        value = re.search(r'value="([^"]*)" selected', found[0])
        inputs[found[1]] = value[1] if value else ""
    return {k: v for k, v in inputs.items() if k not in ("csrfmiddlewaretoken", "language", "next")}


def at(row, what):
    return f"/patients/{row.patient_id}/medications/{row.pk}/{what}/"


def test_a_drug_is_started_with_its_name_alone(cast, client_for):
    client = client_for(cast.physician_a)
    address = f"/patients/{cast.ha.pk}/medications/start/"
    form = typed(client, address)
    assert client.post(address, form | {"drug": "metformin"}).status_code == 302
    row = MedicationCourse.objects.get(patient=cast.ha)
    assert (row.drug, row.dose, row.start) == ("metformin", None, today(cast))
    assert "Nothing was checked for this drug" in card(client, cast.ha)


def today(cast):
    return civil_date(timezone.now(), cast.seoul.time_zone)


def test_a_change_of_dose_needs_the_new_number_alone(cast, client_for, treated):
    client, address = client_for(cast.physician_a), at(treated, "dose")
    form = typed(client, address) | {"times_per_day": "3"}
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302  # a second tap
    treated.refresh_from_db()
    assert (treated.stop, treated.stop_reason) == (today(cast), "switched")
    new = MedicationCourse.objects.exclude(pk=treated.pk).get(patient=cast.ha)
    assert (new.drug, new.atc, new.dose, new.times_per_day) == ("tramadol", "N02AX02", 100, 3)
    assert (new.start, new.stop) == (today(cast), None)


def test_a_stop_needs_its_reason(cast, client_for, treated):
    client, address = client_for(cast.physician_a), at(treated, "stop")
    form = typed(client, address)
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "field-error" in refused.content.decode()
    form |= {"stop_reason": "side_effect", "note": "dizzy"}
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302  # a second tap
    treated.refresh_from_db()
    assert (treated.stop, treated.stop_reason, treated.note) == (
        today(cast), "side_effect", "dizzy",
    )  # fmt: skip
    assert treated.version == 2
    assert "No drug is taken now" in card(client, cast.ha)


@pytest.mark.parametrize("page", ["stop", "dose"])
def test_what_someone_else_changed_meanwhile_is_shown_first(cast, client_for, treated, page):
    client, address = client_for(cast.physician_a), at(treated, page)
    form = typed(client, address) | {"stop_reason": "completed"}
    row = MedicationCourse.objects.get(pk=treated.pk)
    changed = read(CourseDocument, row.document() | {"dose": 50.0})
    amend_course(row=row, document=changed, reason="typo", expected=1, asked=now(cast.physician_a))
    answer = client.post(address, form)
    assert answer.status_code == 412
    assert "tramadol 50 mg" in answer.content.decode()
    again = typed_again(answer)
    assert client.post(address, form | {"version": again}).status_code == 302


def typed_again(answer):
    return re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]


def test_a_dose_given_takes_what_the_course_says(cast, client_for):
    document = course(drug="ibandronic acid", atc="M05BA06", dose=3.0, route="intravenous")
    del document["document"]["times_per_day"]
    enter_at_once(cast.ha, [document], now(cast.physician_a))
    row = MedicationCourse.objects.get(pk=document["document"]["id"])
    client, address = client_for(cast.physician_a), at(row, "give")
    assert "Next dose: no dose recorded yet" in card(client, cast.ha)
    assert client.post(address, typed(client, address)).status_code == 302
    given = MedicationDose.objects.get(course=row)
    assert (given.dose, given.dose_unit, given.route) == (3, "mg", "intravenous")
    assert given.date == today(cast)
    assert "Next dose due" in card(client, cast.ha)


# --- the API ------------------------------------------------------------------------------------
def test_the_api_gives_every_finding(cast, api, treated):
    answer = api(cast.therapist_a).get(f"/api/v1/patients/{cast.ha.pk}/medication-safety/")
    assert answer.status_code == 200
    told = {one["rule"]: one for one in answer.json()["findings"]}
    assert told["tramadol-max-age"]["answer"] == "yes"
    assert told["tramadol-max-age"]["courses"] == [str(treated.pk)]
    assert told["tramadol-max-age"]["reference"] == "CLINICAL.md F; Tramadol label"
    assert answer.json()["creatinine_clearance"]["missing"] == ["sex", "weight", "creatinine"]


def test_the_api_tells_patients_and_caregivers_nothing(cast, api, treated):
    for reader in (cast.patient_user, cast.sees, cast.sees_and_reports):
        answer = api(reader).get(f"/api/v1/patients/{cast.ha.pk}/medication-safety/")
        assert answer.status_code == 403
