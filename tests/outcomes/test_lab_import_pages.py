"""Pasting and uploading results on pages: the preview, what is refused, the download."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes import tasks
from outcomes.actions import lab_imports
from outcomes.lab_files.base import MOST_BYTES
from outcomes.models import LabImport, LabResult
from patients.models import AuditEvent, Membership
from patients.roles import Role

pytestmark = pytest.mark.django_db

HEADER = "analyte,value,unit,specimen_at"
CRP = f"{HEADER}\ncrp,12.5,mg/L,2026-03-01 08:30"


@pytest.fixture
def browser(cast, client_for):
    return client_for(cast.physician_a)


def new(patient):
    return reverse("lab-import-new", args=[patient.pk])


def paste(browser, patient, text):
    """The preview of pasted text."""
    answer = browser.post(new(patient) if patient else reverse("lab-imports"), {"text": text})
    assert answer.status_code == 302, answer.content.decode()
    return browser.get(answer.url)


def page(answer):
    return answer.content.decode()


def test_from_pasted_text_to_recorded_results(cast, browser):
    preview = paste(browser, cast.ha, CRP)
    assert "Import 1 result<" in page(preview)
    assert "A-001" in page(preview)
    where = preview.request["PATH_INFO"]
    assert browser.post(where, {"start": "1"}).url == where
    working = page(browser.get(where))
    assert "0 of 1 results are imported." in working
    assert '<progress class="progress" aria-label="Progress" max="1" value="0">' in working
    assert browser.get(where + "progress/").json()["working"] is True
    tasks.import_labs()
    assert browser.get(where + "progress/").json()["working"] is False
    done = page(browser.get(where))
    assert "What was imported" in done
    assert LabResult.objects.get(patient=cast.ha).value == "12.5"
    # the button pressed once more does nothing
    browser.post(where, {"start": "1"})
    assert LabImport.objects.get().state == "done"


def test_a_file_is_uploaded(cast, browser):
    file = SimpleUploadedFile("results.csv", "\ufeff".encode() + CRP.encode())
    answer = browser.post(new(cast.ha), {"file": file, "text": ""})
    assert answer.status_code == 302
    assert LabImport.objects.get().counts["new"] == 1


REFUSED = {
    "nothing": ({}, "There is nothing in it"),
    "both": ({"text": CRP, "file": SimpleUploadedFile("a.csv", CRP.encode())}, "not both"),
    "no header": ({"text": "crp,5"}, "No header row is recognised"),
    "too large": ({"file": SimpleUploadedFile("a.csv", b" " * (MOST_BYTES + 1))}, "larger than 5"),
}


@pytest.mark.parametrize(("sent", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_said_and_what_was_pasted_is_kept(cast, browser, sent, told):
    answer = browser.post(new(cast.ha), sent)
    assert answer.status_code == 422
    assert page(answer).count(told) == 2  # in the summary and beside its field
    assert sent.get("text", "") in page(answer)
    assert not LabImport.objects.exists()


def test_counts_refusals_and_warnings_are_in_view(cast, browser):
    text = f"{HEADER},comment\ncrp,5,,2026-03-01,x\nhb,20,g/dL,2026-03-01,\ncrp,5,mg/L,2026-03-02,"
    told = page(paste(browser, cast.ha, text))
    for words in (
        "<strong>2</strong> new", "<strong>1</strong> refused", "<strong>1</strong> to look at",
        "Not understood and left out: comment.", "Give the unit as the laboratory reported it.",
        "20 g/dL is unusual for Haemoglobin", "Import 2 results",
    ):  # fmt: skip
        assert words in told, words


def test_a_long_file_shows_its_progress(cast, browser):
    rows = "".join(f"\ncrp,{n},mg/L,2026-03-01" for n in range(300))
    assert "The file is being read." in page(paste(browser, cast.ha, HEADER + rows))


def test_the_refused_rows_as_a_table_that_runs_nothing(cast, browser):
    rows = ('=1+1,"=HYPERLINK(""x"")",mg/L,2026-03-01', "crp,+5,mg/L,2026-03-01",
            "crp,-5,@mg,2026-03-01", "crp,5,mg/L,2026-03-01")  # fmt: skip
    preview = paste(browser, cast.ha, "\n".join((HEADER, *rows)))
    answer = browser.get(preview.request["PATH_INFO"] + "refused/")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    lines = list(csv.reader(io.StringIO(page(answer).removeprefix("\ufeff"))))
    assert [line[3:6] for line in lines[1:]] == [
        ["'=1+1", "'=HYPERLINK(\"x\")", "mg/L"], ["crp", "'+5", "mg/L"], ["crp", "'-5", "'@mg"],
    ]  # fmt: skip
    assert all(line[-1] for line in lines)
    assert AuditEvent.objects.filter(action="lab_import.export").count() == 1


def test_a_file_of_a_site_needs_the_site_where_there_are_several(cast, browser):
    Membership.objects.create(user=cast.physician_a, site=cast.berlin, role=Role.PHYSICIAN)
    text = f"study_number,{HEADER}\nB-001,crp,5,mg/L,2026-03-01"
    answer = browser.post(reverse("lab-imports"), {"text": text})
    assert answer.status_code == 422
    assert "Choose the site" in page(answer)
    answer = browser.post(reverse("lab-imports"), {"text": text, "site": "berlin"})
    assert "Brandt" in page(browser.get(answer.url))
    seen = AuditEvent.objects.filter(action="lab_import.view").last()
    assert seen.patient_ids == [str(cast.brandt.pk)]


def test_the_entrances_are_linked_for_those_who_may(cast, client_for):
    patient = reverse("patient", args=[cast.ha.pk])
    for user, may in ((cast.therapist_a, True), (cast.patient_user, False)):
        browser = client_for(user)
        assert (new(cast.ha) in page(browser.get(patient))) is may
        assert (reverse("lab-imports") in page(browser.get(reverse("patients")))) is may


def test_what_was_sent_is_listed_and_can_be_given_up(cast, browser):
    where = paste(browser, cast.ha, CRP).request["PATH_INFO"]
    assert where in page(browser.get(new(cast.ha)))
    browser.post(where, {"discard": "1"})
    assert "Given up" in page(browser.get(where))


def test_text_of_a_file_is_never_markup(cast, browser):
    text = f"{HEADER},<script>x</script>\n<b>crp</b>,<i>5</i>,mg/L,2026-03-01,"
    told = page(paste(browser, cast.ha, text))
    assert "<b>crp" not in told
    assert "<script>x" not in told


def test_more_rows_cost_no_more_queries(cast, browser):
    def queries(count):
        rows = "".join(f"\nhb,{n % 10 + 10},g/dL,20{10 + n // 12}-{n % 12 + 1:02d}-01"
                       for n in range(count))  # fmt: skip
        where = paste(browser, cast.ji, HEADER + rows).request["PATH_INFO"]
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(where).status_code == 200
        return len(captured)

    assert queries(3) == queries(90)


def test_an_import_that_could_not_be_read_says_so(cast, browser, monkeypatch):
    monkeypatch.setattr(lab_imports, "SMALL_BYTES", 0)
    where = paste(browser, cast.ha, "crp,5").request["PATH_INFO"]
    tasks.import_labs()
    assert "No header row is recognised" in page(browser.get(where))
