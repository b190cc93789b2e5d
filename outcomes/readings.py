"""From rows to the plain values that rules and figures understand."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from outcomes.rules import timing
from outcomes.rules.timing import Anchors, IndexChoice, Operation
from outcomes.rules.values import Moment, Span
from patients.current import current
from patients.models import Patient, Procedure


@dataclass(frozen=True)
class Surgery:
    """A patient's operations, and the two events that the clocks run from."""

    procedures: tuple[Procedure, ...]

    @cached_property
    def index(self) -> IndexChoice:
        """The index decompression by rule, or a person's explicit choice."""
        return timing.index_decompression(
            [_operation(p) for p in self.procedures if p.kind != "cement"],
            cement=self.cement and self.cement.when,
        )

    @cached_property
    def decompression(self) -> Procedure | None:
        chosen = self.index.operation
        return next((p for p in self.procedures if chosen and str(p.pk) == chosen.id), None)

    @cached_property
    def cement(self) -> Procedure | None:
        """The cement procedure that leaked: the first one, where the order is certain."""
        cements = [p for p in self.procedures if p.kind == "cement"]
        for one in cements:
            others = (o for o in cements if o is not one)
            if all(timing.is_before(one.when, o.when) is timing.Answer.YES for o in others):
                return one
        return None

    @cached_property
    def anchors(self) -> Anchors:
        return Anchors(
            cement=self.cement and self.cement.when,
            decompression=self.decompression and self.decompression.when,
        )

    @property
    def operated(self) -> bool:
        return self.decompression is not None

    def hours(self) -> Span:
        """Clock 1: hours from cement to decompression, in the zone of the operating site."""
        zone = ZoneInfo(self.decompression.time_zone if self.decompression else "UTC")
        return timing.hours_between(self.anchors.cement, self.anchors.decompression, zone=zone)

    def day(self, moment: Moment) -> Span:
        """Clock 2: days since decompression (since cement, where nobody operated)."""
        anchor = timing.Anchor.INDEX_DECOMPRESSION if self.operated else timing.Anchor.CEMENT
        return timing.days_since(moment, anchors=self.anchors, anchor=anchor)


def _operation(procedure: Procedure) -> Operation:
    aims = {None: True, "decompress_leaked_cement": True, "other": False, "not_stated": None}
    return Operation(
        id=str(procedure.pk),
        when=procedure.when,
        decompresses=aims[procedure.intended] if procedure.kind == "decompression" else False,
        chosen=bool(procedure.is_index),
    )


def surgery(patient: Patient | UUID) -> Surgery:
    """One query."""
    pk = patient if isinstance(patient, UUID) else patient.pk
    return Surgery(tuple(current(Procedure, [pk])[pk]))
