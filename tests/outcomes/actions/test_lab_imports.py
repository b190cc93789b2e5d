"""Files of results become records once: previews, repeats, corrections, kills and access."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from outcomes import tasks
from outcomes.actions import lab_imports, laboratory
from outcomes.actions.consequences import enter_in_error
from outcomes.documents.laboratory import LabDocument
from outcomes.lab_files import Unreadable
from outcomes.models import LabImport, LabImportRow, LabResult
from patients.documents.base import read
from patients.models import AuditEvent, DocumentVersion, Membership
from tests.api.client import in_parallel, new_id
from tests.support.cast import assemble, now

pytestmark = pytest.mark.django_db

HEADER = "analyte,value,unit,specimen_at"
CRP = "crp,12.5,mg/L,2026-03-01T08:30"


def table(*rows, header=HEADER):
    return "\n".join((header, *rows)).encode()


def upload(cast, content, patient=None, by=None, **more):
    return lab_imports.upload(
        content=content, site=(patient or cast.ha).site, patient=patient,
        by=by or cast.physician_a, at=timezone.now(), **more,
    )  # fmt: skip


def outcomes(batch):
    return [row.outcome for row in batch.rows.order_by("position")]


def codes(batch):
    return [[p["code"] for p in row.problems] for row in batch.rows.order_by("position")]


def bring_in(cast, content, patient=None, by=None):
    """Upload, start, and let the worker do it."""
    batch = upload(cast, content, patient, by)
    lab_imports.start(batch=batch, by=batch.owner)
    tasks.import_labs()
    batch.refresh_from_db()
    return batch


def recorded(**about):
    return list(LabResult.objects.filter(**about).current().values_list("analyte", "value", "unit"))


def by_hand(cast, patient, **facts):
    document = read(LabDocument, {"id": new_id(), **facts})
    laboratory.record_lab(patient=patient, document=document, asked=now(cast.physician_a))
    return LabResult.objects.get(pk=document.id)


HB = {"analyte": "hb", "value": "13.2", "unit": "g/dL", "specimen_at": "2026-03-01T08:30"}


# --- a preview changes nothing, an import adds what the preview says ------------------------------
def test_a_preview_says_what_would_happen_and_writes_nothing(cast):
    before = DocumentVersion.objects.count()
    batch = upload(cast, table(CRP, "hb,13.2,,2026-03-01", "hb,20,g/dL,2026-03-01"), cast.ha)
    assert (batch.state, outcomes(batch)) == ("preview", ["new", "refused", "new"])
    assert codes(batch) == [[], ["no_unit"], []]
    warnings = [[w["code"] for w in row.warnings] for row in batch.rows.order_by("position")]
    assert warnings == [[], [], ["lab_value_unusual"]]
    assert batch.counts == {"new": 2, "refused": 1, "warned": 1}
    assert DocumentVersion.objects.count() == before


def test_an_import_records_by_the_action_of_a_single_result(cast):
    batch = bring_in(cast, table(CRP), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    assert (batch.state, outcomes(batch), batch.content) == ("done", ["added"], None)
    assert (row.value, row.unit, row.specimen_at) == ("12.5", "mg/L", "2026-03-01T08:30")
    assert (row.reporter, row.recorded_by, str(row.canonical)) == (
        "import", cast.physician_a, "12.50000",
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="labresult.record", record_id=row.pk).count() == 1
    seen = AuditEvent.objects.filter(action__startswith="lab_import.").values_list(
        "action", flat=True
    )
    assert list(seen) == ["lab_import.record", "lab_import.start", "lab_import.done"]


def test_the_same_file_again_adds_nothing(cast):
    content = table(CRP, "hb,13.2,g/dL,2026-03-01")
    bring_in(cast, content, cast.ha)
    before = DocumentVersion.objects.count()
    again = bring_in(cast, content, cast.ha, by=cast.therapist_a)
    assert outcomes(again) == ["known", "known"]
    assert DocumentVersion.objects.count() == before


KNOWN = {
    "the same": ("hb,13.2,g/dL,2026-03-01T08:30", "known"),
    "with seconds": ("hb,13.2,g/dL,2026-03-01T08:30:20", "known"),
    "in another unit": ("hb,132,g/L,2026-03-01T08:30", "known"),
    "with another offset": ("hb,13.2,g/dL,2026-02-28T23:30Z", "known"),
    "another value": ("hb,13.3,g/dL,2026-03-01T08:30", "differs"),
    "a bound": ("hb,<13.2,g/dL,2026-03-01T08:30", "differs"),
    "another time": ("hb,13.2,g/dL,2026-03-01T08:31", "new"),
    "without its time of day": ("hb,13.2,g/dL,2026-03-01", "perhaps_known"),
    "another value without a time": ("hb,13.3,g/dL,2026-03-01", "new"),
    "another analyte": ("esr,13.2,mm/h,2026-03-01T08:30", "new"),
}


@pytest.mark.parametrize(("row", "expected"), KNOWN.values(), ids=KNOWN)
def test_a_result_entered_by_hand_is_recognised(cast, row, expected):
    by_hand(cast, cast.ha, **HB)
    batch = upload(cast, table(row), cast.ha)
    outcome, problems = outcomes(batch)[0], codes(batch)[0]
    assert expected in (outcome if outcome != "refused" else problems[0])


def test_rows_of_one_file_are_held_against_each_other(cast):
    rows = (CRP, CRP, "crp,13,mg/L,2026-03-01T08:30", "crp,1.25,mg/dL,2026-03-01T08:30")
    batch = bring_in(cast, table(*rows), cast.ha)
    assert outcomes(batch) == ["added", "known", "refused", "known"]
    assert codes(batch)[1:] == [["same_row"], ["differs_row"], ["same_row"]]
    assert recorded(patient=cast.ha) == [("crp", "12.5", "mg/L")]


def test_what_was_entered_in_error_is_not_added_again(cast):
    bring_in(cast, table(CRP), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    asked = now(cast.physician_a)
    enter_in_error(row=row, asked=asked, reason="wrong patient", expected=1)
    again = bring_in(cast, table(CRP), cast.ha)
    assert (outcomes(again), codes(again)) == (["refused"], [["in_error"]])


def test_what_was_amended_since_is_known_and_not_undone(cast):
    bring_in(cast, table(CRP), cast.ha)
    row = LabResult.objects.select_related("patient__site").get(patient=cast.ha)
    document = read(LabDocument, {**row.document(), "id": str(row.pk), "value": "15"})
    laboratory.amend_lab(
        row=row, document=document, reason="typing error", expected=1, asked=now(cast.physician_a)
    )
    again = bring_in(cast, table(CRP), cast.ha)
    assert (outcomes(again), codes(again)) == (["known"], [["since_corrected"]])
    assert recorded(patient=cast.ha) == [("crp", "15", "mg/L")]


# --- HL7: results, and corrections of them -------------------------------------------------------
def message(*obx, patient="A-001", taken="202603010830"):
    return "\r".join(
        (
            "MSH|^~\\&|LIS|Seoul Lab|||20260301100000+0900||ORU^R01|1|P|2.5.1",
            f"PID|1||{patient}^^^H^MR||Ha",
            f"OBR|1||A77|CRP^CRP|||{taken}",
            *obx,
        )
    ).encode()


def obx(value, status, code="1988-5^CRP^LN", unit="mg/L"):
    return f"OBX|1|NM|{code}||{value}|{unit}|0-5|H|||{status}"


def test_a_message_is_the_laboratory_s_word(cast):
    batch = bring_in(cast, message(obx("12.5", "F")), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    assert outcomes(batch) == ["added"]
    assert (row.reporter, row.laboratory, row.interpretation) == ("laboratory", "Seoul Lab", "H")
    assert (row.range_low, row.range_high, row.time) == ("0", "5", dt.time(8, 30))


def test_a_correction_amends_and_says_why(cast):
    bring_in(cast, message(obx("12.5", "F")), cast.ha)
    batch = upload(cast, message(obx("125", "C")), cast.ha)
    assert outcomes(batch) == ["corrects"]
    batch = bring_in(cast, message(obx("125", "C")), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    assert (outcomes(batch), row.value, row.version) == (["corrected"], "125", 2)
    versions = DocumentVersion.objects.filter(record_id=row.pk).order_by("version")
    assert [v.reason for v in versions] == ["", "corrected by the laboratory"]


def test_a_correction_finds_what_was_entered_by_hand(cast):
    row = by_hand(cast, cast.ha, **HB, discuss_first=True)
    bring_in(cast, message(obx("14.2", "C", code="hb", unit="g/dL")), cast.ha)
    row.refresh_from_db()
    assert (row.value, row.version, row.discuss_first) == ("14.2", 2, True)


HISTORIES = {
    "each file once": "1F 2C",
    "the first again": "1F 2C 1F",
    "everything again": "1F 2C 1F 2C",
    "a second correction": "1F 2C 3C",
    "and the files before it again": "1F 2C 3C 2C 1F 3C",
}


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES)
def test_files_again_after_a_correction_change_nothing(cast, steps):
    values = {"1": "12.5", "2": "25", "3": "35"}
    for number, status in steps.split():
        bring_in(cast, message(obx(values[number], status)), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    expected = max(set(steps) & set(values))
    assert (row.value, row.version) == (values[expected], int(expected))


def test_a_correction_back_to_the_first_value_holds(cast):
    for number, status in (("12.5", "F"), ("25", "C"), ("12.5", "C")):
        bring_in(cast, message(obx(number, status)), cast.ha)
    assert recorded(patient=cast.ha) == [("crp", "12.5", "mg/L")]


def test_first_result_and_correction_in_one_file(cast):
    batch = bring_in(cast, message(obx("12.5", "F"), obx("25", "C")), cast.ha)
    assert outcomes(batch) == ["added", "corrected"]
    assert recorded(patient=cast.ha) == [("crp", "25", "mg/L")]
    again = bring_in(cast, message(obx("12.5", "F"), obx("25", "C")), cast.ha)
    assert outcomes(again) == ["known", "known"]


def test_a_corrected_time_is_found_by_the_laboratory_s_own_id(cast):
    bring_in(cast, message(obx("12.5", "F")), cast.ha)
    bring_in(cast, message(obx("12.5", "C"), taken="202603010930"), cast.ha)
    row = LabResult.objects.get(patient=cast.ha)
    assert (row.time, row.version) == (dt.time(9, 30), 2)


@pytest.mark.parametrize("status", ["P", "R", "I", "X", "D", "W", ""])
def test_what_is_not_final_or_withdrawn_changes_nothing(cast, status):
    bring_in(cast, message(obx("12.5", "F")), cast.ha)
    batch = bring_in(cast, message(obx("25", status)), cast.ha)
    assert outcomes(batch) == ["refused"]
    assert recorded(patient=cast.ha) == [("crp", "12.5", "mg/L")]


# --- whose ---------------------------------------------------------------------------------------
WHO = "study_number," + HEADER


def test_a_row_of_someone_else_is_refused_on_a_patient_s_page_and_never_re_routed(cast):
    rows = (f"A-001,{CRP}", f"A-002,{CRP}", f"B-001,{CRP}", f",{CRP}".replace("08:30", "09:30"))
    batch = bring_in(cast, table(*rows, header=WHO), cast.ha)
    assert outcomes(batch) == ["added", "refused", "refused", "added"]
    assert codes(batch)[1:3] == [["someone_else"]] * 2
    assert not LabResult.objects.filter(patient__in=[cast.ji, cast.brandt]).exists()


def test_a_file_of_the_site_goes_to_each_patient(cast):
    rows = (f"A-001,{CRP}", f"A-002,{CRP}", f",{CRP}")
    batch = bring_in(cast, table(*rows, header=WHO))
    assert (outcomes(batch), codes(batch)[2]) == (["added", "added", "refused"], ["no_number"])
    assert [len(recorded(patient=p)) for p in (cast.ha, cast.ji)] == [1, 1]


def test_rows_of_patients_one_may_not_see_answer_as_rows_of_nobody(cast):
    """Brandt is another site's; Ji is not one of this surgeon's patients."""
    rows = (f"B-001,{CRP}", f"A-002,{CRP}", f"Z-999,{CRP}", f"A-001,{CRP}")
    batch = upload(cast, table(*rows, header=WHO), by=cast.surgeon_a)
    assert outcomes(batch) == ["refused", "refused", "refused", "new"]
    foreign, near, nobody, _own = (
        (row.problems, row.patient_id, row.record_id) for row in batch.rows.order_by("position")
    )
    assert foreign == near == nobody


def test_access_lost_between_preview_and_import_holds(cast):
    batch = upload(cast, table(f"A-001,{CRP}", header=WHO))
    lab_imports.start(batch=batch, by=cast.physician_a)
    Membership.objects.filter(user=cast.physician_a).update(active=False)
    tasks.import_labs()
    assert (outcomes(batch), codes(batch)) == (["refused"], [["nobody"]])
    assert recorded(patient=cast.ha) == []


def test_only_its_owner_starts_or_discards_it(cast):
    batch = upload(cast, table(CRP), cast.ha)
    assert not lab_imports.start(batch=batch, by=cast.therapist_a)
    assert not lab_imports.discard(batch=batch, by=cast.therapist_a)
    assert lab_imports.discard(batch=batch, by=cast.physician_a)
    assert not lab_imports.start(batch=batch, by=cast.physician_a)
    batch.refresh_from_db()
    assert (batch.state, batch.content, batch.rows.count()) == ("discarded", None, 0)


# --- the worker ----------------------------------------------------------------------------------
def many(count):
    start = dt.date(2024, 1, 1)
    days = (start + dt.timedelta(days=n) for n in range(count))
    return table(*(f"crp,{n % 90 + 1},mg/L,{day}" for n, day in enumerate(days)))


def test_a_long_file_is_read_by_the_worker(cast):
    batch = upload(cast, many(300), cast.ha)
    assert (batch.state, batch.total, batch.rows.count()) == ("reading", None, 0)
    tasks.import_labs()
    batch.refresh_from_db()
    assert (batch.state, batch.total, batch.done) == ("preview", 300, 300)
    assert batch.counts["new"] == 300


class Killed(BaseException):
    """Not an Exception: nothing may catch it, as nothing catches a kill."""


# the last row of a batch and one in the middle; the other places in the full counts
@pytest.mark.parametrize(
    "at", [50, 120, *(pytest.param(n, marks=pytest.mark.full) for n in (1, 49, 51))]
)
def test_killed_anywhere_and_begun_again_it_ends_as_if_never_killed(cast, monkeypatch, at):
    batch = upload(cast, many(130), cast.ha)
    lab_imports.start(batch=batch, by=batch.owner)
    whole, done = laboratory.record_lab, Counter()
    monkeypatch.setattr(tasks, "STRETCH_SECONDS", 600)  # not killed by a busy machine before

    def dies(**given):
        done["rows"] += 1
        if done["rows"] == at:
            raise Killed
        return whole(**given)

    monkeypatch.setattr(laboratory, "record_lab", dies)
    with pytest.raises(Killed):
        tasks.import_labs()
    monkeypatch.setattr(laboratory, "record_lab", whole)
    tasks.import_labs()  # the claim of the dead worker still holds
    assert LabImport.objects.get().state == "importing"
    for _again in range(5):  # on a busy machine one turn may not do
        working = LabImport.objects.exclude(claimed_at=None)
        working.update(claimed_at=timezone.now() - dt.timedelta(minutes=2))
        tasks.import_labs()
    batch.refresh_from_db()
    assert batch.state == "done"
    assert batch.counts["added"] == 130
    assert len(recorded(patient=cast.ha)) == 130
    assert (
        DocumentVersion.objects.filter(patient_id=cast.ha.pk, table="outcomes.labresult").count()
        == 130
    )


def test_a_worker_that_has_lost_its_claim_writes_nothing_more(cast):
    batch = upload(cast, many(10), cast.ha)
    lab_imports.start(batch=batch, by=batch.owner)
    slow = lab_imports.claim(timezone.now())
    later = timezone.now() + dt.timedelta(minutes=5)
    assert lab_imports.claim(later) is not None
    lab_imports.work(slow, timezone.now, lambda: False)
    assert recorded(patient=cast.ha) == []


def test_a_file_that_always_fails_is_given_up(cast, monkeypatch):
    upload(cast, many(300), cast.ha)

    def broken(content):
        raise RuntimeError

    monkeypatch.setattr(lab_imports.lab_files, "read", broken)
    tasks.import_labs()
    batch = LabImport.objects.get()
    assert (batch.state, batch.problem["code"], batch.content) == ("failed", "unforeseen", None)


def test_the_broker_gone_the_import_waits_for_the_sweep(cast, monkeypatch):
    monkeypatch.setattr(lab_imports, "wake", lambda task: None)
    batch = upload(cast, table(CRP), cast.ha)
    lab_imports.start(batch=batch, by=batch.owner)
    batch.refresh_from_db()
    assert batch.state == "importing"
    tasks.import_labs()
    batch.refresh_from_db()
    assert batch.state == "done"


def test_files_and_rows_are_deleted_after_some_days(cast):
    done = bring_in(cast, table(CRP), cast.ha)
    waiting = upload(cast, many(300), cast.ha)
    now = timezone.now()
    assert lab_imports.forget(now) == 0
    assert lab_imports.forget(now + dt.timedelta(days=7, minutes=1)) == 2
    assert not LabImportRow.objects.exists()
    for batch in (done, waiting):
        batch.refresh_from_db()
        assert (batch.state, batch.content) == ("forgotten", None)
    assert done.counts == {"added": 1, "warned": 0}
    assert len(recorded(patient=cast.ha)) == 1
    assert AuditEvent.objects.filter(action="lab_import.forget").count() == 2


def test_a_file_that_cannot_be_read_leaves_nothing(cast):
    with pytest.raises(Unreadable):
        upload(cast, b"%PDF-1.7", cast.ha)
    assert not LabImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_add_each_result_once(cast):
    """One of them with the laboratory's own ids, so that not even the ids are the same."""
    rows = [f"crp,{n},mg/L,2026-01-{n:02d}" for n in range(1, 29)]
    plain = table(*rows)
    with_ids = table(*(f"{row},r{row[4:6]}" for row in rows), header=HEADER + ",result_id")
    for content, by in ((plain, cast.physician_a), (with_ids, cast.therapist_a)):
        lab_imports.start(batch=upload(cast, content, cast.ha, by), by=by)
    in_parallel(2, lambda _n: tasks.import_labs())
    assert {one.state for one in LabImport.objects.all()} == {"done"}
    assert len(recorded(patient=cast.ha)) == 28
    found = Counter(LabImportRow.objects.values_list("outcome", flat=True))
    assert found == {"added": 28, "known": 28}


# --- once is twice -------------------------------------------------------------------------------
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["crp", "hb", "CRP", "1988-5", "nonsense"]),
        st.sampled_from(["5", "5.0", "<5", "12", "0.5", "1,5", ""]),
        st.sampled_from(["mg/L", "mg/dL", "g/dL", ""]),
        st.sampled_from(["2026-03-01", "2026-03-01 08:30", "20260302", "2026.03.01", "03/04/2026"]),
        st.sampled_from(["", "r1", "r2"]),
    ),
    min_size=1,
    max_size=12,
)


class Twice(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = assemble()

    @given(ROWS)
    def test_an_import_twice_is_an_import_once(self, rows):
        cast = self.cast
        content = table(*map(",".join, quoted(rows)), header=HEADER + ",result_id")
        bring_in(cast, content, cast.ha)
        once = list(DocumentVersion.objects.order_by("position").values())
        second = bring_in(cast, content, cast.ha)
        assert list(DocumentVersion.objects.order_by("position").values()) == once
        assert not {"added", "corrected"} & set(second.counts)


def quoted(rows):
    return [[f'"{cell}"' for cell in row] for row in rows]
