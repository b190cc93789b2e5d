"""Files of results over the API: dry runs, imports followed to their end, refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import examples
from outcomes import tasks
from outcomes.lab_files.base import MOST_BYTES
from outcomes.models import LabImport, LabResult
from tests.api.client import path

CSV = "study_number,analyte,value,unit,specimen_at\n"
ROW = "{who},crp,{value},mg/L,2026-03-01T08:30\n"


def send(client, where, text, media="text/csv", **headers):
    raw = text if isinstance(text, bytes) else text.encode()
    return client.send("POST", where, raw=raw, content_type=media, **headers)


def rows(client, file, outcome="all"):
    return client.rows(f"lab-imports/{file['id']}/rows/?outcome={outcome}")


def test_a_dry_run_records_nothing(physician, ha):
    text = examples.LAB_FILES["CSV"]
    answer = send(physician, path(ha, "lab-imports") + "?dry_run=true", text)
    assert (answer.status, answer.json["state"]) == (201, "preview")
    assert answer.json["counts"]["new"] == 2
    tasks.import_labs()
    assert not LabResult.objects.filter(patient=ha).exists()
    assert [row["outcome"] for row in rows(physician, answer.json)] == ["new", "new"]


@pytest.mark.parametrize("name", ["CSV", "HL7 v2"])
def test_the_examples_of_the_schema_are_imported(physician, ha, name):
    text = examples.LAB_FILES[name].replace("12345678", "A-001")
    media = "application/hl7-v2" if text.startswith("MSH") else "text/csv"
    sent = send(physician, path(ha, "lab-imports"), text, media).json
    assert (sent["state"], sent["done"]) == ("importing", 0)
    tasks.import_labs()
    done = physician.get(f"lab-imports/{sent['id']}/").json
    assert (done["state"], done["done"], done["problem"]) == ("done", done["total"], None)
    assert done["counts"]["added"] == LabResult.objects.filter(patient=ha).count() > 0
    for row in rows(physician, done):
        lab = physician.get(path(ha, "labs", row["record"]))
        assert (lab.status, lab.json["unit"]) == (200, row["typed"]["unit"])


def test_the_same_file_twice_adds_nothing(physician, ha):
    for _time in range(2):
        sent = send(physician, path(ha, "lab-imports"), examples.LAB_FILES["CSV"]).json
        tasks.import_labs()
    counts = physician.get(f"lab-imports/{sent['id']}/").json["counts"]
    assert (counts["added"], counts["known"]) == (0, 2)
    assert LabResult.objects.filter(patient=ha).count() == 2


def test_a_file_of_a_site_answers_the_same_for_foreign_and_for_missing(as_, cast):
    client = as_(cast.physician_a)
    text = CSV + "".join(ROW.format(who=who, value=5) for who in ("A-001", "B-001", "Z-999"))
    sent = send(client, "lab-imports/?dry_run=true", text).json
    ours, foreign, missing = rows(client, sent)
    assert ours["outcome"] == "new"
    for row in (foreign, missing):
        row.pop("number")
        assert row.pop("typed")["study_number"] in {"B-001", "Z-999"}
    assert foreign == missing
    assert rows(client, sent, "refused")[0]["problems"][0]["code"] == "nobody"


REFUSED = {
    "no rows": (CSV, "text/csv", 422, "no_rows"),
    "nothing": ("", "text/csv", 422, "empty"),
    "no units": ("analyte,value,specimen_at\ncrp,5,2026-03-01\n", "text/csv", 422,
                 "column_missing"),
    "JSON": ("{}", "application/json", 415, None),
    "too large": (b" " * (MOST_BYTES + 1), "text/csv", 413, None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "media", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_says_what_to_do(physician, ha, text, media, status, code):
    answer = send(physician, path(ha, "lab-imports"), text, media)
    assert answer.status == status
    assert code is None or [error["code"] for error in answer.json["errors"]] == [code]
    assert not LabImport.objects.exists()


def test_parameters_that_are_not_known_are_refused(physician, ha):
    where = path(ha, "lab-imports")
    assert send(physician, where + "?dry_run=maybe", CSV).status == 400
    assert send(physician, where + "?dryrun=true", CSV).status == 400
    assert send(physician, where + "?site=seoul", CSV).status == 400


def test_rows_come_in_pages_and_in_their_order(physician, ha):
    text = CSV + "".join(ROW.format(who="A-001", value=n) for n in range(1, 8))
    sent = send(physician, path(ha, "lab-imports") + "?dry_run=true", text).json
    where = f"lab-imports/{sent['id']}/rows/?limit=3"
    assert [row["number"] for row in physician.rows(where)] == list(range(2, 9))
    assert physician.get(f"lab-imports/{sent['id']}/rows/?cursor=x").status == 400


def test_more_rows_cost_no_more_queries(physician, ha):
    def queries(count):
        text = CSV + "".join(ROW.format(who="A-001", value=n) for n in range(1, count + 1))
        sent = send(physician, path(ha, "lab-imports") + "?dry_run=true", text).json
        with CaptureQueriesContext(
            connection,
        ) as captured:
            physician.get(f"lab-imports/{sent['id']}/rows/")
        return len(captured)

    assert queries(2) == queries(40)
