"""Answers of fields that depend on the patient or on the reference data."""

from functools import cache

from outcomes import words
from outcomes.forms.fields import Option
from outcomes.reference import analytes, drugs, units
from patients.access import working
from patients.models import Patient, Procedure
from patients.roles import Role

Choices = dict[str, tuple[Option, ...]]


def choices(kind: str, patient: Patient) -> Choices:
    """By the name of the field; empty for a kind whose answers its shape knows."""
    if kind == "complications":
        operations = _operations(patient)
        return {"procedure": operations, "reoperation": operations}
    if kind == "procedures":
        return {"surgeon": _surgeons(patient)}
    return {"analyte": _analytes()} if kind == "labs" else {}


def _operations(patient: Patient) -> tuple[Option, ...]:
    rows = Procedure.objects.filter(patient=patient).current().order_by("position")
    return tuple(Option(str(row.pk), _told(row)) for row in rows)


def _told(row: Procedure) -> str:
    what = words.words("procedure.kind", row.kind)
    if row.technique:
        what = f"{what}: {words.words('technique', row.technique)}"
    when = row.date or row.date_lower or row.date_upper
    return f"{what}, {when.isoformat()}" if when else f"{what} ({str(row.pk)[:8]})"


def _surgeons(patient: Patient) -> tuple[Option, ...]:
    return tuple(
        Option(user.username, f"{user} ({user.username})")
        for user in working(patient.site, Role.SURGEON)
    )


def _analytes() -> tuple[Option, ...]:
    return tuple(Option(code, words.words("analyte", code)) for code in analytes())


@cache
def suggestions(kind: str) -> dict[str, tuple[str, ...]]:
    """Offered while typing: units that can be converted, drugs the product knows."""
    if kind == "labs":
        known = (alias for code in analytes() for alias in units(code))
        return {"unit": tuple(dict.fromkeys(known))}
    if kind == "medications":
        found = drugs().values()
        return {"drug": tuple(d.inn for d in found), "atc": tuple(d.atc for d in found)}
    return {}
