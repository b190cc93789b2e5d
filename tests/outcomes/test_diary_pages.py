"""The diary for clinicians: by day, with what is missing; a paper diary entered and printed."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outcomes.kinds import DIARY
from outcomes.models import DiaryEntry, Draft, MedicationCourse
from patients.appearance import set_appearance
from patients.documents.base import read
from patients.models import DocumentVersion
from patients.records import Asked
from tests.support.cast import TODAY

DAY = TODAY - dt.timedelta(days=1)


def report(patient, user, kind="void", *, day=DAY, time="08:00", reporter="patient", **facts):
    """An entry about a local time at the site, sent now."""
    now = timezone.now()
    at = dt.datetime.fromisoformat(f"{day}T{time}:00+09:00")
    document = {
        "id": str(uuid.uuid4()), "kind": kind, "device_time": at.isoformat(),
        "device_sent_at": now.isoformat(), **facts,
    }  # fmt: skip
    asked = Asked(by=user, at=now, reporter=reporter)
    DIARY.record(patient=patient, document=read(DIARY.shape, document), asked=asked)
    return DiaryEntry.objects.get(pk=document["id"])


@pytest.fixture
def physician(client, cast):
    client.force_login(cast.physician_a)
    return client


def page(client, name, patient, **query):
    answer = client.get(reverse(name, args=[patient.pk]), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_nothing_reported_is_said_and_no_zero(physician, cast):
    html = page(physician, "diary", cast.ha)
    assert "Nothing has been reported yet" in html
    assert "<table" not in html


def test_entries_by_day_marked_as_reported_and_summed_up(physician, cast):
    report(cast.ha, cast.patient_user, volume_ml=250)
    report(cast.ha, cast.patient_user, time="09:30", volume_ml=150)
    report(cast.ha, cast.sees_and_reports, "leak", time="21:00", reporter="caregiver",
           leak_amount="some")  # fmt: skip
    html = page(physician, "diary", cast.ha)
    assert "Reported by the patient" in html
    assert "Reported by a caregiver" in html
    assert "2: 150–250 mL, together 400 mL" in html
    assert "1 × some" in html
    assert "about 09:30" in html
    assert html.count("No entries: nothing is known of this day.") == 2
    assert "2 of 3 days without entries" in html


def test_a_volume_that_was_not_measured_takes_the_total_away(physician, cast):
    report(cast.ha, cast.patient_user, volume_ml=250)
    report(cast.ha, cast.patient_user, time="12:00")
    assert "2, of them 1 measured: 250 mL; no total" in page(physician, "diary", cast.ha)


def test_a_large_catheter_volume_is_named_with_the_sites_limit(physician, cast):
    report(cast.ha, cast.patient_user, "catheter", volume_ml=620)
    report(cast.ha, cast.patient_user, "catheter", time="12:00", volume_ml=500)
    html = page(physician, "diary", cast.ha)
    assert "Catheter volumes above 500 mL: 1, the largest 620 mL." in html


def test_the_patients_page_and_the_summary_name_it_as_reported(physician, cast):
    assert "Bladder diary" not in page(physician, "patient-summary", cast.ha)
    report(cast.ha, cast.patient_user, volume_ml=250)
    html = page(physician, "patient", cast.ha)
    assert "Passed urine: 250 mL" in html
    assert "Reported by the patient" in html
    assert reverse("diary", args=[cast.ha.pk]) in html
    told = page(physician, "patient-summary", cast.ha)
    assert "as reported, entries on 1 of 3 days: passed urine 1: 250 mL" in told


def test_the_period_is_chosen(physician, cast):
    report(cast.ha, cast.patient_user, day=DAY - dt.timedelta(days=20), volume_ml=333)
    report(cast.ha, cast.patient_user)
    assert "333 mL" not in page(physician, "diary", cast.ha)
    assert "333 mL" in page(physician, "diary", cast.ha, days="28")
    assert "333 mL" in page(physician, "diary", cast.ha, last=str(DAY - dt.timedelta(days=19)))
    assert "333 mL" not in page(physician, "diary", cast.ha, last="nonsense", days="-1")


def test_as_many_queries_for_many_entries_as_for_one(physician, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    report(cast.ha, cast.patient_user)
    page(physician, "diary", cast.ha)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(physician, "diary", cast.ha)
    for hour in range(8, 20):
        report(cast.ha, cast.patient_user, "pills", time=f"{hour:02}:00", pills="taken", drug="x")
    with CaptureQueriesContext(connection) as many:
        page(physician, "diary", cast.ha)
    assert len(many) == len(few)


# --- entered in error ---------------------------------------------------------------------------
def test_a_clinician_marks_an_entry_as_entered_in_error_with_a_reason(physician, cast):
    row = report(cast.ha, cast.patient_user, volume_ml=250)
    address = reverse("diary-error", args=[cast.ha.pk, row.pk])
    assert "250 mL" in physician.get(address).content.decode()
    refused = physician.post(address, {"why": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert physician.post(address, {"why": "Twice."}).status_code == 302
    row.refresh_from_db()
    assert row.entered_in_error
    assert "Nothing has been reported yet" in page(physician, "diary", cast.ha)
    assert physician.post(address, {"why": "Twice."}).status_code == 422


def test_a_correction_shows_what_was_said_before_and_why(physician, cast):
    row = report(cast.ha, cast.patient_user, volume_ml=250)
    document = read(DIARY.shape, {**row.document(), "volume_ml": 200})
    asked = Asked(by=cast.patient_user, at=timezone.now(), reporter="patient")
    DIARY.amend(row=row, document=document, reason="Misread.", expected=1, asked=asked)
    assert "Corrected" in page(physician, "diary", cast.ha)
    html = physician.get(reverse("diary-error", args=[cast.ha.pk, row.pk])).content.decode()
    assert html.index("200 mL") < html.index("250 mL")
    assert "Misread." in html


# --- a paper diary ------------------------------------------------------------------------------
@pytest.fixture
def form(physician, cast):
    return Form(physician, reverse("diary-new", args=[cast.ha.pk]))


class Form:
    """The form as it is shown, and what is sent with it."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        answer = client.get(address)
        assert answer.status_code == 200
        self.html = answer.content.decode()
        self.hidden = {"id": self._found(r'name="id" value="([^"]+)"'),
                       "slip": self._found(r'name="slip" value="([^"]+)"')}  # fmt: skip
        self.keeps_at = self._found(r'data-draft="([^"]+)"')

    def _found(self, pattern):
        return re.search(pattern, self.html)[1]

    def send(self, **lines):
        return self.client.post(self.address, self.typed(**lines))

    def typed(self, **lines):
        fields = {name.replace("__", "."): value for name, value in lines.items()}
        return self.hidden | {"day": str(DAY), "on_behalf": "patient"} | fields


