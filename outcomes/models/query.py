"""Questions about the data, and what became of them."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from outcomes.documents.query import QueryDocument
from patients.models import Patient, PatientRecord
from patients.models.columns import fields_of
from patients.models.record import record_constraints
from patients.querysets import RecordQuerySet
from patients.roles import Permission

if TYPE_CHECKING:
    from patients.models import User


class DataQueryQuerySet(RecordQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Only for whoever may record observations: never patients or caregivers."""
        seen = Patient.objects.permitted(user, Permission.RECORD_OBSERVATION)
        return self.filter(patient__in=seen)

    def open(self) -> Self:
        return self.current().filter(state="open")


class DataQuery(PatientRecord, fields_of(QueryDocument)):  # type: ignore[misc]
    """open → closed_by_data (a rule no longer finds it) or answered (by a person, with a note).

    It opens again when its rule finds it again, or finds another value than the one answered for.
    """

    SHAPE = QueryDocument

    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who answered; None where the data closed it."""

    objects = DataQueryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            *record_constraints(QueryDocument, "query", past=()),
            models.UniqueConstraint(fields=["patient", "rule", "subject"], name="query_once"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None, settled_by=None, note=None)
                | Q(state="closed_by_data", settled_at__isnull=False, settled_by=None)
                | Q(
                    state="answered",
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    note__isnull=False,
                ),
                name="query_settled_by_its_state",
            ),
        ]
        indexes = [models.Index(fields=["patient", "state"], name="query_of_patient")]

    def derived(self) -> dict[str, Any]:
        return {
            "opened_at": self.opened_at,
            "settled_at": self.settled_at,
            "settled_by": self.settled_by and self.settled_by.username,
        }
