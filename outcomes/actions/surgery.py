"""Operations and what belongs to them: complications, imaging, bone density, background."""

from typing import Any

from outcomes.actions.common import Warnings, refuse_dates, warning
from outcomes.readings import Surgery, surgery
from outcomes.rules import timing
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer
from outcomes.thresholds import site_thresholds
from patients import records
from patients.documents.base import Refused
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
    User,
)
from patients.models.columns import flatten
from patients.records import Asked, Checked, Written


def record_procedure(
    *, patient: Patient, document: ProcedureDocument, asked: Asked, operator: User | None = None
) -> Written:
    """Record an operation. Refuses an index decompression certainly before the cement."""

    def check() -> Checked:
        return Checked(_check(patient, document, asked))

    return records.create(
        Procedure, document, asked=asked, patient=patient, check=check, operator=operator
    )


def amend_procedure(
    *, row: Procedure, document: ProcedureDocument, reason: str, expected: int, asked: Asked
) -> Written:
    checked = Checked(_check(row.patient, document, asked))
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def _check(patient: Patient, document: ProcedureDocument, asked: Asked) -> Warnings:
    refuse_dates(patient, document, asked)
    others = [p for p in surgery(patient).procedures if p.pk != document.id]
    if document.is_index and any(p.is_index for p in others):
        raise Refused.at(
            "is_index",
            code="two_index",
            message=_("Another operation is chosen as the index decompression: change that first."),
        )
    zone = patient.site.time_zone
    new = Procedure(
        id=document.id, time_zone=zone, **flatten(document.model_dump(exclude_unset=True))
    )
    course = Surgery((*others, new))
    _refuse_decompression_before_cement(course, new)
    return _long_interval(course, int(site_thresholds(patient.site)["long_interval_days"]))


def _refuse_decompression_before_cement(course: Surgery, new: Procedure) -> None:
    """Refuse a decompression that every cement procedure certainly follows (CLINICAL F, Dates)."""
    cements = [p for p in course.procedures if p.kind == "cement"]
    decompressions = [
        p for p in course.procedures if p.kind == "decompression" and p.intended != "other"
    ]
    wrong = any(cements and all(_certainly_before(d, c) for c in cements) for d in decompressions)
    if wrong:
        raise Refused.at(
            "timing" if new.timing_status else "date",
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


PLAIN: dict[type[Any], type[Any]] = {
    ImagingDocument: Imaging,
    BoneDensityDocument: BoneDensity,
    BackgroundDocument: Background,
    ComplicationDocument: Complication,
}


def record(*, patient: Patient, document: Any, asked: Asked) -> Written:
    """Record imaging, bone density, background or a complication."""

    def check() -> Checked:
        _check_plain(patient, document, asked)
        return Checked()

    model = PLAIN[type(document)]
    return records.create(model, document, asked=asked, patient=patient, check=check)


def amend(*, row: Any, document: Any, reason: str, expected: int, asked: Asked) -> Written:
    _check_plain(row.patient, document, asked)
    return records.amend(row, document, asked=asked, reason=reason, expected=expected)


def _check_plain(patient: Patient, document: Any, asked: Asked) -> None:
    """Dates, and that a complication's procedures are this patient's."""
    refuse_dates(patient, document, asked, "recorded_as_of")
    if not isinstance(document, ComplicationDocument):
        return
    own = set(Procedure.objects.filter(patient=patient).values_list("pk", flat=True))
    for name, value in (("procedure", document.procedure), ("reoperation", document.reoperation)):
        if value is not None and value not in own:
            raise Refused.at(
                name,
                code="unknown_procedure",
                message=_("Choose one of this patient's procedures."),
            )
