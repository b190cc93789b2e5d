"""What columns and analytes are called: closed tables, kept as data, English and Korean."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from outcomes.lab_files.base import Unreadable
from outcomes.reference import analytes
from outcomes.rules import labs
from outcomes.rules.text import gettext_noop as _

HERE = Path(__file__).parent
# shown where the row may say whose result it is
WHO = ("record_number", "study_number", "patient_number")
# what a column says of the person; it is held against what is recorded of the patient
PERSONAL = ("patient_name", "birth_date", "birth_year", "sex")
PERSONAL_WORDS = {"pt", "pid", "dob", "mrn", "ssn", "nhs", "rrn", "born", "chart"}
PERSONAL_PARTS = (
    "patient", "birth", "person", "subject", "gender", "sex", "hospitalno", "medicalrecord",
    "환자", "성명", "성함", "생년", "생일", "출생", "주민", "성별", "등록번호", "차트",
)  # fmt: skip
# a name or a number that may be a person's, unless what it is of is said to be a thing
OF_SOMEBODY = ("name", "이름")
NUMBERS = {"id", "ids"}
THINGS = (
    "device", "instrument", "analyzer", "analyser", "equipment", "test", "panel", "order",
    "request", "method", "kit", "reagent", "lot", "batch", "lab", "laboratory", "facility",
    "department", "ward", "site", "result", "report", "analyte", "장비", "검사", "처방", "오더",
)  # fmt: skip
# a specimen may be called by the name of who gave it, so its name is not one of a thing
SPECIMENS = ("specimen", "sample", "accession", "container", "tube", "barcode", "검체", "접수")
# a day or a time of which it is not said what happened then
BARE = {"date": "specimen_at", "datetime": "specimen_at", "날짜": "specimen_at",
        "일자": "specimen_at", "일시": "specimen_at", "time": "specimen_time",
        "시간": "specimen_time", "시각": "specimen_time"}  # fmt: skip
TIMES = ("date", "time", "received", "reported", "resulted", "ordered", "verified", "released",
         "printed", "날짜", "일자", "일시", "시간", "시각")  # fmt: skip

NO_ANALYTE = _("Name the analyte: one of {known}, or its LOINC code.")
TWO_ANALYTES = _(
    "“{name}” and the LOINC code {loinc} are not the same analyte: correct one of them."
)
UNKNOWN_LOINC = _("The LOINC code {loinc} is not in the reference data: one of {known}.")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def plain(text: str) -> str:
    """A name without what does not count: case, blanks, underscores and hyphens at its joints."""
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()


def header(text: str) -> str:
    """The name of a column without case, blanks and punctuation, in whatever form it is typed."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def may_identify(text: str) -> bool:
    """Whether the name of a column speaks of a person: such a column is never left out unread."""
    words, whole = _words(text), header(text)
    if words & PERSONAL_WORDS or any(part in whole for part in PERSONAL_PARTS):
        return True
    if any(part in whole for part in OF_SOMEBODY):
        return not _is_of(THINGS, words, whole)
    return bool(words & NUMBERS) and not _is_of((*THINGS, *SPECIMENS), words, whole)


def _words(text: str) -> set[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", text))
    return set(re.split(r"[\W_]+", apart.casefold()))


def _is_of(things: tuple[str, ...], words: set[str], whole: str) -> bool:
    bare = re.sub(r"(name|ids?|이름)$", "", whole)
    return bool(words & set(things)) or bare in things


def speaks_of_time(text: str) -> bool:
    """Whether a column tells when something happened, by its name."""
    return any(part in header(text) for part in TIMES)


@cache
def headers() -> Mapping[str, str]:
    """The field of each known header, by its plain name; a field is also its own header."""
    known = {header(row["alias"]): row["field"] for row in _rows("headers.csv")}
    return known | {header(name): name for name in set(known.values())}


@cache
def _by_name() -> Mapping[str, str]:
    known = {plain(row["alias"]): row["analyte"] for row in _rows("analytes.csv")
             if row["kind"] == "name"}  # fmt: skip
    own = {plain(name): one.code for one in analytes().values() for name in (one.code, one.name)}
    return known | own


@cache
def _by_loinc() -> Mapping[str, str]:
    known = {row["alias"]: row["analyte"] for row in _rows("analytes.csv")
             if row["kind"] == "loinc"}  # fmt: skip
    return known | {one.loinc: one.code for one in analytes().values()}


def analyte(name: str, loinc: str) -> str:
    """The code of an analyte given by its code or name, its LOINC code, or both.

    Raises Unreadable for one that is unknown, and where the two disagree.
    """
    if not name and not loinc:
        raise Unreadable("lab_analyte_missing", NO_ANALYTE, field="analyte", known=_known())
    if loinc and loinc not in _by_loinc():
        raise Unreadable(
            "lab_analyte_unknown", UNKNOWN_LOINC, field="loinc", loinc=loinc,
            known=", ".join(sorted(_by_loinc())),
        )  # fmt: skip
    if not name:
        return _by_loinc()[loinc]
    found = _by_name().get(plain(name)) or _by_loinc().get(name)
    if found is None:
        raise Unreadable(
            "lab_analyte_unknown", labs.NO_ANALYTE, field="analyte", analyte=name, known=_known()
        )
    if loinc and _by_loinc()[loinc] != found:
        raise Unreadable("analytes_differ", TWO_ANALYTES, field="loinc", name=name, loinc=loinc)
    return found


def _known() -> str:
    return ", ".join(analytes())


def cells_of_first_line(text: str) -> list[str]:
    """The cells of the first line that says something, by any of the delimiters that are known."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return [cell.strip().strip('"') for cell in re.split(r"[,;\t|]", first)]
