"""The published cases in words: each case, their counts, and where the sources differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.figures.base import Translate
from outcomes.figures.published_cases import SIDES
from outcomes.literature_words import LAYERS, NOT_REPORTED, STATUS, TIMES, label, quoted, value
from outcomes.reference import Cell, Conflict, Laterality, Layer, LiteratureCase, conflicts, sources
from outcomes.rules import literature
from outcomes.rules.cohort import Derived, Layers, derived
from outcomes.rules.literature import Counts, OutcomeCount
from outcomes.rules.recovery import Classification, Evidence, Sides
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Status
from outcomes.source_words import told

CLASSES = {
    (Classification.IMPROVED, False): _("improved with grades"),
    (Classification.IMPROVED, True): _("improved in words only"),
    (Classification.UNCHANGED, False): _("unchanged"),
    (Classification.UNCHANGED, True): _("unchanged in words only"),
    (Classification.MIXED, False): _("mixed: one leg better, one worse"),
    (Classification.MIXED, True): _("mixed, in words only"),
    (Classification.WORSE, False): _("worse"),
    (Classification.WORSE, True): _("worse in words only"),
    (Classification.CANNOT_TELL, False): _("not assessable"),
}
EVIDENCE = {
    Evidence.LIKELY: _("likely"),
    Evidence.POSSIBLE: _("possible"),
    Evidence.DESCRIPTIVE: _("in words, without grades"),
}
TIMING = {
    Status.KNOWN: _("{n} as a number"),
    Status.APPROXIMATE: _("{n} approximate"),
    Status.INTERVAL_CENSORED: _("{n} as bounds only"),
    Status.DESCRIPTIVE_ONLY: _("{n} in words only"),
    Status.CONFLICT: _("{n} contradicted"),
    Status.NOT_REPORTED: _("{n} not reported"),
    Status.NOT_APPLICABLE: _("{n} not operated"),
}
CEILING = _("none: at ceiling")
# when the values of a side and of both legs hold, by the confidence in the sides
DOUBTS = {
    None: "",
    Laterality.HIGH: "",
    Laterality.LOW: _("only if x/5 stands for right/left"),
    Laterality.MEDIUM: _("sides as tabulated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words, and whether they are read from an abstract instead of the case report."""

    words: str
    abstract: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWords:
    """One cell as its source has it; `verbatim`, `source` and `note` are kept in English.

    `quoted`: so are `words`, which the source wrote.
    """

    what: str
    words: str
    quoted: bool
    status: str
    verbatim: str
    source: str
    layer: str
    note: str
    abstract: bool
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Right leg, left leg, both and worst leg of one case: grades, changes or ratios."""

    name: str
    right: str
    left: str
    total: str
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """A case as a row, and all that its sources say. `condition`: when the sides hold."""

    id: str
    label: str
    abstract: bool
    verified: bool
    person: Told
    level: Told
    disease: Told
    operation: Told
    interval: Told
    worst: Told
    right: Told
    left: Told
    total: Told
    condition: str
    sides: str
    outcome: Told
    evidence: str
    walks: Told
    lines: tuple[Line, ...]
    cells: tuple[CellWords, ...]
    differences: tuple[tuple[CellWords, ...], ...]
    conflicts: tuple[tuple[int, str], ...]
    """Number and topic of each."""
    note: str


def cases(asked: literature.Asked, t: Translate) -> list[CaseWords]:
    return [_case(case, asked.layers, t) for case in asked.cases]


def _case(case: LiteratureCase, layers: Layers, t: Translate) -> CaseWords:
    def cell(field: str, timepoint: str = "") -> Told:
        return _told([case.cell(field, timepoint, layers)], t)

    found = derived(case, layers=layers)
    graded = found.change.right is not None or found.change.left is not None
    return CaseWords(
        id=case.id,
        label=case.label,
        abstract=case.layer is Layer.PRIMARY_ABSTRACT,
        verified=case.verified,
        person=_told([case.cell("sex", layers=layers), case.cell("age", layers=layers)], t),
        level=cell("levels"),
        disease=cell("etiology"),
        operation=_operation(case, layers, t),
        interval=cell("interval_hours"),
        worst=_course(case, "worst", found, layers, t),
        right=_course(case, "right", found, layers, t),
        left=_course(case, "left", found, layers, t),
        total=Told(words=_signed(found.change.total, t)),
        condition=t(doubt) if (doubt := DOUBTS[case.laterality_confidence]) else "",
        sides=t(SIDES[case.laterality_confidence or ""]),
        outcome=_outcome(case, found, layers, t),
        evidence=t(EVIDENCE[found.evidence]) if found.evidence else "",
        walks=cell("walks_alone", "last"),
        lines=tuple(_lines(found, t)) if graded else (),
        cells=tuple(_cell(one, t) for one in case.cells if one.layer in layers),
        differences=tuple(
            tuple(_cell(one, t) for one in difference.cells)
            for difference in literature.disagreements(case, layers)
        ),
        conflicts=tuple(
            (one.number, t(one.resolution.topic)) for one in conflicts() if case.id in _of(one)
        ),
        note=case.note,
    )


def _told(cells: Sequence[Cell | None], t: Translate) -> Told:
    """The cells of the row in words; one that no source has is not reported."""
    known = [cell for cell in cells if cell is not None]
    words = [value(cell, t) for cell in known] or [t(NOT_REPORTED)]
    return Told(words=", ".join(words), abstract=any(_abstract(cell) for cell in known))


def _abstract(cell: Cell) -> bool:
    return cell.layer is Layer.PRIMARY_ABSTRACT


def _operation(case: LiteratureCase, layers: Layers, t: Translate) -> Told:
    operated = case.cell("operated", layers=layers)
    if operated is not None and operated.value is False:
        return Told(words=t(_("not operated")), abstract=_abstract(operated))
    return _told([case.cell("operation", layers=layers)], t)


def _course(case: LiteratureCase, leg: str, found: Derived, layers: Layers, t: Translate) -> Told:
    """First → last of a leg; of the worst one, as computed from both."""
    ends, abstract = [], False
    for timepoint, worst in (
        ("initial", found.worst_leg_initial),
        ("last", found.worst_leg_final),
    ):
        side = "right" if leg == "worst" else leg
        cell = case.cell(f"motor_{side}", timepoint, layers)
        stated = worst if leg == "worst" else cell and cell.value
        ends.append(str(stated) if stated is not None else _without_grade(cell, t))
        abstract = abstract or (cell is not None and _abstract(cell))
    words = ends[0] if ends[0] == ends[1] == t(NOT_REPORTED) else " → ".join(ends)
    return Told(words=words, abstract=abstract)


def _without_grade(cell: Cell | None, t: Translate) -> str:
    return t(STATUS[cell.status]) if cell and cell.value is None else t(NOT_REPORTED)


def _outcome(case: LiteratureCase, found: Derived, layers: Layers, t: Translate) -> Told:
    in_words = found.evidence is Evidence.DESCRIPTIVE
    direction = case.cell("direction", "last", layers) if in_words else None
    return Told(
        words=t(CLASSES[found.classification, in_words]),
        abstract=direction is not None and _abstract(direction),
    )


def _lines(found: Derived, t: Translate) -> Iterator[Line]:
    yield _line(_("Change in grades"), [_signed(n, t) for n in _four(found.change)], t)
    ratios = zip(_four(found.change), _four(found.recovery_ratio), strict=True)
    yield _line(_("Recovery ratio"), [_ratio(change, ratio, t) for change, ratio in ratios], t)


def _line(name: str, four: Sequence[str], t: Translate) -> Line:
    right, left, total, worst = four
    return Line(name=t(name), right=right, left=left, total=total, worst=worst)


def _four(sides: Sides) -> tuple[float | None, ...]:
    return sides.right, sides.left, sides.total, sides.worst_leg


def _signed(change: float | None, t: Translate) -> str:
    if change is None:
        return t(NOT_REPORTED)
    return f"{change:+g}".replace("-", "−") if change else "0"


def _ratio(change: float | None, ratio: float | None, t: Translate) -> str:
    if ratio is None:
        return t(NOT_REPORTED) if change is None else t(CEILING)
    return f"{ratio:.2f}".replace("-", "−")


def _cell(cell: Cell, t: Translate) -> CellWords:
    what = [label(cell.field, t), t(TIMES.get(cell.timepoint, cell.timepoint))]
    return CellWords(
        what=", ".join(filter(None, [*what, str(cell.item or "")])),
        words=value(cell, t),
        quoted=quoted(cell),
        status=t(STATUS[cell.status]),
        verbatim=cell.verbatim,
        source=cell.source,
        layer=t(LAYERS[cell.layer]),
        note=cell.note,
        abstract=_abstract(cell),
        verified=cell.verified,
    )


# --- counts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWords:
    """The counts in words: how the cases ended, and what is known of how many, by name."""

    outcomes: str
    known: tuple[tuple[str, str], ...]


def counts(found: Counts, t: Translate) -> CountWords:
    """Exactly what was counted; zero is said, and no share is made of it."""
    known = (
        (_("How sure the change is"), _evidence_count(found, t)),
        (_("Cement to decompression"), _timing_count(found, t)),
        (_("Known"), _known_count(found, t)),
        (_("Walks alone at last"), _walking_count(found, t)),
    )
    return CountWords(
        outcomes=t(_("Of {n}: {outcomes}.")).format(
            n=found.cases, outcomes=", ".join(_outcome_count(one, t) for one in found.outcomes)
        ),
        known=tuple((t(name), words) for name, words in known),
    )


def _evidence_count(found: Counts, t: Translate) -> str:
    words = _("{likely} likely (two grades or more), {possible} possible (one grade), {words} in "
              "words, without grades")  # fmt: skip
    return t(words).format(
        likely=found.evidence[Evidence.LIKELY],
        possible=found.evidence[Evidence.POSSIBLE],
        words=found.evidence[Evidence.DESCRIPTIVE],
    )


def _timing_count(found: Counts, t: Translate) -> str:
    return ", ".join(
        t(words).format(n=found.timing[status])
        for status, words in TIMING.items()
        if found.timing[status]
    )


def _known_count(found: Counts, t: Translate) -> str:
    words = _("timing for {timing} of {n}, if only by bounds; outcome for {outcome}, with grades "
              "for {grades}; timing and outcome for {both}")  # fmt: skip
    return t(words).format(
        timing=found.with_timing,
        n=found.cases,
        outcome=found.with_outcome,
        grades=found.with_grades,
        both=found.with_timing_and_outcome,
    )


def _walking_count(found: Counts, t: Translate) -> str:
    return t(_("{yes} yes, {no} no, {missing} not reported")).format(
        yes=found.walks_alone, no=found.walks_not_alone, missing=found.walking_not_stated
    )


def _outcome_count(one: OutcomeCount, t: Translate) -> str:
    words = t(CLASSES[one.classification, one.in_words])
    told = t(_("{n} {outcome}")).format(n=one.cases, outcome=words)
    if one.not_operated and one.not_operated == one.cases:
        return t(_("{count} and not operated")).format(count=told)
    if one.not_operated:
        return t(_("{count} ({n} not operated)")).format(count=told, n=one.not_operated)
    return told


# --- conflicts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one source says; `text`, `verbatim` and `source` are kept in English."""

    text: str
    verbatim: str
    source: str
    layer: str
    abstract: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictWords:
    """Sources that contradict each other or themselves, and how that is handled, and by whom."""

    number: int
    topic: str
    cases: str
    sides: tuple[Side, ...]
    handling: str
    decided: str