def refused(answer):
    """The fields that the summary of what is wrong leads to."""
    summary = answer.content.decode().partition('class="error-summary"')[2].partition("</div>")[0]
    return [name.replace("-", ".", 1) for name in re.findall(r'href="#([^"]+)"', summary)]


def entries(patient):
    return list(DiaryEntry.objects.filter(patient=patient).order_by("occurred_at", "position"))


LINES = {
    "b1__time": "0705", "b1__kind": "void", "b1__volume_ml": "250",
    "b2__time": "9:30", "b2__kind": "leak", "b2__leak_amount": "some", "b2__words": "coughing",
    "b3__kind": "catheter", "b3__volume_ml": "300",
    "p1__drug": "Tramadol", "p1__pills": "skipped", "p1__pills_skipped_why": "forgot",
    "f1__time": "14:00", "f1__fall_injured": "no",
}  # fmt: skip


def test_a_day_is_entered_in_one_form(form, cast):
    answer = form.send(**LINES)
    assert answer.status_code == 302, answer.content
    rows = {row.kind: row for row in entries(cast.ha)}
    assert set(rows) == {"void", "leak", "catheter", "pills", "fall"}
    void = rows["void"]
    assert (void.date, void.local_time, void.volume_ml) == (DAY, dt.time(7, 5), 250)
    assert (void.reporter, void.on_behalf) == ("clinician", "patient")
    assert rows["catheter"].day_only
    assert rows["catheter"].local_time is None
    assert (rows["pills"].drug, rows["pills"].pills_skipped_why) == ("Tramadol", "forgot")
    assert rows["fall"].fall_injured is False
    assert rows["fall"].fall_new_pain is None
    html = page(form.client, "diary", cast.ha)
    assert "Told to the clinic by the patient" in html
    assert "time not said" in html
    assert "not hurt, new pain not said" in html


def test_a_drug_of_the_patient_is_named_by_its_course(form, cast, as_course):
    form.send(p1__drug="tramadol", p1__pills="taken")
    (row,) = entries(cast.ha)
    assert row.course_id == as_course
    assert row.drug is None


@pytest.fixture
def as_course(cast):
    from outcomes.actions.medications import prescribe
    from outcomes.documents.medication import CourseDocument

    document = read(CourseDocument, {"id": str(uuid.uuid4()), "drug": "Tramadol"})
    prescribe(
        patient=cast.ha, document=document, asked=Asked(by=cast.physician_a, at=timezone.now())
    )
    return MedicationCourse.objects.get(pk=document.id).pk


def test_a_new_form_names_the_drugs_and_fills_in_nothing_else(physician, cast, as_course):
    html = Form(physician, reverse("diary-new", args=[cast.ha.pk])).html
    assert 'value="Tramadol"' in html
    sent = Form(physician, reverse("diary-new", args=[cast.ha.pk])).send(p1__drug="Tramadol")
    assert sent.status_code == 422  # nothing but the name that the form itself wrote


def test_a_drug_that_the_form_names_is_no_line_until_something_is_said(form, cast, as_course):
    assert form.send(b1__kind="void", p1__drug="Tramadol").status_code == 302
    assert [row.kind for row in entries(cast.ha)] == ["void"]


