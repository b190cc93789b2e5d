"""Retention, catheters, incontinence and bladder sensation.

Every method but catheters counts as voiding, reflex and straining too. A low residual says nothing
against a sign: no rule here asks whether the residual is low.
Sources: CLINICAL.md C (residual; volume above 500 mL), G (trigger table), J (Alerts: PVR) [POLICY].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import (
    Rise,
    Step,
    exact,
    finding,
    in_each_order,
    point,
    rises,
    since_surgery,
    steps,
)
from outcomes.rules.alerts.neurology import new_signs, not_examined, with_sign
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import days_between
from outcomes.rules.values import Answer

METHOD, PVR, PLAN = "bladder_method", "bladder_pvr_ml", "bladder_retention_plan"
TRIAL, LARGEST = "bladder_trial_without_catheter", "bladder_catheter_volume_max_ml"
MANY = "bladder_catheter_volumes_over_500_ml"
INTERMITTENT = ("intermittent_self", "intermittent_attendant")
INDWELLING = ("indwelling_urethral", "indwelling_suprapubic")
FREQUENCY = ("no", "monthly", "weekly", "daily")
AWARENESS = ("yes", "no")
ML = "mL"
HINDERED = "indwelling_catheter"
"""What is missing for a check is not a value: the catheter hinders it."""


# --- the residual of a voiding patient ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """One residual of a voiding patient and what it is held against."""

    now: Fact
    before: Fact | None
    rise: Rise | None
    sign: bool

    @property
    def planned(self) -> bool:
        """A plan named at a visit is renewed for that visit; it does not last beyond it."""
        return self.now.get(PLAN) is not None


def residual(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A new residual of 200 mL, a rise by 100, 500 or more; known retention without a plan."""
    signs = new_signs(facts)
    yield from in_each_order(
        facts, _voided(facts.visits), lambda order: _judged(facts, order, signs)
    )


def _voided(visits: Sequence[Fact]) -> list[Fact]:
    catheters = (*INTERMITTENT, *INDWELLING)
    return [v for v in visits if v.get(PVR) is not None and v.get(METHOD) not in catheters]


def _judged(facts: Facts, order: Sequence[Fact], signs: frozenset[str]) -> Iterator[Found]:
    least = facts.thresholds["pvr_rise_ml"]
    risen = rises(facts, [point(v, PVR) for v in order], lambda rise: rise >= least)
    before: Fact | None = None
    for now in order:
        one = Residual(
            now=now, before=before, rise=risen.get(now.id), sign=with_sign(facts, signs, now)
        )
        yield from _residual(facts, one)
        before = now


def _residual(facts: Facts, one: Residual) -> Iterator[Found]:
    verdict = _large(facts, one) or _retention(facts, one) or _risen(one)
    if verdict is None:
        return
    rule, level = verdict
    before = one.rise.before if one.rise else one.before
    method = one.now.get(METHOD)
    missing = [METHOD] if method in (None, "unknown") else []
    yield finding(rule, level, one.now, PVR, unit=ML, before=before, missing=missing)


Verdict = tuple[str, Level] | None


def _large(facts: Facts, one: Residual) -> Verdict:
    limit = facts.thresholds["pvr_emergency_ml"]
    if exact(one.now.get(PVR)) < limit:
        return None
    crossed = not _known(facts, one) or exact(_before(one)) < limit
    due = crossed or one.rise or one.sign or not one.planned
    return ("bladder_pvr_emergency", Level.EMERGENCY) if due else None


def _retention(facts: Facts, one: Residual) -> Verdict:
    if exact(one.now.get(PVR)) < facts.thresholds["pvr_ml ≥"]:
        return None
    if not _known(facts, one):
        return "bladder_pvr_new", Level.URGENT
    if not one.planned:
        return "bladder_pvr_no_plan", Level.URGENT
    return ("bladder_pvr_new_sign", Level.URGENT) if one.sign and not one.rise else None


def _risen(one: Residual) -> Verdict:
    return ("bladder_pvr_rise", Level.URGENT) if one.rise else None


def _known(facts: Facts, one: Residual) -> bool:
    """Known retention: the previous comparable residual, on this side of surgery, was as large."""
    if one.before is None or exact(_before(one)) < facts.thresholds["pvr_ml ≥"]:
        return False
    return since_surgery(facts, one.before) or not since_surgery(facts, one.now)


