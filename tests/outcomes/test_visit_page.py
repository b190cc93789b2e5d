"""The page of a visit: one patient, nothing filled in, the last values beside, drugs together."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from outcomes.actions import medications, visits
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.models import MedicationCourse, Visit
from outcomes.presenters.entry_plan import BEDSIDE, FRAME, PLANS, REASON_OF
from patients.documents.base import read
from tests.outcomes.test_visit_form import controls
from tests.support.cast import SURGERY, TODAY, now
from tests.support.cast import visit as record

pytestmark = pytest.mark.django_db


def url(patient):
    return reverse("visit-new", args=[patient.pk])


def sent(patient, **fields):
    named = {name.replace("__", "."): value for name, value in fields.items()}
    frame = {"id": str(uuid.uuid4()), "patient": str(patient.pk), "kind": "unscheduled"}
    return frame | {"date": str(TODAY), "mode": "in_person"} | named


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def course(cast, **more):
    document = {"id": str(uuid.uuid4()), "drug": "tramadol", "dose": 50.0, "dose_unit": "mg",
                "times_per_day": 2.0, "start": str(SURGERY)} | more  # fmt: skip
    medications.prescribe(
        patient=cast.ha, document=read(CourseDocument, document), asked=now(cast.physician_a)
    )
    return MedicationCourse.objects.get(pk=document["id"])


@pytest.fixture
def page(cast, client_for):
    return client_for(cast.physician_a).get(url(cast.ha))


@pytest.fixture
def post(cast, client_for):
    def send(fields, who="physician_a", patient=None):
        return client_for(cast.users[who]).post(url(patient or cast.ha), fields)

    return send


# --- the page -----------------------------------------------------------------------------------


def test_it_asks_only_what_the_document_knows():
    known = {field.name for field in DocumentForm(LAYOUTS["visits"], {}).fields}
    names = {name for plan in PLANS for line in (*plan.lines, *plan.more) for name in line.names}
    assert names | set(FRAME) | set(REASON_OF.values()) | set(BEDSIDE) <= known


def test_nothing_is_filled_in_but_the_frame(cast, page):
    filled = {name for name, value in controls(page).items() if value}
    assert filled - {"motor.seen"} == {"id", "patient", "date", "kind", "mode"}
    assert controls(page)["kind"] == "3mo"
    assert controls(page)["patient"] == str(cast.ha.pk)


def test_last_values_stand_beside_with_date_and_examiner(cast, page):
    day = SURGERY + dt.timedelta(days=42)
    assert f"Right leg: MRC grade Last 3 · {day}, physician_a" in text(page)
    assert f"Left leg: MRC grade Last 4 · {day}, physician_a" in text(page)


def test_unchanged_is_offered_where_there_is_something_to_copy(page):
    assert re.findall(r'name="(\w+)\.unchanged"', page.content.decode()) == ["motor"]


def test_the_form_names_its_patient_and_where_it_is_checked(cast, page):
    shown = page.content.decode()
    assert f'name="patient" value="{cast.ha.pk}"' in shown
    assert f'data-check="{reverse("visit-check", args=[cast.ha.pk])}"' in shown


def test_the_queries_do_not_grow_with_the_course(cast, client_for, django_assert_max_num_queries):
    client = client_for(cast.physician_a)
    client.get(url(cast.ha))
    for day in range(50, 60):
        record(cast.ha, cast.physician_a, kind="unscheduled", day=day, right="3", left="4")
    with django_assert_max_num_queries(30):
        client.get(url(cast.ha))


# --- one patient --------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["ji", "brandt", "nobody"])
def test_a_form_of_another_patient_is_refused(cast, post, whose):
    fields = sent(cast.ha, pain__back="3")
    fields["patient"] = str(cast.patients[whose].pk) if whose in cast.patients else ""
    before = Visit.objects.count()
    response = post(fields)
    assert response.status_code == 409
    assert "belongs to another patient" in text(response)
    assert "Brandt" not in text(response)
    assert Visit.objects.count() == before


# --- unchanged ----------------------------------------------------------------------------------


def seen(response):
    return {k: v for k, v in controls(response).items() if k.endswith(".seen")}


def test_one_tap_copies_the_last_examination(cast, page, post):
    fields = sent(cast.ha, motor__unchanged="yes") | seen(page)
    assert post(fields).status_code == 302
    visit = Visit.objects.get(pk=fields["id"])
    assert (visit.motor_right_grade, visit.motor_left_grade) == ("3", "4")
    assert (visit.motor_basis, visit.motor_unchanged) == ("gestalt", True)


EVERY_PART = {
    "motor": {"basis": "gestalt", "right": {"grade": "4"}, "left": {"grade": "4"}},
    "sensation": {"right": "normal", "left": "reduced"},
    "bladder": {
        "method": "normal_voiding", "dysfunction": "yes", "dysfunction_type": "mixed",
        "reliably_catheterised": "no", "collecting_appliance": "pad", "awareness": "no",
    },
    "bowel": {"incontinence": "no", "ileus": "no", "frequency": "weekly"},
    "walking": {"fac": 3, "aid": "walker", "braces": True, "wisci": 9},
    "pain": {"back": 2, "neuropathic": True, "period": "now"},
    "spasticity": {"present": True},
    "wound": {"redness": True},
    "function": {"caregiver": "none", "transfers": "hoist", "sexual_function": "reduced"},
}  # fmt: skip


@pytest.fixture
def examined(cast):
    """Everything that can be copied, two months after the operation."""
    day = str(SURGERY + dt.timedelta(days=60))
    document = read(VisitDocument, {"id": str(uuid.uuid4()), "kind": "unscheduled", "date": day,
                                    "mode": "in_person", **EVERY_PART})  # fmt: skip
    visits.record_visit(patient=cast.ha, document=document, asked=now(cast.physician_a))


def test_what_unchanged_copies_without_asking_is_named_beforehand(cast, client_for, examined):
    shown = text(client_for(cast.physician_a).get(url(cast.ha)))
    for told in ("Neurogenic bladder dysfunction: Yes", "Collecting appliance: Pad",
                 "WISCI II level: 9"):  # fmt: skip
        assert told in shown


def test_every_copied_value_is_shown_as_copied(cast, client_for, examined, post):
    client = client_for(cast.physician_a)
    fields = sent(cast.ha, **{f"{part}__unchanged": "yes" for part in EVERY_PART})
    assert post(fields | seen(client.get(url(cast.ha)))).status_code == 302
    source = client.get(reverse("patient", args=[cast.ha.pk])).content.decode()
    table = re.search(r'<section class="card" id="visits">.*?</section>', source, re.S)[0]
    row = " ".join(re.sub(r"<[^>]*>", " ", table.split("<tr>")[2]).split())
    copied = Visit.objects.get(pk=fields["id"])
    assert copied.bladder_dysfunction_type == "mixed"
    assert "Examined, unchanged (copied)" in row
    for told in (
        "Strength", "Sensation", "Bladder", "neurogenic bladder dysfunction yes",
        "type of dysfunction mixed", "collecting appliance pad", "at least once a week", "ileus no",
        "WISCI II level 9", "braces yes", "neuropathic", "redness", "hoist",
    ):  # fmt: skip
        assert told.lower() in row.lower(), told


def test_why_unchanged_is_not_offered_is_said_once(cast, client_for, post):
    fields = sent(cast.ha, motor__basis="gestalt", motor__right__grade="1", motor__left__grade="4")
    assert post(fields).status_code == 302
    shown = text(client_for(cast.physician_a).get(url(cast.ha)))
    assert shown.count("An alert of this patient is open: examine again") == 1
    assert shown.count("is not offered for") == 1


def test_what_was_not_seen_is_not_copied(cast, page, post):
    """A colleague examined meanwhile: the page shows the new values and asks again."""
    record(cast.ha, cast.physician_a, kind="unscheduled", day=60, right="1", left="4")
    fields = sent(cast.ha, motor__unchanged="yes") | seen(page)
    response = post(fields)
    assert response.status_code == 422
    assert "another one than this page showed" in text(response)
    assert not Visit.objects.filter(pk=fields["id"]).exists()
    assert post(fields | seen(response)).status_code == 302
    assert Visit.objects.get(pk=fields["id"]).motor_right_grade == "1"


def test_a_visit_of_an_earlier_day_is_compared_with_what_was_last_then(cast, page, post):
    """The page showed today's last; sent with an earlier day it shows what was last before that."""
    earlier = str(SURGERY + dt.timedelta(days=30))
    fields = sent(cast.ha, date=earlier, motor__unchanged="yes") | seen(page)
    response = post(fields)
    assert response.status_code == 422
    assert f"Right leg: MRC grade Last 2 · {SURGERY + dt.timedelta(days=14)}" in text(response)
    assert post(fields | seen(response)).status_code == 302
    assert Visit.objects.get(pk=fields["id"]).motor_right_grade == "2"


