"""Visits as rows of a table, and what was not examined in them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes import words
from outcomes.documents.visit import PARTS, VisitDocument
from outcomes.figures.base import Translate
from outcomes.presenters.base import NOT_RECORDED, label, said, small, unit, when, word
from outcomes.presenters.outcome import leg_words, visit_when
from outcomes.record import Record, examined
from outcomes.rules.grades import KEY_MUSCLES, lems
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.unchanged import COPIED
from patients.models.columns import leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit as a row of the table; every cell is words."""

    when: str
    kind: str
    right: str
    left: str
    sensation: str
    bladder: str
    walking: str
    pain: str
    note: str
    copied: tuple[str, ...]
    """Of each part that was entered as unchanged, its name and what no other cell shows of it."""


def visits(record: Record, t: Translate) -> list[VisitRow]:
    """The latest first, what has no day at the end."""
    bases = {visit.motor_basis for visit in record.visits if examined(visit)}
    return [_visit(visit, len(bases) > 1, record, t) for visit in record.latest_visits]


def _visit(visit: Any, several_bases: bool, record: Record, t: Translate) -> VisitRow:
    kind = words.words("visit.kind", visit.kind)
    if visit.mode == "remote":
        kind = f"{kind}, {said(visit, 'mode', t)}"
    return VisitRow(
        when=when(visit.when, record.day(visit.when), t),
        kind=kind,
        right=leg_words(visit, "right", t),
        left=leg_words(visit, "left", t),
        sensation=_part(visit, "sensation", _sensation(visit, t), t),
        bladder=_part(visit, "bladder", _bladder(visit, t), t),
        walking=_part(visit, "walking", _walking(visit, t), t),
        pain=_part(visit, "pain", _pain(visit, t), t),
        note=_notes(visit, several_bases, t),
        copied=tuple(_copied(visit, part, t) for part in COPIED if _is_copied(visit, part)),
    )


def _is_copied(visit: Any, part: str) -> bool:
    return bool(getattr(visit, f"{part}_unchanged"))


def _copied(visit: Any, part: str, t: Translate) -> str:
    """ "Bladder (feels the need to empty yes)": what the cells leave out stands in brackets."""
    rest = _named(visit, (c for c in COPIED[part] if c not in IN_CELLS), t)
    return f"{words.name(part)} ({'; '.join(rest)})" if rest else words.name(part)


# what a row of the table shows of a part without being asked to
IN_CELLS = frozenset(
    (
        *(f"motor_{side}_{what}" for side in ("right", "left")
          for what in ("grade", "not_testable", *(f"muscles_{m.lower()}" for m in KEY_MUSCLES))),
        "sensation_right", "sensation_left", "bladder_method", "bladder_incontinence",
        "walking_walks_alone", "walking_fac", "walking_aid", "pain_back", "pain_right_leg",
        "pain_left_leg", "pain_back_present", "pain_right_leg_present", "pain_left_leg_present",
    )
)  # fmt: skip


def _part(visit: Any, part: str, told: Sequence[str], t: Translate) -> str:
    """What was found, else why the part was not done, else that it was not recorded."""
    reason = getattr(visit, f"{part}_not_done")
    if reason is not None:
        return t(_("not done: {reason}")).format(reason=word("not_done", reason))
    return "; ".join(told) or t(NOT_RECORDED)


def part_words(visit: Any, part: str, t: Translate, *, only: Collection[str]) -> str:
    """What was found in a part of a visit, of these columns; its reason where it was not done."""
    told = _named(visit, [column for column in _columns_of(part) if column in only], t)
    return _part(visit, part, told, t)


def _columns_of(part: str) -> list[str]:
    return [
        leaf.column
        for leaf in leaves(VisitDocument)
        if leaf.path[0] == part and leaf.path[-1] != "not_done"
    ]


def _named(visit: Any, columns: Iterable[str], t: Translate) -> list[str]:
    """The columns that have something, each after its name, with its unit."""
    return [
        " ".join((small(label(visit, c)), said(visit, c, t), unit(visit, c))).strip()
        for c in columns
        if getattr(visit, c) is not None
    ]


def _sensation(visit: Any, t: Translate) -> list[str]:
    return _named(visit, ("sensation_right", "sensation_left", "sensation_saddle"), t)


def _bladder(visit: Any, t: Translate) -> list[str]:
    told = [said(visit, "bladder_method", t)] if visit.bladder_method else []
    if visit.bladder_dysfunction == "yes":
        told.append(t(_("dysfunction, {type}")).format(type=dysfunction_type(visit, t)))
    told += _named(visit, ("bladder_incontinence",), t)
    if visit.bladder_pvr_ml is not None:
        told.append(t(_("PVR {volume} mL")).format(volume=visit.bladder_pvr_ml))
    if visit.bladder_catheter_volume_max_ml is not None:
        volume = visit.bladder_catheter_volume_max_ml
        told.append(t(_("largest catheter volume {volume} mL")).format(volume=volume))
    return told + ([visit.bladder_description] if visit.bladder_description else [])


def dysfunction_type(visit: Any, t: Translate) -> str:
    code = visit.bladder_dysfunction_type
    return t(_("type not known")) if code in (None, "unknown") else word("dysfunction_type", code)


