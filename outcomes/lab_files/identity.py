"""Whether what a file says of a person agrees with what is recorded of the patient.

Names agree by their words in any order, whatever their case, blanks and accents; what is written
in two scripts (김 and Kim) cannot be compared.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from outcomes.lab_files.base import Problem, Unreadable
from outcomes.lab_files.times import day
from outcomes.rules.text import gettext_noop as _

SEXES = {
    "f": "female", "female": "female", "woman": "female",
    "여": "female", "여자": "female", "여성": "female",
    "m": "male", "male": "male", "man": "male", "남": "male", "남자": "male", "남성": "male",
    "o": "other", "other": "other", "기타": "other",
}  # fmt: skip
UNSAID = {"", "u", "unk", "unknown", "미상", "모름"}
# longer names are compared in their alphabetical order alone
MOST_WORDS = 5

OTHER_NAME = _(
    "The file gives another name than is recorded of this patient: check whose result it is; if "
    "it is this patient's, correct the name in the file or in the record."
)
OTHER_BIRTH = _(
    "The file gives another date or year of birth than is recorded of this patient: check whose "
    "result it is; if it is this patient's, correct the date in the file or in the record."
)
OTHER_SEX = _(
    "The file gives another sex than is recorded of this patient: check whose result it is; if "
    "it is this patient's, correct it in the file or in the record."
)
BIRTH_UNCLEAR = _(
    "The date of birth cannot be read, so it is not known whether the result is this patient's: "
    "write the year first, for example 1947-03-01, or the year alone."
)
NOT_COMPARED = {
    "patient_name": _(
        "The name in the file could not be compared with what is recorded: check whose result it "
        "is."
    ),
    "birth_date": _(
        "The date of birth in the file could not be compared with what is recorded: check whose "
        "result it is."
    ),
    "sex": _(
        "The sex in the file could not be compared with what is recorded: check whose result it is."
    ),
}


@dataclass(frozen=True, slots=True)
class Person:
    """What is recorded of a patient; empty or None where nothing is."""

    name: str
    birth_date: dt.date | None
    birth_year: int | None
    sex: str


def held_against(said: Mapping[str, str], person: Person) -> tuple[list[Problem], list[Problem]]:
    """What refuses a row that says this of its patient, and what is only to be looked at."""
    problems, notes = [], []
    for field, compare in (
        ("patient_name", _name), ("birth_date", _birth), ("birth_year", _birth), ("sex", _sex),
    ):  # fmt: skip
        if not said.get(field, "").strip():
            continue
        try:
            compared = compare(field, said[field].strip(), person)
        except Unreadable as unreadable:
            problems.append(unreadable.problem)
            continue
        if not compared:
            message = NOT_COMPARED[field.replace("year", "date")]
            notes.append(Problem(f"{field}_not_compared", message, field))
    return problems, notes


# Each: whether it could be compared; raises Unreadable where it disagrees.


def _name(field: str, said: str, person: Person) -> bool:
    """HL7 may repeat a name, in another script or as an alias: one that agrees is enough."""
    found = [_names_agree(one, person.name) for one in said.split("~")]
    compared = [agree for agree in found if agree is not None]
    if compared and not any(compared):
        raise Unreadable("other_name", OTHER_NAME, field=field)
    return bool(compared)


def _birth(field: str, said: str, person: Person) -> bool:
    year, date = _born(field, said)
    known = person.birth_date.year if person.birth_date else person.birth_year
    if known is None:
        return False
    other_day = date and person.birth_date and date != person.birth_date
    if year != known or other_day:
        raise Unreadable("other_birth", OTHER_BIRTH, field=field)
    return True


def _sex(field: str, said: str, person: Person) -> bool:
    if said.casefold() in UNSAID:
        return True
    sex = SEXES.get(said.casefold())
    if sex is None or person.sex in ("", "unknown"):
        return False
    if sex != person.sex:
        raise Unreadable("other_sex", OTHER_SEX, field=field)
    return True


def _born(field: str, said: str) -> tuple[int, dt.date | None]:
    """Year of birth, and its day where it is given; an HL7 stamp may end after year or month."""
    if match := re.fullmatch(r"(\d{4})(?:년|\d{2})?", said, re.ASCII):
        return int(match[1]), None
    stamp = re.fullmatch(r"(\d{8})\d{4,6}(\.\d+)?([+-]\d{4})?", said, re.ASCII)
    try:
        date = dt.date.fromisoformat(day(stamp[1] if stamp else said))
    except Unreadable:
        raise Unreadable("birth_unclear", BIRTH_UNCLEAR, field=field) from None
    return date.year, date


def _names_agree(said: str, known: str) -> bool | None:
    """None where the two have no script in common."""
    one, other = _by_script(said), _by_script(known)
    both = one.keys() & other.keys()
    if not both - {"DIGIT"}:
        return None
    return all(_spellings(one[script]) & _spellings(other[script]) for script in both)


def _by_script(name: str) -> dict[str, list[str]]:
    """The words of a name by the script they are written in."""
    found: dict[str, list[str]] = {}
    for script, word in _words(name):
        found.setdefault(script, []).append(word)
    return found


def _words(name: str) -> Iterator[tuple[str, str]]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", bare).casefold()):
        if word:
            yield unicodedata.name(word[0], "?").split()[0], word


def _spellings(words: list[str]) -> set[str]:
    """The words in any order, without the blanks between them."""
    orders = permutations(words) if len(words) <= MOST_WORDS else [sorted(words)]
    return {"".join(order) for order in orders}