@pytest.mark.parametrize("date", ["", "x", "2999-01-01", "0001-01-01"])
def test_a_day_that_is_none_is_refused_beside_it(cast, post, date):
    response = post(sent(cast.ha, date=date, motor__unchanged="yes"))
    assert response.status_code == 422
    assert '<a href="#date">' in response.content.decode()


def test_a_value_that_differs_stands_beside_its_field(cast, page, post):
    fields = sent(cast.ha, motor__unchanged="yes", motor__right__grade="2") | seen(page)
    response = post(fields)
    assert response.status_code == 422
    assert re.search(r'id="motor-right-grade-error">At the last examination.*was 3', 
                     response.content.decode())  # fmt: skip
    assert '<a href="#motor-right-grade">' in response.content.decode()


# --- remote -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("motor.right.grade", "3"),
        ("motor.left.not_testable", "pain"),
        ("motor.left.muscles.L2", "3"),
        ("sensation.left", "normal"),
        ("bowel.anal_tone", "preserved"),
        ("bladder.pvr_method", "scan"),
    ],
)
def test_what_nobody_can_examine_remotely_is_refused(cast, post, name, value):
    fields = sent(cast.ha, mode="remote") | {name: value}
    response = post(fields)
    assert response.status_code == 422
    assert "cannot be examined remotely" in text(response)
    assert not Visit.objects.filter(pk=fields["id"]).exists()
    in_person = fields | {"mode": "in_person"}
    assert post(in_person).status_code == 302


