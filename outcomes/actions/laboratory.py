"""Recording a laboratory result: kept as reported, converted beside it, never guessed."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from outcomes.actions.common import Known, Warnings, asked_about, refuse_future_day, warning
from outcomes.documents.laboratory import LabDocument
from outcomes.models import LabResult
from outcomes.rules import labs
from outcomes.rules.doubts import labs as doubts
from outcomes.rules.doubts import order
from outcomes.rules.doubts.base import last_with, on
from outcomes.rules.facts import Fact
from outcomes.rules.values import Moment
from patients import records
from patients.documents.base import Refused, moment
from patients.models import Patient
from patients.models.columns import flatten
from patients.plausible import refuse_impossible_dates
from patients.records import Asked, Checked, Written


def record_lab(*, patient: Patient, document: LabDocument, asked: Asked) -> Written:
    """Record one result of one analyte."""

    def check() -> Checked:
        return check_lab(Known(patient, asked), document)

    return records.create(LabResult, document, asked=asked, patient=patient, check=check)


def amend_lab(
    *, row: LabResult, document: LabDocument, reason: str, expected: int, asked: Asked
) -> Written:
    checked = check_lab(Known(row.patient, asked), document)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def check_lab(known: Known, document: LabDocument) -> Checked:
    """What is wrong or odd about a result, and its columns in the canonical unit."""
    columns = specimen_time(document.specimen_at, known.patient.site.time_zone)
    names = {"date": "specimen_at"}
    refuse_impossible_dates(known.patient, columns, today=known.today, names=names)
    timed = flatten({"timing": document.timing.model_dump()}) if document.timing else {}
    if timed:
        refuse_future_day(known, moment(timed))
    when = moment({**columns, **timed})
    name = "timing" if timed else "specimen_at"
    late = asked_about(order.after_death(when, known.patient.died_on, name))
    if document.value is None:
        _known_analyte(document)
        none = {"comparator": "", "canonical": None, "canonical_unit": ""}
        return Checked(late, columns | none)
    try:
        quantity = labs.canonical(document.analyte, document.value, document.unit or "")
    except labs.LabRefused as refused:
        raise _refused(refused) from None
    warnings = [
        *late,
        *_against_the_last(known, document, when, quantity),
        *(
            warning("value", code=w.code, message=w.message, **w.values)
            for w in labs.warnings(document.analyte, quantity, known.thresholds)
        ),
    ]
    columns |= {
        "comparator": quantity.comparator,
        "canonical": quantity.limit,
        "canonical_unit": quantity.unit,
    }
    return Checked(warnings, columns)


def _against_the_last(
    known: Known, document: LabDocument, when: Moment, quantity: labs.LabQuantity
) -> Warnings:
    """Ask about a result many times the last one of the analyte, by the time of the specimen."""
    now = Fact(id=str(document.id), when=when, day=known.surgery.day(when), values={})
    last = last_with(known.results_before(now, document.analyte), "canonical")
    if last is None:
        return []
    before = labs.LabQuantity(
        comparator=last.get("comparator") or "",
        limit=last.get("canonical"),
        unit=last.get("canonical_unit"),
    )
    times = known.thresholds["lab_many_times"]
    return asked_about(doubts.many_times(quantity, before, on(last), times))


def specimen_time(specimen_at: str | None, zone: str) -> dict[str, Any]:
    """Civil date and time at the site; both None where only a timing is known."""
    if specimen_at is None:
        return {"date": None, "time": None}
    if len(specimen_at) == len("2026-03-01"):
        return {"date": dt.date.fromisoformat(specimen_at), "time": None}
    moment = dt.datetime.fromisoformat(specimen_at)
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone))
    return {"date": moment.date(), "time": moment.time().replace(tzinfo=None)}


FIELDS = {"lab_analyte_unknown": "analyte", "lab_unit_missing": "unit", "lab_unit_unknown": "unit"}


def _refused(refused: labs.LabRefused) -> Refused:
    return Refused.at(
        FIELDS.get(refused.code, "value"),
        code=refused.code,
        message=refused.message,
        **dict(refused.values),
    )


def _known_analyte(document: LabDocument) -> None:
    try:
        labs.known(document.analyte)
    except labs.LabRefused as refused:
        raise _refused(refused) from None
