"""Milestones of the course, held against the operation."""

from outcomes.actions.common import Known, asked_about
from outcomes.rules.doubts import order
from patients import actions, records
from patients.documents.base import moment
from patients.documents.people import MilestoneDocument
from patients.models import Milestone, Patient
from patients.models.columns import flatten
from patients.records import Asked, Checked, Written


def record(*, patient: Patient, document: MilestoneDocument, asked: Asked) -> Written:
    def looked_at() -> Checked:
        return check(Known(patient, asked), document)

    return records.create(Milestone, document, asked=asked, patient=patient, check=looked_at)


def amend(
    *, row: Milestone, document: MilestoneDocument, reason: str, expected: int, asked: Asked
) -> Written:
    checked = check(Known(row.patient, asked), document)
    return records.amend(
        row, document, asked=asked, reason=reason, expected=expected, checked=checked
    )


def check(known: Known, document: MilestoneDocument) -> Checked:
    """Impossible dates are refused; on the wrong side of the operation is asked about."""
    actions.check_dates(known.patient, document, known.today)
    when = moment(flatten(document.model_dump(exclude_unset=True)))
    doubts = order.milestone(document.event, when, known.surgery.anchors)
    return Checked(asked_about([*doubts, *order.after_death(when, known.patient.died_on)]))
