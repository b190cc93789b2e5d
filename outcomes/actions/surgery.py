"""Operations and what belongs to them: complications, imaging, bone density, background."""

from collections.abc import Iterator
from typing import Any

from outcomes.actions.common import Known, Warnings, asked_about, refuse_dates, warning
from outcomes.readings import Surgery
from outcomes.rules import timing
from outcomes.rules.doubts import order
from outcomes.rules.doubts.base import Doubt
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer
from patients import records
from patients.documents.base import Refused, moment
from patients.documents.surgery import (
    BackgroundDocument,
    BoneDensityDocument,
    ComplicationDocument,
    ImagingDocument,
    ProcedureDocument,
)
from patients.models import (
    Background,
    BoneDensity,
    Complication,
    Imaging,
    Patient,
    Procedure,
)
from patients.models.columns import flatten
from patients.records import Asked, Checked, Written


def record_procedure(*, patient: Patient, document: ProcedureDocument, asked: Asked) -> Written:
    """Record an operation. Refuses an index decompression certainly before the cement."""

    def check() -> Checked:
        return check_procedure(Known(patient, asked), document)

    return records.create(Procedure, document, asked=asked, patient=patient, check=check)


def amend_procedure(
    *, row: Procedure, document: ProcedureDocument, reason: str, expected: int, asked: Asked
) -> Written:
    checked = check_procedure(Known(row.patient, asked), document, named=row.surgeon)
    if row.surgeon and not document.surgeon:
        checked.columns["operator"] = None
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def check_procedure(
    known: Known, document: ProcedureDocument, *, named: str | None = None
) -> Checked:
    """What is wrong or odd about an operation, and the account of who operated.

    `named` is the surgeon as recorded before: who has left since still operated.
    """
    refuse_dates(known, document)
    others = [p for p in known.surgery.procedures if p.pk != document.id]
    if document.is_index and any(p.is_index for p in others):
        raise Refused.at(
            "is_index",
            code="two_index",
            message=_("Another operation is chosen as the index decompression: change that first."),
        )
    course = Surgery((*others, unsaved(known, document)))
    _refuse_decompression_before_cement(course)
    warnings = [
        *_long_interval(course, int(known.thresholds["long_interval_days"])),
        *_index_changed(known.surgery, course),
        *_revised_early(course, document),
    ]
    return Checked(warnings, _operator(known, document, named))


def unsaved(known: Known, document: ProcedureDocument) -> Procedure:
    """The operation as the rules see it, before it is written."""
    zone = known.patient.site.time_zone
    columns = flatten(document.model_dump(exclude_unset=True))
    return Procedure(id=document.id, time_zone=zone, **columns)


def _operator(known: Known, document: ProcedureDocument, named: str | None) -> dict[str, Any]:
    if document.surgeon is None or document.surgeon == named:
        return {}
    operator = known.surgeon(document.surgeon)
    if operator is None:
        message = _("No surgeon of this site signs in by this name: check it.")
        raise Refused.at("surgeon", code="unknown_surgeon", message=message)
    return {"operator": operator}


def _refuse_decompression_before_cement(course: Surgery) -> None:
    """Refuse a decompression that every cement procedure certainly follows (CLINICAL F, Dates)."""
    cements = [p for p in course.procedures if p.kind == "cement"]
    decompressions = [
        p for p in course.procedures if p.kind == "decompression" and p.intended != "other"
    ]
    wrong = any(cements and all(_certainly_before(d, c) for c in cements) for d in decompressions)
    if wrong:
        raise Refused.at(
            "timing" if course.procedures[-1].timing_status else "date",
            code="before_cement",
            message=_(
                "The decompression would be before the cement procedure: check both dates. An "
                "operation for something else is recorded with intended = other."
            ),
        )


def _certainly_before(decompression: Procedure, cement: Procedure) -> bool:
    anchors = timing.Anchors(cement=cement.when, decompression=decompression.when)
    return timing.is_before(decompression.when, cement.when, anchors=anchors) is Answer.YES


def _long_interval(course: Surgery, days: int) -> Warnings:
    """Ask about more than so many days from cement to surgery (CLINICAL reference F)."""
    hours = course.hours()
    least = hours.best if hours.lower is None else hours.lower
    if least is None or least <= days * 24:
        return []
    return [
        warning(
            "date",
            code="long_interval",
            message=_("More than {days} days from cement to decompression: check both dates."),
            days=days,
        )
    ]


def _index_changed(was: Surgery, now: Surgery) -> Warnings:
    """Say when another operation becomes the index, or none can be told (CLINICAL reference G)."""
    before, after = was.decompression, now.decompression
    if before is None or (after is not None and after.pk == before.pk):
        return []
    if after is None:
        message = _(
            "With this it is no longer known which operation is the index decompression: give the "
            "dates, or choose one. Until then nothing is counted from an operation."
        )
    else:
        message = _(
            "With this, day 0 is another operation: the index decompression moves to this or "
            "another one, and with it all days, the baseline and the visit windows. Check the "
            "dates, or choose the index by hand."
        )
    return [warning("date", code="index_changed", message=message)]


def _revised_early(course: Surgery, document: ProcedureDocument) -> Warnings:
    if document.kind != "revision":
        return []
    when = moment(flatten(document.model_dump(exclude_unset=True)))
    return asked_about(order.revision(when, course.anchors))


PLAIN: dict[type[Any], type[Any]] = {
    ImagingDocument: Imaging,
    BoneDensityDocument: BoneDensity,
    BackgroundDocument: Background,
    ComplicationDocument: Complication,
}


def record(*, patient: Patient, document: Any, asked: Asked) -> Written:
    """Record imaging, bone density, background or a complication."""

    def check() -> Checked:
        return check_plain(Known(patient, asked), document)

    model = PLAIN[type(document)]
    return records.create(model, document, asked=asked, patient=patient, check=check)


def amend(*, row: Any, document: Any, reason: str, expected: int, asked: Asked) -> Written:
    checked = check_plain(Known(row.patient, asked), document)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def check_plain(known: Known, document: Any) -> Checked:
    """Dates, and that a complication's procedures are this patient's."""
    refuse_dates(known, document, "recorded_as_of")
    if not isinstance(document, ComplicationDocument):
        return Checked()
    own = known.procedure_ids
    for name, value in (("procedure", document.procedure), ("reoperation", document.reoperation)):
        if value is not None and value not in own:
            raise Refused.at(
                name,
                code="unknown_procedure",
                message=_("Choose one of this patient's procedures."),
            )
    return Checked(asked_about(_complication(known, document)))


def _complication(known: Known, document: ComplicationDocument) -> Iterator[Doubt]:
    when = moment(flatten(document.model_dump(exclude_unset=True)))
    followed = (p for p in known.surgery.procedures if p.pk == document.procedure)
    operation = next((procedure.when for procedure in followed), None)
    yield from order.complication(when, operation, known.surgery.anchors)
    if document.kind == "death":
        person = known.patient
        yield from order.death(when, person.status, person.died_on)
    else:
        yield from order.after_death(when, known.patient.died_on)
