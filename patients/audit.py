"""The audit trail: one event for each thing done or seen, in the same transaction."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from patients.models import AuditEvent, Site, User
from tracker.middleware import current_request


def record(
    *,
    by: User | None,
    action: str,
    patient_id: UUID | None = None,
    patient_ids: Iterable[UUID] = (),
    about: User | None = None,
    site: Site | None = None,
    record_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Append an event. It raises when it cannot: what is not audited must not happen."""
    AuditEvent.objects.create(
        at=timezone.now(),
        by=by,
        action=action,
        patient_id=patient_id,
        patient_ids=[str(p) for p in patient_ids],
        about=about,
        site=site,
        record_id=record_id,
        version=version,
        request_id=current_request.get(),
    )
