"""Recording and amending a visit: one document, checked against the patient's course."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from outcomes.actions import unchanged
from outcomes.actions.common import Known, Warnings, refuse_dates, warning
from outcomes.documents.visit import VisitDocument
from outcomes.models import Visit
from outcomes.readings import Surgery
from outcomes.rules import bounds, grades, schedule, timing
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Answer
from patients import records
from patients.documents.base import Refused
from patients.models import Patient
from patients.models.columns import flatten
from patients.records import Asked, Checked, Written

LEGS = (("right", "motor_right_grade"), ("left", "motor_left_grade"))


def record_visit(
    *,
    patient: Patient,
    document: VisitDocument,
    asked: Asked,
    seen: unchanged.Seen | None = None,
) -> Written:
    """Record one examination. Warnings come back with the answer and never block.

    `seen` is what a page showed of the last examinations, for parts that are unchanged.
    """
    document = with_defaults(document)

    def check() -> Checked:
        return check_visit(Known(patient, asked), document, seen=seen)

    return records.create(Visit, document, asked=asked, patient=patient, check=check)


def amend_visit(
    *, row: Visit, document: VisitDocument, reason: str, expected: int, asked: Asked
) -> Written:
    document = with_defaults(document)
    checked = check_visit(Known(row.patient, asked), document, stored=row.document())
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def with_defaults(document: VisitDocument) -> VisitDocument:
    """Say what leaving out the basis of the grades means: unspecified."""
    motor = document.motor
    if motor is None or motor.not_done is not None or motor.basis is not None:
        return document
    if motor.unchanged:  # the basis is the last one too
        return document
    return document.model_copy(update={"motor": motor.model_copy(update={"basis": "unspecified"})})


def check_visit(
    known: Known,
    document: VisitDocument,
    *,
    stored: Mapping[str, Any] | None = None,
    seen: unchanged.Seen | None = None,
) -> Checked:
    """What is wrong or odd about a visit in the patient's course, and the visit completed.

    `stored` is the document as it is recorded, where it is being amended.
    """
    refuse_dates(known, document)
    document = unchanged.complete(known, document, stored=stored, seen=seen)
    visit = unsaved(document)
    warnings = [
        *_order(known.surgery, visit),
        *_window(known.surgery, visit),
        *_jumps(known, visit, known.thresholds["grade_jump"]),
        *_unusual(visit, known.thresholds),
    ]
    return Checked(warnings, document=document)


def unsaved(document: VisitDocument) -> Visit:
    """The visit as the rules see it, before it is written."""
    return Visit(id=document.id, **flatten(document.model_dump(exclude_unset=True)))


def _order(course: Surgery, visit: Visit) -> Warnings:
    """Refuse a pre-op visit certainly after the operation; ask about other odd orders."""
    name = "timing" if visit.timing_status else "date"
    after = timing.is_after_anchor(visit.when, Anchor.INDEX_DECOMPRESSION, anchors=course.anchors)
    if visit.kind == schedule.PRE_OP and after is Answer.YES:
        raise Refused.at(
            name,
            code="pre_op_after_surgery",
            message=_("A pre-op visit cannot be after the operation: check the date or the kind."),
        )
    warnings = []
    if visit.kind == schedule.PRE_OP and after is Answer.CANNOT_TELL:
        warnings.append(
            warning(
                name,
                code="pre_op_unclear",
                message=_("Not known whether this was before the operation: give its time."),
            )
        )
    before_cement = timing.is_before_anchor(visit.when, Anchor.CEMENT, anchors=course.anchors)
    if before_cement is Answer.YES:
        warnings.append(
            warning(
                name,
                code="before_cement",
                message=_("This visit is before the cement procedure: check the date."),
            )
        )
    return warnings


def _window(course: Surgery, visit: Visit) -> Warnings:
    """Ask when the kind named and the window of the day differ."""
    if course.cement is None and course.decompression is None:
        return []
    if visit.kind in {"discharge", schedule.UNSCHEDULED}:
        return []
    after = timing.is_after_anchor(visit.when, Anchor.INDEX_DECOMPRESSION, anchors=course.anchors)
    found = schedule.window_of(
        course.day(visit.when), operated=course.operated, post_operative=after
    )
    if found.kind in {None, visit.kind}:
        return []
    return [
        warning(
            "kind",
            code="outside_window",
            message=_("By its day this visit belongs to {window}, not {kind}: check both."),
            window=found.kind,
            kind=visit.kind,
        )
    ]


def _jumps(known: Known, visit: Visit, least: Decimal) -> Warnings:
    """Ask about a change of `least` grades or more since the visit before (same basis)."""
    legs = [(side, column) for side, column in LEGS if getattr(visit, column)]
    last = known.graded_before(visit) if legs else None
    if last is None or last.motor_basis != visit.motor_basis:
        return []
    return [w for side, column in legs for w in _jump(side, last, visit, column, least)]


def _jump(side: str, last: Visit, visit: Visit, column: str, least: Decimal) -> Warnings:
    before, now = (grades.arithmetic(getattr(v, column)) for v in (last, visit))
    if before is None or now is None or abs(now - before) < least:
        return []
    return [
        warning(
            "motor",
            side,
            "grade",
            code="grade_jump",
            message=_("Grade {now}, but {before} on {date}: check the leg and the grade."),
            now=getattr(visit, column),
            before=getattr(last, column),
            date=str(last.date),
        )
    ]


def _unusual(visit: Visit, own: Mapping[str, Decimal]) -> Warnings:
    """Ask about values beyond the warning bounds (CLINICAL reference F)."""
    return [
        warning(
            *path,
            code="unusual",
            message=_("{value} is unusual ({bound}): check it."),
            value=getattr(visit, "_".join(path)),
            bound=bound,
        )
        for path, field in bounds.WATCHED.items()
        for bound in bounds.warned(field, getattr(visit, "_".join(path)), own)
    ]
