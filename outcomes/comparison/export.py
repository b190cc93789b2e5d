"""Files of the comparison: people one by one, counts of all others, and the data dictionary.

A file of people holds those who may be told of one by one. What it leaves the reader's hands with
is guarded once more, by `rules.anonymity`; made-up people need no such guard.
"""

import io
import random
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from outcomes.comparison import Comparison, Person
from outcomes.comparison.counting import VALUES, due, no_leg, outcome_of, why
from outcomes.comparison.people import band, span
from outcomes.comparison.population import Population, of_entry
from outcomes.figures.base import Translate, extent
from outcomes.rules import anonymity, cohort_export
from outcomes.rules.cohort_analysis import DEAD
from outcomes.rules.cohort_export import (
    BAND_ONLY,
    COLUMNS,
    DIED,
    KNOWN,
    NO,
    OTHERS,
    PEOPLE,
    SUPPRESSED,
    WITHHELD_FIRST,
    YES,
)
from outcomes.rules.cohort_protected import Others
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import EARLY_HOURS, WEEK_HOURS, Band
from outcomes.rules.values import Span, Status
from tracker import spreadsheets

REAL = "registry"
CHUNK = 2000
READ = (
    "entry_id", "entry__origin", "entry__age_band", "entry__levels", "entry__etiology",
    "entry__technique", "entry__operated", "entry__hours", "entry__first_worst",
    "entry__preop_worst", "worst", "right", "left", "lems", "walks_alone", "voids", "dead", "day",
    "absence", "due", "no_leg", "value",
)  # fmt: skip
Line = dict[str, Any]
HOURS = ("hours", "hours_lower", "hours_upper")
# what a band says of the hours, where it alone is told; any other band says nothing
OF_BAND: Mapping[str, tuple[float | None, float | None]] = {
    Band.DAY: (0.0, EARLY_HOURS),
    Band.WEEK: (EARLY_HOURS, WEEK_HOURS),
    Band.LATER: (WEEK_HOURS, None),
    Band.OVER_A_DAY: (EARLY_HOURS, None),
    Band.UNCLASSIFIABLE: (0.0, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`lines` by the names of its columns; `coarsened` people have a trait withheld, of
    `by_band` the hours are told as a band alone."""

    text: str
    people: int
    coarsened: int = 0
    by_band: int = 0


def people_file(
    population: Population, version: str, told: Callable[[int], None] | None = None
) -> tuple[File, list[UUID]]:
    """One query, whatever the number of people; and whose records were read, for the audit trail
    alone. `told` is called with how many are read, every CHUNK of them."""
    question = population.question
    rows = (
        population.outcomes()
        .filter(of_entry(population.open))
        .annotate(value=VALUES[question.outcome], due=due(population), no_leg=no_leg(question))
        .values(*READ)
        .order_by("entry_id")
    )
    lines: list[Line] = []
    read: list[UUID] = []
    for row in rows.iterator(chunk_size=CHUNK):
        lines.append(_line(row, question, version))
        read.append(row["entry_id"])
        if told and len(lines) % CHUNK == 0:
            told(len(lines))
    # in an order that says nothing of who is who
    random.SystemRandom().shuffle(lines)
    coarsened, by_band = guard(lines)
    for line, number in zip(lines, ids(len(lines)), strict=True):
        line["id"] = number
    text = _csv(PEOPLE, lines)
    return File(text=text, people=len(lines), coarsened=coarsened, by_band=by_band), read


def ids(people: int) -> list[str]:
    """Drawn anew for every file; a letter first, so that no spreadsheet reads a number."""
    drawn: dict[str, None] = {}
    while len(drawn) < people:
        drawn[f"p{secrets.token_hex(5)}"] = None
    return list(drawn)


def guard(lines: Sequence[Line]) -> tuple[int, int]:
    """Withholds what the lines would tell of real people; of how many a trait, and the hours."""
    real = [line for line in lines if line["origin"] == REAL]
    return _withhold(real), _hide_hours(real)


def coarse_hours(people: Sequence[Person]) -> list[Person]:
    """The same people as a figure that leaves the product may show them: of real ones in a band
    of few, the bounds of the band alone."""
    real = [person.band for person in people if person.origin == REAL]
    told = anonymity.bands_with_hours(real)
    return [
        person if person.origin != REAL or person.band in told else _by_band(person)
        for person in people
    ]


def others_file(found: Others | None) -> File:
    """Of those whose record the reader may not open; nobody where every record may be opened."""
    return File(text=_csv(OTHERS, _of_others(found)), people=0)


def dictionary(t: Translate) -> str:
    """Every column of every file as CSV."""
    return _written(cohort_export.DICTIONARY, dictionary_lines(t))


def dictionary_lines(t: Translate) -> list[tuple[str, ...]]:
    """As `cohort_export.DICTIONARY`, with meaning and source in words."""
    return [
        (table, column.name, column.type, column.unit, column.values,
         t(column.meaning).format(**cohort_export.NUMBERS), t(column.source))
        for table, columns in COLUMNS.items()
        for column in columns
    ]  # fmt: skip


def coarsened(found: Comparison) -> Comparison:
    return replace(found, people=found.people and coarse_hours(found.people))


def _withhold(real: Sequence[Line]) -> int:
    traits = [tuple(line[name] for name in WITHHELD_FIRST) for line in real]
    steps = anonymity.withheld(traits)
    for line, one in zip(real, traits, strict=True):
        gone = WITHHELD_FIRST[: steps[one]]
        line |= dict.fromkeys(gone) | {"withheld": ";".join(gone) or None}
    return sum(bool(steps[one]) for one in traits)


def _hide_hours(real: Sequence[Line]) -> int:
    told = anonymity.bands_with_hours(line["band"] for line in real)
    hidden = [
        line
        for line in real
        if line["band"] not in told and any(line[name] is not None for name in HOURS)
    ]
    for line in hidden:
        line |= dict.fromkeys(HOURS) | {"hours_status": BAND_ONLY}
    return len(hidden)


def _by_band(person: Person) -> Person:
    if not extent(person.hours):
        return person
    lower, upper = OF_BAND.get(person.band, (None, None))
    hours = Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)
    return replace(person, hours=hours)


def _line(row: Mapping[str, Any], question: Question, version: str) -> Line:
    """By column; what is not known is None."""
    hours, day = span(row["entry__hours"][question.exposure]), span(row["day"])
    outcome = outcome_of(row)
    return {
        "origin": row["entry__origin"],
        "age_band": row["entry__age_band"] or None,
        "level": row["entry__levels"] or None,
        "etiology": row["entry__etiology"] or None,
        "technique": row["entry__technique"] or None,
        "withheld": None,
        "operated": row["entry__operated"],
        "band": band(row, hours),
        "hours": _hours(hours.best),
        "hours_lower": _hours(hours.lower),
        "hours_upper": _hours(hours.upper),
        "hours_status": hours.status.value,
        "first_worst_leg": row["entry__first_worst"],
        "baseline_worst_leg": row["entry__preop_worst"],
        "outcome": None if outcome == DEAD else outcome,
        "outcome_status": _status(outcome, row, question),
        "worst_leg": row["worst"],
        "right_leg": row["right"],
        "left_leg": row["left"],
        "lems": row["lems"],
        "walks_alone": row["walks_alone"],
        "voids": row["voids"],
        "died": row["dead"],
        "day": day.best,
        "day_lower": day.lower,
        "day_upper": day.upper,
        "outcome_asked": question.outcome,
        "window": question.window,
        "clock": question.clock,
        "exposure": question.exposure,
        "data_version": version,
    }


def _hours(hours: float | None) -> float | None:
    """To the minute, as they are recorded."""
    return None if hours is None else round(hours, 2)


def _status(outcome: int | None, row: Mapping[str, Any], question: Question) -> str:
    if outcome is None:
        return why(row, descriptive=question.descriptive)
    return DIED if outcome == DEAD else KNOWN


def _of_others(found: Others | None) -> list[Line]:
    if found is None:
        return []
    whole = ("people", "with_timing", "with_outcome", "with_both")
    lines: list[Line] = [
        {"counted": name, "band": None, "ended": None, "people": getattr(found, name)}
        for name in whole
    ]
    lines += [
        {"counted": "ended", "band": cell.band.value, "ended": _ended(cell.step),
         "people": cell.people}
        for cell in found.cells
    ]  # fmt: skip
    for line in lines:
        line["people"] = SUPPRESSED if line["people"] is None else line["people"]
    return lines


def _ended(step: int | None) -> str | int:
    if step is None:
        return "no_outcome"
    return DIED if step == DEAD else step


def _csv(table: str, lines: Iterable[Line]) -> str:
    """Only the columns of the dictionary."""
    names = cohort_export.names(table)
    return _written(names, ([_cell(line[name]) for name in names] for line in lines))


def _written(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    spreadsheets.write(out, header, lines)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return YES if value else NO
    return value