def _before(one: Residual) -> int:
    assert one.before is not None  # asked of known retention only
    return int(one.before.get(PVR))


# --- catheters -----------------------------------------------------------------------------------


def indwelling(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """With an indwelling catheter retention cannot be checked: said once, and asked about where
    a large residual was written down all the same."""
    emptied = [v for v in facts.visits if v.get(METHOD) is not None]
    yield from in_each_order(facts, emptied, lambda order: _indwelling(facts, order))


def _indwelling(facts: Facts, order: Sequence[Fact]) -> Iterator[Found]:
    before: Fact | None = None
    for now in order:
        if now.get(METHOD) in INDWELLING:
            large = exact(now.get(PVR) or 0) >= facts.thresholds["pvr_ml ≥"]
            begun = before is None or before.get(METHOD) not in INDWELLING
            if large or begun:
                yield finding(
                    "bladder_indwelling",
                    Level.ASK if large else Level.NOTE,
                    now,
                    PVR if large else METHOD,
                    unit=ML if large else "",
                    answer=Answer.CANNOT_TELL,
                    missing=[HINDERED],
                )
        before = now


def trial(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Each failed trial without catheter counts as new retention."""
    for visit in facts.visits:
        if visit.get(TRIAL) == "failed":
            yield finding("bladder_trial_failed", Level.URGENT, visit, TRIAL)


def volumes(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Two catheter volumes above 500 mL within one report or seven days."""
    large = [v for v in facts.visits if _is_large(facts, v)]
    for visit in large:
        count = visit.get(MANY)
        column = MANY if count else LARGEST
        unit = "" if count else ML
        other = next((v for v in large if _within_days(facts, v, visit)), None)
        if (count or 0) >= facts.thresholds["catheter_volumes"] or other:
            yield finding(
                "bladder_catheter_volumes", Level.REVIEW, visit, column, unit=unit, before=other
            )
        elif count is None:
            yield finding(
                "bladder_catheter_volume_once",
                Level.NOTE,
                visit,
                column,
                unit=unit,
                answer=Answer.CANNOT_TELL,
                missing=[MANY],
            )


def _is_large(facts: Facts, visit: Fact) -> bool:
    largest = exact(visit.get(LARGEST) or 0)
    return largest > facts.thresholds["catheter_volume_ml >"] or bool(visit.get(MANY))


def _within_days(facts: Facts, earlier: Fact, visit: Fact) -> bool:
    """Whether the earlier report may lie within the days before this one."""
    if earlier is visit:
        return False
    gap = days_between(earlier.when, visit.when, anchors=facts.anchors)
    if gap.lower is None or gap.upper is None:
        return False
    days = float(facts.thresholds["catheter_volume_days"])
    return gap.upper >= 0 and gap.lower <= days


# --- incontinence and sensation -------------------------------------------------------------------


def incontinence(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """New urinary incontinence, or more often than before."""
    yield from _sign(facts, "bladder_incontinence", "bladder_incontinence", FREQUENCY)


def awareness(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """The need to empty is not felt (any more)."""
    yield from _sign(facts, "bladder_sensation", "bladder_awareness", AWARENESS)


def _sign(facts: Facts, rule: str, column: str, scale: Sequence[str]) -> Iterator[Found]:
    signs = new_signs(facts)
    yield from in_each_order(
        facts,
        facts.visits,
        lambda order: (_one(facts, rule, step, signs) for step in steps(order, column, scale)),
    )


def _one(facts: Facts, rule: str, step: Step, signs: frozenset[str]) -> Found:
    """Urgent; with a new neurological sign an emergency, at any residual."""
    if with_sign(facts, signs, step.now):
        return finding(WITH_SIGN[rule], Level.EMERGENCY, step.now, step.column, before=step.before)
    missing = not_examined(facts, step.now)
    return finding(rule, Level.URGENT, step.now, step.column, before=step.before, missing=missing)


WITH_SIGN: Mapping[str, str] = {
    "bladder_incontinence": "bladder_incontinence_with_sign",
    "bladder_sensation": "bladder_sensation_with_sign",
}

RULES: tuple[Rule, ...] = (residual, indwelling, trial, volumes, incontinence, awareness)
