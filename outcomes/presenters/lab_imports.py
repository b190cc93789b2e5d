"""Imports of results in words: what will happen to each row, or what did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.models import LabImport, LabImportRow
from outcomes.rules.text import gettext_noop as _

# rows of one kind that are shown; the rest is in the file itself, or in the download
SHOWN = 100

STATES: Mapping[str, str] = {
    "reading": _("Being read"),
    "preview": _("Waiting for you to import it"),
    "importing": _("Being imported"),
    "done": _("Imported"),
    "failed": _("Could not be read"),
    "discarded": _("Given up"),
    "forgotten": _("Deleted after some days"),
}
OUTCOMES: Mapping[str, str] = {
    "new": _("new"),
    "corrects": _("corrections by the laboratory"),
    "added": _("added"),
    "corrected": _("corrected"),
    "known": _("known already"),
    "refused": _("refused"),
    "warned": _("to look at"),
}
HEADER = (
    _("Row"), _("Record number"), _("Study number"), _("Analyte"), _("Value"), _("Unit"),
    _("Specimen"), _("Result id"), _("Why it was refused"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file as it is shown; `said` is why, or what to look at."""

    number: int
    who: str
    analyte: str
    value: str
    specimen: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind: the first ones, and how many there are."""

    code: str
    title: str
    count: int
    rows: Sequence[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def counted(batch: LabImport, t: Translate) -> list[tuple[str, int, str]]:
    """Code, number and words of each outcome that occurs; new and refused always."""
    always = {"new", "refused"} if batch.state == "preview" else {"added", "refused"}
    return [
        (code, batch.counts.get(code, 0), t(OUTCOMES[code]))
        for code in OUTCOMES
        if code in always or batch.counts.get(code)
    ]


def group(code: str, title: str, rows: Iterable[LabImportRow], count: int, t: Translate) -> Group:
    return Group(code, title, count, [row(one, t) for one in rows])


def row(one: LabImportRow, t: Translate) -> Row:
    typed, document = one.typed, one.document
    analyte = document.get("analyte")
    name = words.words("lab.analyte", analyte) if analyte else ""
    value = " ".join(filter(None, (typed.get("value"), typed.get("unit"))))
    return Row(
        number=one.number,
        who=_who(one),
        analyte=name or typed.get("analyte") or typed.get("loinc") or "–",
        value=value or "–",
        specimen=(document.get("specimen_at") or typed.get("specimen_at", "–")).replace("T", " "),
        said=said(one, t),
    )


def said(one: LabImportRow, t: Translate) -> tuple[str, ...]:
    told = one.problems if one.outcome in ("refused", "known") else one.warnings
    return tuple(in_words(each, t) for each in told)


def in_words(told: Mapping[str, Any], t: Translate) -> str:
    return t(told["message"]).format(**told["values"])


def _who(one: LabImportRow) -> str:
    """The patient whose row it is, or the number that nobody was found under."""
    if one.patient is not None:
        return " · ".join(filter(None, (one.patient.name, one.patient.study_number)))
    names = ("record_number", "study_number", "patient_number")
    return " · ".join(one.typed[name] for name in names if one.typed.get(name)) or "–"


def refused_lines(rows: Iterable[LabImportRow], t: Translate) -> Iterable[list[Any]]:
    """The refused rows as the file had them, each with why."""
    for one in rows:
        typed = one.typed
        yield [
            one.number,
            typed.get("record_number") or typed.get("patient_number"),
            typed.get("study_number"),
            typed.get("analyte") or typed.get("loinc"),
            *(typed.get(name) for name in ("value", "unit", "specimen_at", "result_id")),
            " ".join(said(one, t)),
        ]