# --- drugs --------------------------------------------------------------------------------------


def change(course, change, **more):
    prefix = f"medication.{course.pk}"
    named = {"change": change, "version": "1", "new_id": str(uuid.uuid4())} | more
    return {f"{prefix}.{name}": value for name, value in named.items()}


def test_a_drug_stops_with_the_visit_and_once(cast, post):
    drug = course(cast)
    fields = sent(cast.ha) | change(drug, "stop", stop_reason="side_effect")
    assert [post(fields).status_code for _ in range(2)] == [302, 302]
    drug.refresh_from_db()
    assert (drug.stop, drug.stop_reason, drug.version) == (TODAY, "side_effect", 2)


def test_another_dose_is_a_course_of_its_own(cast, post):
    drug = course(cast)
    fields = sent(cast.ha) | change(drug, "dose", dose="100", dose_unit="mg", times_per_day="2")
    assert [post(fields).status_code for _ in range(2)] == [302, 302]
    drug.refresh_from_db()
    assert drug.stop == TODAY
    new = MedicationCourse.objects.exclude(pk=drug.pk).get(patient=cast.ha, drug="tramadol")
    assert (new.dose, new.dose_unit, new.start, new.stop) == (100, "mg", TODAY, None)


REFUSED_DRUGS = {
    "no reason": ("stop", {}, "Say why the drug stops"),
    "no dose": ("dose", {"dose_unit": "mg"}, "Type the new dose"),
    "no number": ("dose", {"dose": "x", "dose_unit": "mg"}, "not a number"),
    "no unit": ("dose", {"dose": "5"}, "Give the unit"),
    "changed meanwhile": ("stop", {"stop_reason": "other", "version": "7"}, "changed meanwhile"),
}