def test_another_drug_needs_to_be_taken_or_skipped(form, cast):
    answer = form.send(b1__kind="void", p1__drug="Something else")
    assert answer.status_code == 422
    assert entries(cast.ha) == []


WRONG = {
    "no day": ({"day": ""}, "day"),
    "a day to come": ({"day": str(TODAY + dt.timedelta(days=400))}, "day"),
    "nobody who kept it": ({"on_behalf": ""}, "on_behalf"),
    "a time that is none": ({"b1__time": "25:00"}, "b1.time"),
    "words for a volume": ({"b1__volume_ml": "much"}, "b1.volume_ml"),
    "a volume that cannot be": ({"b1__volume_ml": "3001"}, "b1.volume_ml"),
    "a decimal": ({"b1__volume_ml": "250,5"}, "b1.volume_ml"),
    "no kind": ({"b1__kind": ""}, "b1.kind"),
    "an amount leaked of a void": ({"b1__leak_amount": "some"}, "b1.leak_amount"),
    "a catheter without a volume": ({"b1__kind": "catheter", "b1__volume_ml": ""}, "b1.volume_ml"),
    "pills without a name": ({"p1__pills": "taken"}, "p1.drug"),
    "a reason for what was taken": (
        {"p1__drug": "x", "p1__pills": "taken", "p1__pills_skipped_why": "forgot"},
        "p1.pills_skipped_why",
    ),
    "a forged answer": ({"f1__fall_injured": "perhaps"}, "f1.fall_injured"),
}


@pytest.mark.parametrize(("wrong", "field"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_recorded(form, cast, wrong, field):
    good = {"b1__time": "07:05", "b1__kind": "void", "b1__volume_ml": "250", "b2__words": "kept"}
    good["b2__kind"] = "leak"
    answer = form.send(**good | wrong)
    assert answer.status_code == 422
    assert field in refused(answer)
    assert "kept" in answer.content.decode()
    assert entries(cast.ha) == []


def test_an_empty_form_says_so(form, cast):
    answer = form.send()
    assert answer.status_code == 422
    assert "at least one line" in answer.content.decode()


@pytest.fixture
def midday():
    """At which something of today is later."""
    tomorrow = TODAY + dt.timedelta(days=1)
    with time_machine.travel(f"{tomorrow}T12:00:00+09:00"):
        yield tomorrow


def test_a_later_time_of_today_is_refused_at_its_line(midday, form):
    answer = form.send(day=str(midday), b1__time="12:30", b1__kind="void")
    assert answer.status_code == 422
    assert refused(answer) == ["b1.time"]


def test_sent_twice_it_is_recorded_once_and_a_changed_line_is_refused(form, cast):
    assert form.send(**LINES).status_code == 302
    before = DocumentVersion.objects.count()
    assert form.send(**LINES).status_code == 302
    assert DocumentVersion.objects.count() == before
    changed = form.send(**LINES | {"b1__volume_ml": "999"})
    assert changed.status_code == 409
    assert "already been saved" in changed.content.decode()
    assert DocumentVersion.objects.count() == before


def test_what_is_typed_is_kept_as_a_draft_until_it_is_recorded(form, cast):
    kept = form.client.post(form.keeps_at, form.typed(b1__words="half written"))
    assert kept.status_code == 204
    again = Form(form.client, form.address)
    assert "half written" in again.html
    assert again.send(b1__words="half written", b1__kind="void").status_code == 302
    assert not Draft.objects.exists()


def test_one_draw_of_consequences_for_all_lines(form, cast, monkeypatch):
    from outcomes.actions import diary

    drawn = []
    monkeypatch.setattr(diary, "draw", lambda ids, asked: drawn.append(ids))
    form.send(**LINES)
    assert drawn == [[cast.ha.pk]]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_paper_is_in_the_language_that_the_patient_reads(physician, cast, language):
    set_appearance(by=cast.patient_user, language=language, type_size="normal")
    assert f'<html lang="{language}">' in page(physician, "diary-paper", cast.ha)


@pytest.mark.parametrize(("language", "word"), [("en", "Passed urine"), ("ko", "")])
def test_the_paper_has_the_lines_of_the_form(physician, cast, language, word):
    html = page(physician, "diary-paper", cast.ha, language=language)
    assert f'<html lang="{language}">' in html
    from outcomes.forms.paper_diary import BLADDER_LINES, PILL_LINES

    assert html.count("<table") == 5
    assert html.count("<tbody") == 5
    assert html.count("<tr>") == 5 + 3 * BLADDER_LINES + PILL_LINES + 3


def test_a_patient_may_read_their_own_and_not_enter(cast):
    own = Client()
    own.force_login(cast.patient_user)
    report(cast.ha, cast.patient_user, volume_ml=250)
    assert "250 mL" in page(own, "diary", cast.ha)
    assert "Enter a paper diary" not in page(own, "diary", cast.ha)
    assert own.get(reverse("diary-new", args=[cast.ha.pk])).status_code == 403
