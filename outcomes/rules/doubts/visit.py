"""Doubts within one visit and against the visits before it [POLICY, beside CLINICAL.md F].

Nothing is compared with what was not recorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from outcomes.rules.doubts.base import Doubt, joined, last_with, on
from outcomes.rules.doubts.bladder import at_odds
from outcomes.rules.doubts.motor import jumps
from outcomes.rules.doubts.sides import swapped
from outcomes.rules.facts import Fact
from outcomes.rules.grades import arithmetic
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.walking import WALKS_ALONE_FROM

# a visit's columns that say nothing about the patient
ABOUT_THE_VISIT = frozenset(
    {"kind", "mode", "examiner", "date", "time", "date_lower", "date_upper", "discuss_first"}
)
WEAK = 1  # a leg of grade 0 or 1 carries nobody
# at these one does not walk on the level without another person
NOT_ALONE_WITH = frozenset({"parallel_bars", "wheelchair"})
HAND_HELD = frozenset({"cane", "crutches"})
PLACES = ("back", "right_leg", "left_leg")

NOTHING = _("Nothing was examined or noted at this visit: add it, or leave the visit out.")
TOO_WEAK = _("Walks alone, but both legs are grade 0 or 1: check the walking and the grades.")
FAC_ALONE = _("Walks alone: {alone}, but the walking category is {fac}: check both.")
FAC_AID = _("Walking category {fac} does not go with this aid: check both.")
WISCI = _("WISCI level 0 is unable to walk, which does not go with walking alone: check both.")
PAINLESS = _("Pain said to be present, but rated 0: check both.")
PAINFUL = _("Pain said to be absent, but rated {value}: check both.")
WEIGHT = _("{now} kg, but {before} kg on {date}: a change of {percent} %. Check the number.")
HEIGHT = _("{now} cm, but {before} cm on {date}: check the number.")


def visit(now: Fact, before: Sequence[Fact], own: Mapping[str, Decimal]) -> Iterator[Doubt]:
    """All of them; `before` are the visits certainly before it, in order, `own` the thresholds."""
    return joined(
        jumps(now, before, own["grade_jump"]),
        swapped(now, before, own["side_swap"]),
        at_odds(now),
        walking(now),
        pain(now),
        body(now, before, own),
        empty(now),
    )


def empty(now: Fact) -> Iterator[Doubt]:
    recorded = {name for name in now.values if not name.startswith("timing_")} - ABOUT_THE_VISIT
    if not recorded:
        yield Doubt(path=("note",), code="empty_visit", message=NOTHING)


def walking(now: Fact) -> Iterator[Doubt]:
    fac, stated = now.get("walking_fac"), now.get("walking_walks_alone")
    if fac is not None and stated is not None and stated is not (fac >= WALKS_ALONE_FROM):
        values = {"alone": "✓" if stated else "✗", "fac": fac}
        yield Doubt(path=("walking", "walks_alone"), code="fac_alone", message=FAC_ALONE,
                    values=values)  # fmt: skip
    alone = stated if fac is None else fac >= WALKS_ALONE_FROM
    if alone and _both_weak(now):
        path = ("walking", "walks_alone" if fac is None else "fac")
        yield Doubt(path=path, code="walks_too_weak", message=TOO_WEAK)
    if alone and now.get("walking_wisci") == 0:
        yield Doubt(path=("walking", "wisci"), code="wisci_alone", message=WISCI)
    aid = now.get("walking_aid")
    if fac is not None and ((fac >= WALKS_ALONE_FROM and aid in NOT_ALONE_WITH)
                            or (fac == 0 and aid in HAND_HELD)):  # fmt: skip
        yield Doubt(path=("walking", "aid"), code="fac_aid", message=FAC_AID, values={"fac": fac})


def _both_weak(now: Fact) -> bool:
    grades = [arithmetic(now.get(f"motor_{side}_grade")) for side in ("right", "left")]
    return all(grade is not None and grade <= WEAK for grade in grades)


def pain(now: Fact) -> Iterator[Doubt]:
    for place in PLACES:
        rated, present = now.get(f"pain_{place}"), now.get(f"pain_{place}_present")
        if rated is None or present is None or bool(rated) is present:
            continue
        path = ("pain", place)
        if present:
            yield Doubt(path=path, code="pain_present", message=PAINLESS)
        else:
            values = {"value": rated}
            yield Doubt(path=path, code="pain_absent", message=PAINFUL, values=values)


def body(now: Fact, before: Sequence[Fact], own: Mapping[str, Decimal]) -> Iterator[Doubt]:
    """Weight by percent and height by centimetres since the last one measured."""
    weight = _pair(now, before, "vitals_weight_kg")
    if weight:
        new, old, last = weight
        percent = abs(new - old) / old * 100
        if percent > own["weight_change"]:
            values = {"now": f"{new:f}", "before": f"{old:f}", "date": on(last),
                      "percent": f"{percent:.0f}"}  # fmt: skip
            yield Doubt(path=("vitals", "weight_kg"), code="weight_change", message=WEIGHT,
                        values=values)  # fmt: skip
    height = _pair(now, before, "vitals_height_cm")
    if height:
        new, old, last = height
        if abs(new - old) > own["height_change"]:
            values = {"now": f"{new:f}", "before": f"{old:f}", "date": on(last)}
            yield Doubt(path=("vitals", "height_cm"), code="height_change", message=HEIGHT,
                        values=values)  # fmt: skip


def _pair(now: Fact, before: Sequence[Fact], column: str) -> tuple[Decimal, Decimal, Fact] | None:
    last = last_with(before, column)
    if last is None or now.get(column) is None:
        return None
    return Decimal(str(now.get(column))), Decimal(str(last.get(column))), last
