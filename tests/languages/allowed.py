"""Latin letters that stand on a Korean page rightly: what people typed, and a list with reasons."""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from pydantic import BaseModel

from outcomes import reference
from outcomes.kinds import DOSE, KINDS, PERSON
from outcomes.models import Alert, DataQuery
from outcomes.rules.cohort_export import COLUMNS
from patients.models import DocumentVersion, Site, User
from patients.models.columns import leaves

LETTER = "A-Za-zÀ-ÖØ-öø-ž"
VERSION = re.compile(r"\b[0-9a-f]{12}\b")
UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
WORD = re.compile(rf"(?<![\d{LETTER}])[{LETTER}][{LETTER}’'_\-]*[{LETTER}]")
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)s")

REASONS: dict[str, str] = {
    "the product": "Regain",
    "units": "mg g mL dL L ng kg cm mm mmHg IU U ug min h hr",
    "anatomy: vertebrae and what is named by them": "VP",
    "the cement": "PMMA",
    "scales and examinations by the name that Korean clinicians use": (
        "MRC ASIA AIS LEMS FAC WISCI I II III IV NYHA NRS PVR LUT Child-Pugh Cockcroft Gault Credé "
        "CKD-EPI EMSCI ISNCSCI ABCDE Cr"
    ),
    "analytes as laboratories write them": "ALT CRP ESR Hb eGFR",
    "imaging": "CT MRI DXA PET",
    "pharmacology": "ATC NSAID QT CYP QTc",
    "formats and standards": "CSV XLSX HL ORU PDF PNG SVG LOINC UUID uuid id API QR UTC URL MB",
    "jurisdictions of labels": "EU US",
    "a command of the server": "first_admin",
    "demo sign-ins": "administrator caregiver patient physician surgeon therapist regain-demo",
    "shown as an example of a time zone": "Asia Seoul",
    "as phones and browsers call them": "PIN JavaScript iPhone",
    "shown as an example of a code and an address": "ABCD-EFGH name example org",
    "letters of sides, vertebrae, variables": "L S T C R D K A x n",
}
LISTED = {word for words in REASONS.values() for word in words.split()}
# of pages whose names begin so: the columns and names of a file, to be copied as they stand
ON_PAGES = {
    "lab-import": {
        *("analyte", "value", "unit", "specimen_at", "specimen_time", "flag", "range", "loinc"),
        *("range_low", "range_high", "laboratory", "result_id", "record_number"),
        *reference.analytes(),
    },
    "comparison-methods": {
        word
        for table, columns in COLUMNS.items()
        for column in columns
        for text in (table, column.name, column.type, column.unit, column.values)
        for word in re.split(r"_?[^A-Za-z_]+", text)
    }
    | {"Regain", "scipy"},
}
# not free text, though any text may stand there
CODES = {"analyte", "surgeon"}
ELSEWHERE = (
    (Alert, ("acknowledgement_note", "examiner")),
    (DataQuery, ("text", "note")),
    (DocumentVersion, ("reason",)),
    (Site, ("name", "code")),
    (User, ("username", "first_name", "last_name", "email")),
)


@dataclass(frozen=True, eq=False)
class Typed:
    """What people entered, the longest first, and the single words of it."""

    texts: tuple[str, ...] = ()

    @cached_property
    def words(self) -> set[str]:
        return {word for one in self.texts for word in one.split()}


@cache
def foreign_words(text: str, page: str, typed: Typed) -> tuple[str, ...]:
    """The Latin words of a text that are neither typed by somebody nor listed."""
    text = PLACEHOLDER.sub(" ", VERSION.sub(" ", UUID.sub(" ", text)))
    for one in typed.texts:
        text = text.replace(one, " ")
    rightly = LISTED.union(*(words for name, words in ON_PAGES.items() if page.startswith(name)))
    return tuple(word for word in WORD.findall(text) if word not in rightly)


def typed() -> Typed:
    """What people entered as free text, and names; the longest first."""
    sources = [(kind.model, _free(kind.shape)) for kind in (*KINDS, DOSE, PERSON)]
    rows = (
        row
        for model, columns in (*sources, *ELSEWHERE)
        for row in model.objects.values_list(*columns)
    )
    found = {value.strip() for row in rows for value in row if value}
    cases = (*reference.literature(), *reference.additional_cases())
    found |= {name for case in cases for name in (case.label, case.author) if name}
    found |= {drug.name for drug in reference.drug_names()} | set(reference.drugs())
    found |= {one.capitalize() for one in found}
    found |= {" ".join(one.split()) for one in found}
    latin = {one for one in found if len(one) > 1 and re.search(f"[{LETTER}]", one)}
    return Typed(tuple(sorted(latin, key=len, reverse=True)))


def _free(shape: type[BaseModel]) -> list[str]:
    return [
        leaf.column
        for leaf in leaves(shape)
        if leaf.type is str and not leaf.choices and leaf.column not in CODES
    ]
