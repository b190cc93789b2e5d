"""What becomes of each row of a file of results: new, a correction, known already, or refused.

The same judgement is made for the preview and again as a row is imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from outcomes.actions import lab_identity
from outcomes.actions.common import Known
from outcomes.actions.lab_identity import Book, Content, Entry
from outcomes.actions.laboratory import check_lab
from outcomes.documents.laboratory import LabDocument
from outcomes.lab_files import identity
from outcomes.lab_files.base import Problem
from outcomes.models import LabImport, LabImportRow
from outcomes.reference import analytes
from outcomes.rules import labs
from outcomes.rules.text import gettext_noop as _
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Checked
from patients.roles import Permission

NO_PATIENT_NAMED = _("The row does not say whose result it is: give the record or study number.")
NOBODY = _("No patient whose results you may record has this number at this site: check it.")
SOMEONE_ELSE = _(
    "The row is about number {number}, not about this patient. It is not imported: use the import "
    "of the site for results of several patients."
)
SAME_ROW = _("The same as row {row} of this file.")
RECORDED = _("Recorded already.")
SINCE_CORRECTED = _("Recorded already and corrected since; now it is {shown}.")
IN_ERROR = _(
    "This result was marked as entered in error, so it is not added again. If it is right after "
    "all, record it by hand."
)
DIFFERS = _(
    "It differs from what is recorded for this analyte and time: {shown}. Decide which is right; "
    "to change what is recorded, correct it there with a reason."
)
DIFFERS_ROW = _("It differs from row {row} of this file, of the same analyte and time: {shown}.")
PERHAPS_KNOWN = _(
    "The same value is recorded for this day, and only one of the two has a time of day: it may be "
    "the same result. Complete the time there, or record this one by hand."
)
CORRECTS = _("The laboratory corrects what is recorded: {shown}.")
NOTHING_TO_CORRECT = _("A correction, but no earlier result is recorded: added as it is.")
SEVERAL_TO_CORRECT = _(
    "The laboratory corrects a result, and several are recorded for this analyte and time: correct "
    "the right one by hand."
)


@dataclass(slots=True)
class Candidate:
    """A row that could be a result: whose, its document, and what was found of it."""

    row: LabImportRow
    patient: Patient
    document: LabDocument
    checked: Checked
    content: Content
    id: UUID
    doubts: list[dict[str, Any]]
    """What the row says of its patient and could not be compared."""


class Judge:
    """Judges the rows of one file in their order."""

    def __init__(self, batch: LabImport, asked: Asked) -> None:
        self.batch, self.asked = batch, asked
        self.book = Book()
        self._known: dict[UUID, Known] = {}
        self._people: dict[str, set[UUID]] = {}
        self._patients: dict[UUID, Patient] = {}

    def judge(self, rows: Sequence[LabImportRow]) -> list[Candidate]:
        """Set outcome, problems and warnings of each row; the candidates that would be written."""
        self._find_people(rows)
        candidates = [found for row in rows if (found := self._candidate(row))]
        self.book.load(
            {candidate.patient.pk for candidate in candidates},
            {candidate.content.date for candidate in candidates},
            {candidate.id for candidate in candidates},
        )
        return [candidate for candidate in candidates if self._decide(candidate)]

    # --- whose --------------------------------------------------------------------------------

    def _find_people(self, rows: Sequence[LabImportRow]) -> None:
        """The patients that the rows name, of those whose results the owner may record."""
        mine = Patient.objects.permitted(self.batch.owner, Permission.RECORD_OBSERVATION)
        if self.batch.patient_id:
            found = mine.filter(pk=self.batch.patient_id)
        else:
            numbers = {row.typed.get(name, "") for row in rows for name in WHO} - {""}
            named = Q(record_number__in=numbers) | Q(study_number__in=numbers)
            found = mine.filter(named, site=self.batch.site)
        for patient in found.select_related("site"):
            self._patients[patient.pk] = patient
            for name in ("record_number", "study_number"):
                if number := getattr(patient, name):
                    for key in (f"{name} {number}", f"patient_number {number}"):
                        self._people.setdefault(key, set()).add(patient.pk)

    def _whose(self, row: LabImportRow) -> Patient:
        named = [(name, row.typed[name]) for name in WHO if row.typed.get(name)]
        found = [self._people.get(f"{name} {number}", set()) for name, number in named]
        if self.batch.patient_id:
            return self._this_patient(named, found)
        if not named:
            raise Refused.at("record_number", code="no_number", message=NO_PATIENT_NAMED)
        agreed = set.intersection(*found)
        if len(agreed) != 1:
            raise Refused.at(named[0][0], code="nobody", message=NOBODY)
        return self._patients[agreed.pop()]

    def _this_patient(self, named: list[tuple[str, str]], found: list[set[UUID]]) -> Patient:
        patient = self._patients.get(self.batch.patient_id)  # type: ignore[arg-type]
        if patient is None:  # the owner has lost access since
            raise Refused.at("record_number", code="nobody", message=NOBODY)
        for (name, number), who in zip(named, found, strict=True):
            if patient.pk not in who:
                raise Refused.at(name, code="someone_else", message=SOMEONE_ELSE, number=number)
        return patient

    # --- what ---------------------------------------------------------------------------------

    def _candidate(self, row: LabImportRow) -> Candidate | None:
        """The row as a result, or None when it is refused."""
        row.outcome = "refused"
        try:
            row.patient = patient = self._whose(row)
        except Refused as refused:
            row.problems = [*row.problems, *_plain(refused.problems)]
            return None
        problems, doubts = _held_against(row, patient)
        row.problems = [*row.problems, *problems]
        if row.problems:
            return None
        try:
            return self._understood(row, patient, doubts)
        except Refused as refused:
            row.problems = _plain(refused.problems)
            return None

    def _understood(
        self, row: LabImportRow, patient: Patient, doubts: list[dict[str, Any]]
    ) -> Candidate:
        known = self._known.setdefault(patient.pk, Known(patient, self.asked))
        data = dict(row.document)
        if not data.get("value"):
            name = analytes()[data["analyte"]].name
            raise Refused.at("value", code="lab_value_missing", message=labs.NO_VALUE, name=name)
        # an id of its own comes once it is known when and how much
        document = read(LabDocument, {"id": str(patient.pk), **data})
        checked = check_lab(known, document)
        content = lab_identity.content(checked.columns)
        assert content is not None  # a file's result has a date
        result_id = row.typed.get("result_id", "")
        own = lab_identity.record_id(patient.pk, document.analyte, content, result_id)
        document = document.model_copy(update={"id": own})
        return Candidate(row, patient, document, checked, content, own, doubts)

    # --- what becomes of it -------------------------------------------------------------------

    def _decide(self, found: Candidate) -> bool:
        """Say what becomes of a row; whether something is to be written."""
        row = found.row
        entries = self.book.of(found.patient.pk, found.document.analyte)
        own = self.book.by_id.get(found.id)
        same = [e for e in entries if e.now and e.now.when == found.content.when]
        equal = next((e for e in same if e.now == found.content), None)
        if own is not None and own.in_error:
            return _refuse(row, "in_error", IN_ERROR)
        if equal is not None:
            return _known_already(found, equal)
        if row.is_correction:
            return self._correct(found, own, same)
        if own is not None and all(own is not e for e in same):
            same = [own, *same]
        if before := next((e for e in same if found.content in e.past), None):
            return _known_already(found, before)
        if same:
            return _differs(row, same[0])
        if any(e.now and e.now.nearly(found.content) for e in entries):
            return _refuse(row, "perhaps_known", PERHAPS_KNOWN)
        return self._accept(found)

    def _correct(self, found: Candidate, own: Entry | None, same: list[Entry]) -> bool:
        row = found.row
        if own is None and len(same) > 1:
            return _refuse(row, "several", SEVERAL_TO_CORRECT)
        target = own or next(iter(same), None)
        if target is None:
            return self._accept(found, told("nothing_to_correct", NOTHING_TO_CORRECT))
        key = lab_identity.correction_key(target.id, found.content, found.document.unit or "")
        if key in self.book.corrections:
            return _known_already(found, target)
        self.book.corrections.add(key)
        row.outcome, row.record_id = "corrects", target.id
        row.warnings = [*_warned(found), told("corrects", CORRECTS, shown=target.shown)]
        target.past |= {target.now} if target.now else set()
        target.now, target.shown = found.content, _shown(found)
        return True

    def _accept(self, found: Candidate, *more: dict[str, Any]) -> bool:
        row = found.row
        row.outcome, row.record_id = "new", found.id
        row.warnings = [*_warned(found), *more]
        entry = Entry(found.id, found.content, _shown(found), row=row.number)
        self.book.add(found.patient.pk, found.document.analyte, entry)
        return True


WHO = ("record_number", "study_number", "patient_number")


def told(code: str, message: str, field: str = "", /, **values: str) -> dict[str, Any]:
    """Something to be said of a row, as it is stored: a template and its values."""
    return {"code": code, "message": message, "field": field, "values": values}


def plain(problem: Problem) -> dict[str, Any]:
    """What was found as a file was read, as it is stored."""
    return told(problem.code, problem.message, problem.field, **problem.values)


def _held_against(
    row: LabImportRow, patient: Patient
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the row says of its patient and is recorded otherwise, and what cannot be compared."""
    person = identity.Person(
        patient.name or "", patient.birth_date, patient.birth_year, patient.sex or ""
    )
    problems, doubts = identity.held_against(row.typed, person)
    return [plain(one) for one in problems], [plain(one) for one in doubts]