@pytest.mark.parametrize(("what", "more", "message"), REFUSED_DRUGS.values(), ids=REFUSED_DRUGS)
def test_a_drug_refused_keeps_the_visit_unsaved_too(cast, post, what, more, message):
    drug = course(cast)
    fields = sent(cast.ha, pain__back="3") | change(drug, what, **more)
    response = post(fields)
    assert response.status_code == 422
    assert message in text(response)
    assert not Visit.objects.filter(pk=fields["id"]).exists()
    drug.refresh_from_db()
    assert drug.version == 1
    assert controls(response)["pain.back"] == "3"


def test_who_may_not_prescribe_changes_no_drug(cast, post):
    drug = course(cast)
    fields = sent(cast.ha) | change(drug, "stop", stop_reason="other")
    assert post(fields, who="therapist_a").status_code == 403
    assert not Visit.objects.filter(pk=fields["id"]).exists()
    assert post(sent(cast.ha), who="therapist_a").status_code == 302


def test_a_drug_of_another_patient_is_not_there(cast, post):
    drug = course(cast)
    fields = sent(cast.ji) | change(drug, "stop", stop_reason="other")
    assert post(fields, patient=cast.ji).status_code == 404
    assert not Visit.objects.filter(pk=fields["id"]).exists()


# --- nothing is lost ----------------------------------------------------------------------------


def test_refused_it_says_where_and_keeps_all(cast, post):
    fields = sent(cast.ha, bladder__pvr_ml="x", pain__back="4", sensation__saddle="absent",
                  bowel__not_done="no_time", note="Two\nlines")  # fmt: skip
    response = post(fields)
    assert response.status_code == 422
    kept = controls(response)
    assert {name: kept.get(name) for name in fields} == fields
    assert '<a href="#bladder-pvr_ml">' in response.content.decode()


def test_sent_again_with_other_content_it_changes_nothing(cast, post):
    fields = sent(cast.ha, pain__back="4")
    post(fields)
    response = post(fields | {"pain.back": "5"})
    assert response.status_code == 409
    assert Visit.objects.get(pk=fields["id"]).pain_back == 4


def test_a_warning_asks_after_saving(cast, client_for):
    fields = sent(cast.ha, motor__basis="gestalt", motor__right__grade="0", motor__left__grade="4")
    response = client_for(cast.physician_a).post(url(cast.ha), fields, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert any("Grade 0, but 3 on" in message for message in told)


def test_the_published_case_has_no_suggested_date_of_day(cast, client_for):
    response = client_for(cast.physician_a).get(url(cast.baek))
    assert response.status_code == 200
    assert controls(response)["kind"] == ""
    assert 'unchanged"' not in response.content.decode().replace("motor.unchanged", "")


def test_a_visit_entered_unchanged_is_read_by_the_full_form(cast, page, post, client_for):
    fields = sent(cast.ha, motor__unchanged="yes") | seen(page)
    post(fields)
    address = reverse("visit-change", args=[cast.ha.pk, fields["id"]])
    response = client_for(cast.physician_a).get(address)
    assert controls(response)["motor.unchanged"] == "yes"


def test_moving_a_visit_entered_unchanged_says_on_the_form_what_to_do(cast, page, post, client_for):
    fields = sent(cast.ha, motor__unchanged="yes") | seen(page)
    post(fields)
    address = reverse("visit-change", args=[cast.ha.pk, fields["id"]])
    client = client_for(cast.physician_a)
    moved = controls(client.get(address)) | {"date": str(SURGERY), "why": "the wrong day"}
    response = client.post(address, moved)
    assert response.status_code == 422
    assert "looked at as if entered today" in text(response)
    assert (controls(response)["date"], controls(response)["why"]) == (
        str(SURGERY), "the wrong day",
    )  # fmt: skip


def test_the_document_of_the_form_is_the_one_recorded(cast, post):
    """As a draft is shown again: from the plain fields that were posted."""
    fields = sent(cast.ha, walking__fac="4", vitals__temperature_c="36.5")
    post(fields)
    document = read(VisitDocument, DocumentForm(LAYOUTS["visits"], fields).document())
    assert visits.unsaved(document).walking_fac == Visit.objects.get(pk=fields["id"]).walking_fac
