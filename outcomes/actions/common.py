"""What every write of this room looks at."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from outcomes.facts import fact
from outcomes.models import LabResult, Visit
from outcomes.readings import Surgery, surgery
from outcomes.rules import timing
from outcomes.rules.doubts.base import Doubt, earlier
from outcomes.rules.facts import Fact, place
from outcomes.rules.values import Answer, Moment
from outcomes.thresholds import site_thresholds
from patients.access import working
from patients.current import Authors, current, with_authors
from patients.documents.base import Refused, moment
from patients.models import Patient, PatientRecord, Procedure, User
from patients.models.columns import flatten
from patients.models.record import civil_date
from patients.plausible import FUTURE, refuse_impossible_dates
from patients.records import Asked
from patients.roles import Role

Warnings = list[dict[str, Any]]


def warning(*path: str, code: str, message: str, **values: Any) -> dict[str, Any]:
    """Something to look at twice; `message` is a template marked for translation."""
    return {"path": list(path), "code": code, "message": message, "values": values}


def asked_about(doubts: Iterable[Doubt]) -> Warnings:
    """Doubts as warnings: they travel with the answer and never block."""
    return [warning(*d.path, code=d.code, message=d.message, **d.values) for d in doubts]


class Known:
    """What is known of a patient when a document about them is checked; read where it is needed."""

    def __init__(self, patient: Patient, asked: Asked) -> None:
        self.patient, self.asked = patient, asked
        self._results: dict[str, list[Fact]] = {}
        self._authors: Authors = {}

    @cached_property
    def today(self) -> dt.date:
        return civil_date(self.asked.at, self.patient.site.time_zone)

    @cached_property
    def surgery(self) -> Surgery:
        return surgery(self.patient)

    @cached_property
    def thresholds(self) -> Mapping[str, Decimal]:
        return site_thresholds(self.patient.site)

    @property
    def procedure_ids(self) -> set[UUID]:
        return set(Procedure.objects.filter(patient=self.patient).values_list("pk", flat=True))

    def visits_before(self, now: Fact) -> list[Fact]:
        """The visits certainly before one, in the order of time."""
        return earlier(now, self.visits, self.surgery.anchors)

    @cached_property
    def visits(self) -> Sequence[Fact]:
        return self._in_order(Visit)

    def results_before(self, now: Fact, analyte: str) -> list[Fact]:
        """The results of an analyte certainly before one, by the time of the specimen."""
        return earlier(now, self.results(analyte), self.surgery.anchors)

    def results(self, analyte: str) -> Sequence[Fact]:
        if analyte not in self._results:
            self._results[analyte] = self._in_order(LabResult, analyte=analyte)
        return self._results[analyte]

    def _in_order(self, model: type[PatientRecord], **only: Any) -> list[Fact]:
        rows = current(model, [self.patient.pk], **only)[self.patient.pk]
        known = with_authors(rows, self._authors)
        return in_order(fact(row, self.surgery) for row in known)

    def surgeon(self, username: str) -> User | None:
        """The surgeon of the patient's site with this sign-in name."""
        return working(self.patient.site, Role.SURGEON).filter(username=username).first()


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda one: place(one.day, one.when, one.order))


def refuse_dates(known: Known, document: Any, *more: str) -> None:
    """Refuse what is certainly in the future or before birth, by its date or by its day count."""
    columns = flatten(document.model_dump(exclude_unset=True))
    names = {name: name for name in ("date", "date_lower", *more)}
    refuse_impossible_dates(known.patient, columns, today=known.today, names=names)
    if columns.get("timing_anchor"):
        refuse_future_day(known, moment(columns))


def refuse_future_day(known: Known, when: Moment) -> None:
    """Refuse a day count that ends certainly after today."""
    now = Moment(date=known.today)
    if timing.is_after(when, now, anchors=known.surgery.anchors) is Answer.YES:
        raise Refused.at("timing", code="future", message=FUTURE, today=known.today.isoformat())
