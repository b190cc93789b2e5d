"""One patient's import takes in nobody else's results, whatever the file calls the person."""

import pytest

from outcomes.models import LabResult
from patients.actions import amend_patient
from patients.documents.base import plain, read
from patients.documents.people import PatientDocument
from tests.outcomes.actions.test_lab_imports import bring_in, codes, outcomes
from tests.support.cast import now

pytestmark = pytest.mark.django_db

MEASURED = ",crp,12.5,mg/L,2026-03-01T08:30"


@pytest.fixture
def cast(cast):
    """Ha is recorded as a man."""
    document = plain(read(PatientDocument, cast.ha.document())) | {"sex": "male"}
    amend_patient(
        patient=cast.ha, document=read(PatientDocument, document), reason="completed",
        expected=cast.ha.version, asked=now(cast.physician_a),
    )  # fmt: skip
    cast.ha.refresh_from_db()
    return cast


# columns, what they hold, the codes of refusal, the codes of warning; Ha is a man born in 1947
SAID = {
    "another's number": ("Patient ID", "A-002", ["someone_else"], []),
    "own number": ("Patient ID", "A-001", [], []),
    "another name": ("name", "Other Person", ["other_name"], []),
    "name and birth": ("name,DOB", "Other Person,1911-01-01", ["other_name", "other_birth"], []),
    "own name and birth": ("성명,생년월일", "HA,1947-05-05", [], []),
    "another script": ("이름", "하", [], ["patient_name_not_compared"]),
    "a sex that is not understood": ("성별", "?", [], ["sex_not_compared"]),
    "another sex": ("Sex", "여", ["other_sex"], []),
}


@pytest.mark.parametrize(("columns", "cells", "refused", "warned"), SAID.values(), ids=SAID)
def test_a_table_is_held_against_its_patient(cast, columns, cells, refused, warned):
    content = f"{columns},analyte,value,unit,specimen_at\n{cells}{MEASURED}".encode()
    before = LabResult.objects.exclude(patient=cast.ha).count()
    _judged(bring_in(cast, content, cast.ha), cast.ha, refused, warned)
    assert LabResult.objects.exclude(patient=cast.ha).count() == before


PIDS = {
    "another name": ("PID|1||||Other^Person", ["other_name"], []),
    "another birth": ("PID|1||||Ha||19110101", ["other_birth"], []),
    "own": ("PID|1||A-001^^^H^MR||Ha||19470301", [], []),
    "own number, another's name": ("PID|1||A-001^^^H^MR||Other^Person", ["other_name"], []),
    "own number, another birth": ("PID|1||A-001^^^H^MR||Ha||1911", ["other_birth"], []),
    "own number, another sex": ("PID|1||A-001^^^H^MR||Ha|||F", ["other_sex"], []),
    "another script": ("PID|1||A-001^^^H^MR||하^나", [], ["patient_name_not_compared"]),
}


@pytest.mark.parametrize("of_site", [False, True], ids=["patient", "site"])
@pytest.mark.parametrize(("pid", "refused", "warned"), PIDS.values(), ids=PIDS)
def test_hl7_is_held_against_its_patient(cast, pid, refused, warned, of_site):
    if of_site and "A-001" not in pid:
        refused, warned = ["no_number"], []
    content = "\r".join((
        "MSH|^~\\&|LIS|Lab|||20260301100000+0900||ORU^R01|1|P|2.5.1||||||UNICODE UTF-8", pid,
        "OBR|1||A77|CRP|||20260301083000", "OBX|1|NM|1988-5^CRP^LN||12.5|mg/L|||||F",
    )).encode()  # fmt: skip
    _judged(bring_in(cast, content, None if of_site else cast.ha), cast.ha, refused, warned)


def _judged(batch, patient, refused, warned):
    assert batch.state == "done"
    assert codes(batch) == [refused]
    assert outcomes(batch) == ["refused" if refused else "added"]
    assert [one["code"] for one in batch.rows.get().warnings] == warned
    imported = LabResult.objects.filter(patient=patient)
    assert imported.exists() is not bool(refused)
