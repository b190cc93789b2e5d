"""Everything that happened to one patient, in order."""

import math
from typing import Any

from outcomes.models import DiaryEntry, LabResult, MedicationCourse, MedicationDose, Visit
from outcomes.readings import Surgery, surgery
from patients.models import BoneDensity, Complication, Imaging, Milestone, Patient, Procedure, User
from patients.models.record import PatientRecord

KINDS: tuple[tuple[str, type[PatientRecord]], ...] = (
    ("procedure", Procedure),
    ("milestone", Milestone),
    ("visit", Visit),
    ("lab", LabResult),
    ("medication", MedicationCourse),
    ("dose", MedicationDose),
    ("imaging", Imaging),
    ("bone_density", BoneDensity),
    ("complication", Complication),
    # never examined: `reporter` says whose word it is
    ("diary", DiaryEntry),
)


def entries(patient: Patient, user: User) -> list[dict[str, Any]]:
    """One entry per record, by day since decompression; what has no day comes last, by phase."""
    course = surgery(patient)
    rows = [
        (kind, row)
        for kind, model in KINDS
        for row in model.objects.visible_to(user).filter(patient=patient).current()
    ]
    found = [{"origin": patient.origin, **_entry(kind, row, course)} for kind, row in rows]
    return sorted(found, key=_order)


def _entry(kind: str, row: PatientRecord, course: Surgery) -> dict[str, Any]:
    day, when = course.day(row.when), row.when
    return {
        "kind": kind,
        "id": row.pk,
        "version": row.version,
        "reporter": row.reporter,
        "day": {"best": day.best, "lower": day.lower, "upper": day.upper, "status": day.status},
        "when": {
            "date": when.date,
            "time": when.time,
            "phase": when.phase,
            "status": when.status,
            "verbatim": when.verbatim,
        },
        "document": row.document(),
    }


PHASES = ("before_cement", "pre_op", "post_op", "discharge", "follow_up", None)


def _order(entry: dict[str, Any]) -> tuple[float, int, str]:
    day, when = entry["day"], entry["when"]
    place = next((d for d in (day["best"], day["lower"], day["upper"]) if d is not None), math.inf)
    return (place, PHASES.index(when["phase"]), str(when["time"] or ""))