def _walking(visit: Any, t: Translate) -> list[str]:
    told = (
        [t(_("FAC {fac}")).format(fac=visit.walking_fac)] if visit.walking_fac is not None else []
    )
    if visit.walking_walks_alone is not None:
        told.append(t(_("walks alone") if visit.walking_walks_alone else _("does not walk alone")))
    told += _named(visit, ("walking_aid",), t)
    return told + ([visit.walking_description] if visit.walking_description else [])


def _pain(visit: Any, t: Translate) -> list[str]:
    columns = ("pain_back", "pain_right_leg", "pain_left_leg")
    told = _named(visit, columns, t)
    for column in columns:
        present = getattr(visit, f"{column}_present")
        if present is not None and getattr(visit, column) is None:
            text = _("{pain}, no number") if present else _("no {pain}")
            told.append(t(text).format(pain=small(label(visit, column))))
    return told + ([visit.pain_description] if visit.pain_description else [])


def _notes(visit: Any, several_bases: bool, t: Translate) -> str:
    """The basis of the grades is said where the visits differ in it."""
    told = [muscles_words(visit, t), visit.note or ""]
    if several_bases and examined(visit):
        basis = t(_("A leg grade stands for: {basis}.")).format(basis=said(visit, "motor_basis", t))
        told.insert(0, basis)
    return " ".join(text for text in told if text)


def muscles_words(visit: Any, t: Translate) -> str:
    """The key muscles and, where all ten are graded, the LEMS; empty where none was recorded."""
    sides = {side: _muscles(visit, side) for side in ("right", "left")}
    if not any(value is not None for side in sides.values() for value in side.values()):
        return ""
    total = lems(sides["right"], sides["left"]).total
    told = [
        f"{_leg(side)} " + " ".join(f"{m} {'–' if v is None else v}" for m, v in muscles.items())
        for side, muscles in sides.items()
    ]
    told += [t(_("LEMS {total} of 50")).format(total=total)] if total is not None else []
    return t(_("Key muscles: {muscles}.")).format(muscles="; ".join(told))


def _leg(side: str) -> str:
    return small(words.name(f"motor.{side}"))


def _muscles(visit: Any, side: str) -> dict[str, int | None]:
    return {m: getattr(visit, f"motor_{side}_muscles_{m.lower()}") for m in KEY_MUSCLES}


# What a part is examined for, at the least; the rest of it is asked where it matters [POLICY].
CORE: dict[str, tuple[str, ...]] = {
    "motor": ("motor_right_grade", "motor_left_grade"),
    "sensation": ("sensation_right", "sensation_left", "sensation_saddle"),
    "bladder": ("bladder_method", "bladder_incontinence", "bladder_pvr_ml"),
    "bowel": ("bowel_incontinence", "bowel_anal_tone"),
    "walking": ("walking_fac", "walking_aid"),
    "pain": ("pain_back", "pain_right_leg", "pain_left_leg"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExamined:
    """Of one visit: what was not testable or not done, with reasons; what was not recorded."""

    visit: str
    untestable: tuple[str, ...]
    not_done: tuple[str, ...]
    not_recorded: tuple[str, ...]
    partly: tuple[str, ...]


def not_examined(record: Record, t: Translate) -> list[NotExamined]:
    """The latest visit first, what has no day at the end."""
    return [_not_examined(visit, record, t) for visit in record.latest_visits]


def _not_examined(visit: Any, record: Record, t: Translate) -> NotExamined:
    recorded = visit.document().keys()
    reasons = {part: getattr(visit, f"{part}_not_done") for part in PARTS}
    return NotExamined(
        visit=visit_when(visit, record, t),
        untestable=tuple(_untestable(visit, t)),
        not_done=tuple(
            f"{words.name(part)}: {word('not_done', reason)}"
            for part, reason in reasons.items()
            if reason is not None
        ),
        not_recorded=tuple(words.name(part) for part in PARTS if part not in recorded),
        partly=tuple(
            told
            for part in PARTS
            if part in recorded and reasons[part] is None and (told := _partly(visit, part, t))
        ),
    )


def _partly(visit: Any, part: str, t: Translate) -> str:
    lacking = [small(label(visit, c)) for c in CORE.get(part, ()) if _lacks(visit, c)]
    return f"{words.name(part)}: {', '.join(lacking)}" if lacking else ""


def _lacks(visit: Any, column: str) -> bool:
    """Nothing recorded, and nothing that makes the question pointless."""
    if getattr(visit, column) is not None:
        return False
    if column.endswith("_grade"):
        return getattr(visit, column.replace("_grade", "_not_testable")) is None
    if column.startswith("pain_"):
        return getattr(visit, f"{column}_present") is None
    if column == "bladder_pvr_ml":
        return visit.bladder_method not in CATHETERS
    return True


def _untestable(visit: Any, t: Translate) -> list[str]:
    return [
        f"{words.name(f'motor.{side}')}: {leg_words(visit, side, t)}"
        for side in ("right", "left")
        if getattr(visit, f"motor_{side}_not_testable") is not None
    ]


# Nobody voids with these, so there is no residual to measure (CLINICAL.md G).
CATHETERS = (
    "intermittent_self",
    "intermittent_attendant",
    "indwelling_urethral",
    "indwelling_suprapubic",
)
