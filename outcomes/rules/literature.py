"""The published cases together: individuals and counts, and where their sources differ.

The cases are no sample: nothing here is a mean, an interval or a test (CLINICAL.md I). By default
the founding report speaks alone; abstracts of the originals, and cases known from abstracts only,
are asked for (A4, A6).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from outcomes.reference import DOC_LAYERS, Cell, Layer, LiteratureCase, additional_cases, literature
from outcomes.rules.cohort import Derived, Layers, derived
from outcomes.rules.recovery import Classification, Evidence
from outcomes.rules.values import Span, Status


class Asked(StrEnum):
    """Which layers to show: the founding report, or abstracts and further cases as well."""

    DOC = "doc"
    ABSTRACTS = "abstracts"

    @property
    def layers(self) -> Layers:
        return tuple(Layer) if self is Asked.ABSTRACTS else DOC_LAYERS

    @property
    def cases(self) -> tuple[LiteratureCase, ...]:
        return (*literature(), *additional_cases()) if self is Asked.ABSTRACTS else literature()


BARE = (Status.NOT_REPORTED, Status.NOT_APPLICABLE)


def hours(case: LiteratureCase, layers: Layers = DOC_LAYERS) -> Span:
    """Hours from cement to decompression, never a midpoint; a case without a cell: not reported."""
    cell = case.cell("interval_hours", layers=layers)
    if cell is None:
        return Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)
    return span_of(cell)


def span_of(cell: Cell) -> Span:
    """A cell's number with its bounds and status, in the cell's unit."""
    best, lower, upper = (
        None if number is None else float(str(number))
        for number in (cell.value, cell.lower, cell.upper)
    )
    return Span(best=best, lower=lower, upper=upper, status=cell.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many cases ended so; `in_words`: a direction without grades."""

    classification: Classification
    in_words: bool
    cases: int
    not_operated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of how many `cases` what is known; every count is of people.

    `with_timing`: a number or bounds from cement to decompression. `with_outcome`: a class other
    than cannot_tell, by grades or in words; `with_grades`: both worst-leg grades.
    """

    cases: int
    outcomes: tuple[OutcomeCount, ...]
    evidence: Mapping[Evidence, int]
    timing: Mapping[Status, int]
    with_timing: int
    with_outcome: int
    with_grades: int
    with_timing_and_outcome: int
    walks_alone: int
    walks_not_alone: int
    walking_not_stated: int


# told even where nobody ended so
ALWAYS = (
    (Classification.IMPROVED, False),
    (Classification.IMPROVED, True),
    (Classification.UNCHANGED, False),
    (Classification.WORSE, False),
    (Classification.CANNOT_TELL, False),
)
ORDER = (
    Classification.IMPROVED,
    Classification.UNCHANGED,
    Classification.MIXED,
    Classification.WORSE,
    Classification.CANNOT_TELL,
)


def count(cases: Sequence[LiteratureCase], layers: Layers = DOC_LAYERS) -> Counts:
    """The counts of CLINICAL.md A5 from the cells of these layers."""
    found = [derived(case, layers=layers) for case in cases]
    spans = [hours(case, layers) for case in cases]
    timed = [any(n is not None for n in (s.best, s.lower, s.upper)) for s in spans]
    told = [one.classification is not Classification.CANNOT_TELL for one in found]
    walks = Counter(one.walks_alone for one in found)
    return Counts(
        cases=len(cases),
        outcomes=tuple(_outcomes(cases, found, layers)),
        evidence={e: sum(one.evidence is e for one in found) for e in Evidence},
        timing={status: sum(span.status is status for span in spans) for status in Status},
        with_timing=sum(timed),
        with_outcome=sum(told),
        with_grades=sum(one.change.worst_leg is not None for one in found),
        with_timing_and_outcome=sum(t and o for t, o in zip(timed, told, strict=True)),
        walks_alone=walks[True],
        walks_not_alone=walks[False],
        walking_not_stated=walks[None],
    )


def _outcomes(
    cases: Iterable[LiteratureCase], found: Iterable[Derived], layers: Layers
) -> Iterator[OutcomeCount]:
    everyone = Counter(dict.fromkeys(ALWAYS, 0))
    left: Counter[tuple[Classification, bool]] = Counter()
    for case, one in zip(cases, found, strict=True):
        ending = (one.classification, one.evidence is Evidence.DESCRIPTIVE)
        everyone[ending] += 1
        operated = case.cell("operated", layers=layers)
        left[ending] += operated is not None and operated.value is False
    for ending in sorted(everyone, key=lambda e: (ORDER.index(e[0]), e[1])):
        classification, in_words = ending
        yield OutcomeCount(
            classification=classification,
            in_words=in_words,
            cases=everyone[ending],
            not_operated=left[ending],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One fact of a case on which its cells do not agree, each as its source has it."""

    field: str
    timepoint: str
    item: int | None
    cells: tuple[Cell, ...]


def disagreements(case: LiteratureCase, layers: Layers = DOC_LAYERS) -> list[Disagreement]:
    """Facts whose stated values or bounds differ, and facts marked as a conflict; by the file."""
    order = {cell.field: place for place, cell in reversed(list(enumerate(case.cells)))}
    stated = [c for c in case.cells if c.layer in layers and c.status not in BARE]
    stated.sort(key=lambda cell: (order[cell.field], *_fact(cell)))
    return [
        Disagreement(field=field, timepoint=timepoint, item=item or None, cells=cells)
        for (field, timepoint, item), found in groupby(stated, key=_fact)
        if _differ(cells := tuple(found))
    ]


def _fact(cell: Cell) -> tuple[str, str, int]:
    return cell.field, cell.timepoint, cell.item or 0


def _differ(cells: Sequence[Cell]) -> bool:
    marked = any(cell.status is Status.CONFLICT for cell in cells)
    return marked or len({(cell.value, cell.lower, cell.upper) for cell in cells}) > 1