def _plain(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        told(p["code"], p["message"], ".".join(map(str, p["path"])), **_texts(p["values"]))
        for p in problems
    ]


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _warned(found: Candidate) -> list[dict[str, Any]]:
    notes = [one for one in found.row.warnings if one["code"] in NOTES]
    return [*notes, *found.doubts, *_plain(found.checked.warnings)]


# what was said of the row as the file was read
NOTES = {"flag_unknown"}


def _shown(found: Candidate) -> str:
    return lab_identity.shown(found.document.value, found.document.unit)


def _refuse(row: LabImportRow, code: str, message: str, /, **values: str) -> bool:
    row.outcome, row.problems = "refused", [told(code, message, **values)]
    return False


def _known_already(found: Candidate, entry: Entry) -> bool:
    row = found.row
    row.outcome, row.record_id = "known", entry.id
    if entry.row is not None:
        row.problems = [told("same_row", SAME_ROW, row=str(entry.row))]
    elif entry.now != found.content:
        row.problems = [told("since_corrected", SINCE_CORRECTED, shown=entry.shown)]
    else:
        row.problems = [told("recorded", RECORDED)]
    return False


def _differs(row: LabImportRow, entry: Entry) -> bool:
    if entry.row is None:
        return _refuse(row, "differs", DIFFERS, shown=entry.shown)
    return _refuse(row, "differs_row", DIFFERS_ROW, row=str(entry.row), shown=entry.shown)
