"""The outcome in words: what was compared, how each leg changed, and what limits it."""

from dataclasses import dataclass, field
from typing import Any

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.presenters.base import NOT_RECORDED, when, word
from outcomes.presenters.header import days_words
from outcomes.record import Record
from outcomes.rules.course import Followed
from outcomes.rules.grades import MAX_GRADE, arithmetic
from outcomes.rules.recovery import FLAG_TEXTS, Classification, Evidence, Outcome
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import Baseline
from outcomes.rules.values import Answer

CLASSES: dict[Classification, str] = {
    Classification.IMPROVED: _("Improved"),
    Classification.UNCHANGED: _("Unchanged"),
    Classification.WORSE: _("Worse"),
    Classification.MIXED: _("Mixed: one leg better, one worse"),
    Classification.CANNOT_TELL: _("Cannot tell"),
}
EVIDENCE: dict[Evidence, str] = {
    Evidence.LIKELY: _("Likely: a leg changed by two grades or more."),
    Evidence.POSSIBLE: _("Possible: no leg changed by more than one grade."),
    Evidence.DESCRIPTIVE: _("Described in words, without grades."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegChange:
    """One row: a leg (or both, or the worst), its grades, the change and the recovery ratio."""

    name: str
    start: str
    end: str
    change: str
    ratio: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWords:
    """The outcome in words: a headline, the legs, and what limits it."""

    headline: str
    evidence: str = ""
    start: str = ""
    end: str = ""
    legs: tuple[LegChange, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def outcome(followed: Followed[Any], record: Record, t: Translate) -> OutcomeWords:
    """Baseline against the last examination, with the reason where that cannot be told."""
    result = followed.outcome
    if result is None:
        return OutcomeWords(
            headline=t(CLASSES[Classification.CANNOT_TELL]),
            warnings=(
                *_without_surgery(record, t),
                t(followed.reason),
                *_stale(followed.baseline, t),
            ),
            notes=_first(followed, record, t),
        )
    reasons = [*_basis(followed, t), *(t(FLAG_TEXTS[flag]) for flag in result.flags)]
    return OutcomeWords(
        headline=t(CLASSES[result.classification]),
        evidence=t(EVIDENCE[result.evidence]) if result.evidence else "",
        start=_exam(followed.start, record, t),
        end=_exam(followed.last, record, t),
        legs=_legs(result, followed, t),
        warnings=(
            *_without_surgery(record, t),
            *_stale(followed.baseline, t),
            *_undecided(followed, t),
        ),
        notes=(*reasons, *_first(followed, record, t)),
    )


def _basis(followed: Followed[Any], t: Translate) -> list[str]:
    """What the grades stand for, where both examinations say the same."""
    exams = (*followed.start.candidates, *followed.last.candidates)
    stated = {visit.motor_basis for visit in exams}
    if len(stated) > 1 or stated & {None, "unspecified"}:
        return []
    basis = word("motor.basis", stated.pop())
    return [t(_("A leg grade stands for: {basis}.")).format(basis=basis)]


def _exam(picked: Any, record: Record, t: Translate) -> str:
    return "; ".join(visit_when(visit, record, t) for visit in picked.candidates)


def visit_when(visit: Any, record: Record, t: Translate) -> str:
    kind = words.words("visit.kind", visit.kind)
    return f"{kind}, {when(visit.when, record.day(visit.when), t)}"


def _legs(result: Outcome, followed: Followed[Any], t: Translate) -> tuple[LegChange, ...]:
    start, end = followed.start.exam, followed.last.exam
    rows = []
    for side, name in (("right", _("Right leg")), ("left", _("Left leg"))):
        rows.append(
            LegChange(
                name=t(name),
                start=leg_words(start, side, t) if start else t(_("several examinations")),
                end=leg_words(end, side, t) if end else t(_("several examinations")),
                change=_signed(getattr(result.change, side), t),
                ratio=_ratio(getattr(result.recovery_ratio, side), _leg(start, side), MAX_GRADE, t),
            )
        )
    rows.append(
        LegChange(
            name=t(_("Both legs, of 10")),
            start=_grade(_both(start), t),
            end=_grade(_both(end), t),
            change=_signed(result.change.total, t),
            ratio=_ratio(result.recovery_ratio.total, _both(start), 2 * MAX_GRADE, t),
        )
    )
    rows.append(
        LegChange(
            name=t(_("Worst leg")),
            start=_grade(result.worst_leg_initial, t),
            end=_grade(result.worst_leg_final, t),
            change=_signed(result.change.worst_leg, t),
            ratio=_ratio(result.recovery_ratio.worst_leg, result.worst_leg_initial, MAX_GRADE, t),
        )
    )
    return tuple(rows)


def _leg(visit: Any | None, side: str) -> int | None:
    return None if visit is None else arithmetic(getattr(visit, f"motor_{side}_grade"))


def _both(visit: Any | None) -> int | None:
    """The two legs' grades together; None where one is missing."""
    right, left = _leg(visit, "right"), _leg(visit, "left")
    return None if right is None or left is None else right + left


def leg_words(visit: Any, side: str, t: Translate) -> str:
    """The grade of a leg, or why there is none."""
    grade = getattr(visit, f"motor_{side}_grade")
    if grade is not None:
        return word(f"motor.{side}.grade", grade)
    reason = getattr(visit, f"motor_{side}_not_testable")
    if reason is not None:
        return t(_("not testable: {reason}")).format(reason=word("not_testable", reason))
    if visit.motor_not_done is not None:
        return t(_("not done: {reason}")).format(reason=word("not_done", visit.motor_not_done))
    return t(NOT_RECORDED)


def _grade(grade: int | None, t: Translate) -> str:
    return t(_("cannot tell")) if grade is None else str(grade)


def _signed(change: float | None, t: Translate) -> str:
    if change is None:
        return t(_("cannot tell"))
    if change == 0:
        return t(_("no change"))
    return f"{change:+g}".replace("-", "−")


def _ratio(ratio: float | None, start: int | None, most: int, t: Translate) -> str:
    if ratio is not None:
        return f"{ratio:.2f}".replace("-", "−")
    return t(_("at ceiling")) if start == most else t(_("cannot tell"))


def _without_surgery(record: Record, t: Translate) -> tuple[str, ...]:
    """Why nothing is counted from an operation, and what is compared instead."""
    if record.surgery.operated:
        return ()
    instead = _(
        "Days are counted from the cement; compared are the first and the last examination."
    )
    return (t(record.surgery.index.reason), t(instead))


def _stale(baseline: Baseline[Any] | None, t: Translate) -> tuple[str, ...]:
    if baseline is None or not baseline.candidates:
        return ()
    if baseline.stale is Answer.YES:
        age = days_words(baseline.age_days, t)
        text = _("Stale baseline: examined {age} before the operation. What changed in between "
                 "is not recovery after it.")  # fmt: skip
        return (t(text).format(age=age),)
    if baseline.stale is Answer.CANNOT_TELL:
        return (t(_("It is not known whether this baseline is stale.")),)
    return ()


def _undecided(followed: Followed[Any], t: Translate) -> tuple[str, ...]:
    """Examinations that belong to neither side until someone says which."""
    count = len({visit.pk for visit in (*followed.start.undecided, *followed.last.undecided)})
    if not count:
        return ()
    text = _("Left out until their time is known, before or after the operation: {count}.")
    return (t(text).format(count=count),)


def _first(followed: Followed[Any], record: Record, t: Translate) -> tuple[str, ...]:
    """The first examination after the cement, kept apart from recovery after surgery."""
    if followed.baseline is None or not followed.first.candidates:
        return ()
    if followed.first.candidates == followed.baseline.candidates:
        return (t(_("The baseline is also the first examination after the cement.")),)
    grades = "; ".join(
        t(_("{visit}: right {right}, left {left}")).format(
            visit=visit_when(visit, record, t),
            right=leg_words(visit, "right", t),
            left=leg_words(visit, "left", t),
        )
        for visit in followed.first.candidates
    )
    return (
        t(_("First examination after the cement, kept apart: {grades}.")).format(grades=grades),
    )
