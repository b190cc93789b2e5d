"""Many patients entered at once: the rules of single entry, the rows saved together.

Each document is read, checked against what its patient's course holds by then, and saved with its
history exactly as if it had been entered alone; only queries and audit events are shared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from outcomes.actions import diary, visits
from outcomes.actions.common import Known, in_order
from outcomes.actions.consequences import draw
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.medication import CourseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.facts import fact
from outcomes.kinds import BY_PATH, DOSE, Kind
from outcomes.models import DiaryEntry, LabResult, Visit
from outcomes.readings import Surgery
from outcomes.rules.facts import Fact
from outcomes.rules.text import gettext_noop as _
from outcomes.thresholds import site_thresholds
from patients import actions, records
from patients.access import working
from patients.documents.base import Refused, read
from patients.documents.people import PatientDocument
from patients.models import CareTeamMember, Patient, Procedure, Site, User
from patients.models.record import civil_date
from patients.records import Asked, New
from patients.roles import Role

BATCH = 50
NOBODY: Mapping[str, User] = MappingProxyType({})


class Case(Protocol):
    """A patient's document and, in the order of entry, the documents of their course.

    Each of `documents` is `{"kind": path of outcomes.kinds, "document": {…}}`. It may have a
    `diary`, each entry `{"reporter": patient or caregiver, "document": {…}}`.
    """

    @property
    def patient(self) -> dict[str, Any]: ...

    @property
    def documents(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Hospital:
    """What is read once for all patients of a run."""

    site: Site
    thresholds: Mapping[str, Decimal]
    surgeons: dict[str, User]
    users: Mapping[str, User]


class Remembered(Known):
    """What the batch itself has entered of a patient; nothing is read from the database."""

    def __init__(self, patient: Patient, asked: Asked, hospital: Hospital) -> None:
        super().__init__(patient, asked)
        self.surgery = Surgery(())
        self.examined: list[Fact] = []
        self.measured: list[Fact] = []
        self.thresholds, self.surgeons = hospital.thresholds, hospital.surgeons

    def remember(self, row: Any) -> None:
        if isinstance(row, Procedure):
            self.surgery = Surgery((*self.surgery.procedures, row))
            # the days of what was there before may count from another event now
            self.examined = self._by_now(self.examined)
            self.measured = self._by_now(self.measured)
        if isinstance(row, Visit):
            self.examined = in_order([*self.examined, fact(row, self.surgery)])
        if isinstance(row, LabResult):
            self.measured = in_order([*self.measured, fact(row, self.surgery)])

    def _by_now(self, facts: Sequence[Fact]) -> list[Fact]:
        return in_order(replace(one, day=self.surgery.day(one.when)) for one in facts)

    @property
    def visits(self) -> Sequence[Fact]:  # type: ignore[override]
        return self.examined

    def results(self, analyte: str) -> Sequence[Fact]:
        return [one for one in self.measured if one.get("analyte") == analyte]

    @property
    def procedure_ids(self) -> set[UUID]:
        return {procedure.pk for procedure in self.surgery.procedures}

    def surgeon(self, username: str) -> User | None:
        return self.surgeons.get(username)


def enter(
    cases: Iterable[Case], *, site: Site, asked: Asked, users: Mapping[str, User] = NOBODY
) -> Iterator[tuple[int, int]]:
    """Enter patients with their courses, in batches of one transaction and one audit event each.

    A patient who is there already, by id, is left as they are; `users` are the own sign-ins of
    patients who have one, by the patient's id. Yields after each batch how many cases were looked
    at and how many of them were entered. Raises Refused, naming the patient and the document; the
    batches before stay.
    """
    hospital = Hospital(site, site_thresholds(site), _surgeons(site), users)
    remaining = iter(cases)
    while batch := list(islice(remaining, BATCH)):
        yield len(batch), _once(batch, hospital, asked)


def _once(batch: Sequence[Case], hospital: Hospital, asked: Asked) -> int:
    """Enter a batch; of what another run enters at the same moment, nothing a second time."""
    try:
        with transaction.atomic():
            return _enter(batch, hospital, asked)
    except IntegrityError:
        ids = [case.patient["id"] for case in batch]
        if not Patient.objects.filter(pk__in=ids).exists():
            raise
    with transaction.atomic():
        return _enter(batch, hospital, asked)


def _surgeons(site: Site) -> dict[str, User]:
    return {user.username: user for user in working(site, Role.SURGEON)}


def _enter(batch: Sequence[Case], hospital: Hospital, asked: Asked) -> int:
    ids = [case.patient["id"] for case in batch]
    there = set(map(str, Patient.objects.filter(pk__in=ids).values_list("pk", flat=True)))
    fresh = [case for case in batch if case.patient["id"] not in there]
    new: list[New] = []
    for case in fresh:
        new += _course(case, hospital, asked)
    if fresh:
        site = hospital.site
        records.create_many(new, by=asked.by, action="patient.bulk_record", site=site)
        draw([case.patient["id"] for case in fresh], asked)
    if asked.by is not None:
        CareTeamMember.objects.bulk_create(
            CareTeamMember(patient_id=case.patient["id"], user=asked.by, since=asked.at)
            for case in fresh
        )
    return len(fresh)


def _course(case: Case, hospital: Hospital, asked: Asked) -> Iterator[New]:
    person = _enrolment(case, hospital, asked)
    yield person
    known = Remembered(person.row, asked, hospital)  # type: ignore[arg-type]
    _refuse_followed_after_transfer(case)
    for entry in case.documents:
        try:
            yield from _documents(BY_PATH[entry["kind"]], entry["document"], known)
        except Refused as refused:
            number = case.patient["study_number"]
            raise _named(refused, number, entry["kind"], entry["document"]["id"]) from refused
    yield from (_reported(entry, known) for entry in getattr(case, "diary", ()))


def _reported(entry: dict[str, Any], known: Remembered) -> New:
    """An entry of the diary, as if it had come from a phone when it says so."""
    document = read(DiaryDocument, entry["document"])
    by = known.patient.user if entry["reporter"] == "patient" else None
    asked = Asked(by=by, at=document.device_sent_at, reporter=entry["reporter"])
    checked = diary.check_entry(Known(known.patient, asked), document)
    return records.prepare(
        DiaryEntry, document, asked=asked, patient=known.patient, checked=checked
    )


def _refuse_followed_after_transfer(case: Case) -> None:
    """Entered alone, a transfer ends the following; here the person has to say so already."""
    moved = any(entry["kind"] == "transfers" for entry in case.documents)
    if moved and case.patient.get("status", "active") == "active":
        message = _("A transfer of care needs the status transferred.")
        raise Refused.at(case.patient["study_number"], "status", code="status", message=message)


def _enrolment(case: Case, hospital: Hospital, asked: Asked) -> New:
    site, user = hospital.site, hospital.users.get(case.patient["id"])
    document = actions.with_defaults(read(PatientDocument, case.patient))
    checked = actions.check_patient(document, civil_date(asked.at, site.time_zone))
    return records.prepare(Patient, document, asked=asked, checked=checked, site=site, user=user)


def _documents(kind: Kind, data: dict[str, Any], known: Remembered) -> Iterator[New]:
    document = read(kind.shape, data)
    if isinstance(document, VisitDocument):
        document = visits.with_defaults(document)
    new = _prepared(kind, document, known)
    known.remember(new.row)
    yield new
    if isinstance(document, CourseDocument):
        for dose in document.doses or ():
            yield _prepared(DOSE, dose, known, course=new.row)


def _prepared(kind: Kind, document: Any, known: Remembered, **columns: Any) -> New:
    return records.prepare(
        kind.model,
        document,
        asked=known.asked,
        patient=known.patient,
        checked=kind.check(known, document, **columns),
        **columns,
    )


def _named(refused: Refused, number: str, kind: str, record_id: str) -> Refused:
    """The same problems, each with whose and which document it is."""
    return Refused(
        [
            {**problem, "path": (number, kind, record_id, *problem["path"])}
            for problem in refused.problems
        ]
    )
