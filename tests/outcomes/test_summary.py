"""The summary for handing over: one page, nothing silently left out, nothing for the wrong eyes."""

import datetime as dt
import io
import signal
import uuid
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from outcomes import printing
from outcomes.actions import laboratory, visits
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import Visit
from patients.documents.base import plain, read
from patients.models import AuditEvent
from tests.support.alerts import an_alert
from tests.support.cast import TODAY, Cast, now, visit

pytestmark = pytest.mark.django_db


def page(client: Any, patient: Any) -> str:
    answer = client.get(reverse("patient-summary", args=[patient.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def sheet(client: Any, patient: Any) -> PdfReader:
    answer = client.get(reverse("patient-summary-pdf", args=[patient.pk]))
    assert answer["Content-Type"] == "application/pdf", answer
    return PdfReader(io.BytesIO(answer.content))


def test_amended_stands_beside_what_was_amended_and_nowhere_else(
    cast: Cast, client_for: Any
) -> None:
    client = client_for(cast.physician_a)
    assert "amended" not in page(client, cast.ha)
    row = Visit.objects.filter(patient=cast.ha).order_by("position").last()
    assert row is not None
    document = plain(read(VisitDocument, row.document())) | {"bladder": {"pvr_ml": 120}}
    visits.amend_visit(
        row=row, document=read(VisitDocument, document), reason="Late entry", expected=1,
        asked=now(cast.physician_a),
    )  # fmt: skip
    shown = page(client, cast.ha)
    row.refresh_from_db()
    assert shown.count(f"amended {row.written_on}") == 2  # the grades, and the bladder
    assert "post-void residual 120 mL" in shown


@pytest.mark.parametrize("who", ["baek", "synthetic", "ji"])
def test_the_pdf_is_one_page_that_says_who_it_is(who: str, cast: Cast, client_for: Any) -> None:
    patient = getattr(cast, who)
    made = sheet(client_for(cast.physician_a), patient)
    assert len(made.pages) == 1
    assert patient.study_number in made.pages[0].extract_text()


def test_a_record_with_very_much_in_it_is_still_one_page(cast: Cast, client_for: Any) -> None:
    for day in range(30, 60):
        visit(cast.ha, cast.physician_a, kind="unscheduled", day=day, right="3", left="4")
    words = {"note": "Ω " * 1000, "bladder": {"description": "long " * 300}}
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "date": str(TODAY), **words}
    visits.record_visit(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    made = sheet(client_for(cast.physician_a), cast.ha)
    assert len(made.pages) == 1
    assert "and 27 more in the record" in made.pages[0].extract_text()


def test_korean_is_in_the_pdf_as_letters(cast: Cast, client_for: Any) -> None:
    client = client_for(cast.physician_a)
    client.cookies["django_language"] = "ko"
    text = sheet(client, cast.ha).pages[0].extract_text()
    assert "수술" in text


def test_the_last_result_is_the_latest_by_its_specimen_not_by_its_entry(
    cast: Cast, client_for: Any
) -> None:
    for date, value in (("2026-03-02", "12.5"), ("2026-03-01", "99")):
        document = {
            "id": str(uuid.uuid4()), "analyte": "crp", "value": value, "unit": "mg/L",
            "specimen_at": date,
        }  # fmt: skip
        laboratory.record_lab(
            patient=cast.ha, document=read(LabDocument, document), asked=now(cast.physician_a)
        )
    shown = page(client_for(cast.physician_a), cast.ha)
    assert "12.5 mg/L" in shown
    assert "99 mg/L" not in shown


def test_what_a_later_visit_leaves_out_stays_from_the_one_before(
    cast: Cast, client_for: Any
) -> None:
    worse = {"sensation": {"saddle": "absent"}, "bladder": {"pvr_ml": 620}}
    later = {"sensation": {"right": "normal"}, "bladder": {"incontinence": "no"}}
    for days, parts in ((5, worse), (3, later)):
        date = str(TODAY - dt.timedelta(days=days))
        document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "date": date, **parts}
        visits.record_visit(
            patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
        )
    shown = page(client_for(cast.physician_a), cast.ha)
    for told in ("saddle area absent", "620 mL", "right leg normal"):
        assert told in shown


def test_a_drug_to_be_stopped_later_is_still_taken_and_the_background_is_said(
    cast: Cast, client_for: Any
) -> None:
    by = now(cast.physician_a)
    for drug, days in (("tramadol", 5), ("celecoxib", -5)):
        course = {"id": str(uuid.uuid4()), "drug": drug, "start": str(TODAY - dt.timedelta(30)),
                  "stop": str(TODAY + dt.timedelta(days))}  # fmt: skip
        kind = BY_PATH["medications"]
        kind.record(patient=cast.ha, document=read(kind.shape, course), asked=by)
    known = {"id": str(uuid.uuid4()), "asthma": "yes", "diabetes": "no"}
    kind = BY_PATH["background"]
    kind.record(patient=cast.ha, document=read(kind.shape, known), asked=by)
    shown = page(client_for(cast.physician_a), cast.ha)
    assert "tramadol" in shown
    assert "celecoxib" not in shown
    assert "Asthma" in shown
    assert "Diabetes" not in shown


def test_numbers_have_their_units(cast: Cast, client_for: Any) -> None:
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "date": str(TODAY)}
    document |= {"vitals": {"temperature_c": 36.8, "systolic_lying": 118, "weight_kg": 51.5}}
    visits.record_visit(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    shown = page(client_for(cast.physician_a), cast.ha)
    for told in ("36.8 °C", "118 mmHg", "51.5 kg"):
        assert told in shown


def test_open_alerts_stand_first_for_clinicians_and_are_not_there_for_others(
    cast: Cast, client_for: Any
) -> None:
    an_alert(cast.ha, "urgent")
    shown = page(client_for(cast.therapist_a), cast.ha)
    assert "1 open alert" in shown
    assert "Muscle grade fell" in shown
    for reader in (cast.patient_user, cast.sees):
        answer = client_for(reader).get(reverse("patient-summary", args=[cast.ha.pk]))
        assert answer.url == reverse("phone-recovery", args=[cast.ha.pk])


@pytest.mark.parametrize("code", printing.MISSING)
def test_what_the_server_lacks_is_said_with_its_remedy(
    code: int, cast: Cast, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_given: Any, **_more: Any) -> Any:
        return printing.subprocess.CompletedProcess([], code, b"", b"")

    monkeypatch.setattr(printing.subprocess, "run", lacking)
    answer = client_for(cast.physician_a).get(
        reverse("patient-summary-pdf", args=[cast.ha.pk]), follow=True
    )
    assert str(printing.MISSING[code]) in answer.content.decode()


@pytest.mark.parametrize("crashes", [1, 2])
def test_a_print_that_crashed_is_begun_once_more(
    crashes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, begun = printing.subprocess.run, []

    def crashing(*given: Any, **more: Any) -> Any:
        begun.append(given)
        if len(begun) <= crashes:
            return printing.subprocess.CompletedProcess([], -signal.SIGSEGV, b"%PDF half", b"")
        return run(*given, **more)

    monkeypatch.setattr(printing.subprocess, "run", crashing)
    if crashes == 1:
        assert len(PdfReader(io.BytesIO(printing.pdf("<p>whole</p>", ""))).pages) == 1
    else:
        with pytest.raises(printing.CannotPrint):
            printing.pdf("<p>whole</p>", "")
    assert len(begun) == 2


def test_what_is_typed_into_the_record_cannot_make_the_printer_fetch_or_read(
    cast: Cast, client_for: Any
) -> None:
    canary = '<img src="file:///etc/passwd"><link rel=attachment href="file:///etc/passwd">'
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "date": str(TODAY)}
    document["bladder"] = {"description": canary}
    visits.record_visit(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    made = sheet(client_for(cast.physician_a), cast.ha)
    assert not made.attachments
    assert "passwd" in made.pages[0].extract_text()  # as the text that it is


def test_each_look_is_one_event(cast: Cast, client_for: Any) -> None:
    client = client_for(cast.physician_a)
    before = AuditEvent.objects.count()
    page(client, cast.ha)
    sheet(client, cast.ha)
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)[before:]
    assert list(actions) == ["summary.view", "summary.print"]