def told_conflicts(t: Translate) -> list[ConflictWords]:
    return [
        ConflictWords(
            number=conflict.number,
            topic=t(conflict.resolution.topic),
            cases=", ".join(_of(conflict)),
            sides=tuple(
                Side(
                    text=claim.text,
                    verbatim=claim.verbatim,
                    source=claim.source,
                    layer=t(LAYERS[claim.layer]) if claim.layer else "",
                    abstract=claim.layer is Layer.PRIMARY_ABSTRACT,
                )
                for claim in conflict.claims
            ),
            handling=conflict.resolution.text,
            decided=told(conflict.resolution.source, t),
        )
        for conflict in conflicts()
    ]


def _of(conflict: Conflict) -> list[str]:
    """The cases that a conflict is about, each once, as it names them."""
    return list(conflict.resolution.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWords:
    key: str
    citation: str
    locator: str


def cited(asked: literature.Asked) -> list[SourceWords]:
    """The sources of all that is shown, in the order of sources.csv."""
    keys = {case.source for case in asked.cases}
    keys |= {c.source for case in asked.cases for c in case.cells if c.layer in asked.layers}
    keys |= {claim.source for conflict in conflicts() for claim in conflict.claims}
    named = {key.split(", ")[0] for key in keys}
    return [
        SourceWords(key=key, citation=source.citation, locator=source.locator)
        for key, source in sources().items()
        if key in named
    ]
