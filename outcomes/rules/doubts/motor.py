"""A jump of grades since the last comparable examination (CLINICAL.md F: MRC jump ≥2)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from outcomes.rules.doubts.base import SIDES, Doubt, on
from outcomes.rules.facts import Fact
from outcomes.rules.grades import KEY_MUSCLES, Basis, arithmetic
from outcomes.rules.text import gettext_noop as _


def muscle(side: str, name: str) -> str:
    """The column of a key muscle."""
    return f"motor_{side}_muscles_{name.lower()}"


def basis(exam: Fact) -> str:
    """What its leg grades stand for; left out means unspecified."""
    return exam.get("motor_basis") or Basis.UNSPECIFIED


def same_basis(now: Fact, before: Sequence[Fact]) -> list[Fact]:
    """The examinations whose leg grades compare with these (CLINICAL.md J)."""
    return [exam for exam in before if basis(exam) == basis(now)]


def jumps(now: Fact, before: Sequence[Fact], least: Decimal) -> Iterator[Doubt]:
    """Each leg, and the key muscles of each leg, that changed by `least` grades or more.

    Each is held against the last earlier examination that graded it: a leg on the same basis, a
    muscle on any. 4-, 4 and 4+ count as 4. What was not graded is not compared.
    """
    comparable = same_basis(now, before)
    for side in SIDES:
        yield from _leg(now, comparable, side, least)
        yield from _muscles(now, before, side, least)


def _leg(now: Fact, comparable: Sequence[Fact], side: str, least: Decimal) -> Iterator[Doubt]:
    column = f"motor_{side}_grade"
    last = next((exam for exam in reversed(comparable) if exam.get(column)), None)
    grade, was = arithmetic(now.get(column)), arithmetic(last.get(column)) if last else None
    if last is None or grade is None or was is None or abs(grade - was) < least:
        return
    yield Doubt(
        path=("motor", side, "grade"),
        code="grade_jump",
        message=_("Grade {now}, but {before} on {date}: check the leg and the grade."),
        values={"now": now.get(column), "before": last.get(column), "date": on(last)},
    )


def _muscles(now: Fact, before: Sequence[Fact], side: str, least: Decimal) -> Iterator[Doubt]:
    """One question for a leg, naming each of its muscles that jumped."""
    changed = [
        (name, was, grade, last)
        for name in KEY_MUSCLES
        for was, grade, last in [_muscle(now, before, muscle(side, name))]
        if was is not None and grade is not None and abs(grade - was) >= least
    ]
    if not changed:
        return
    told = ", ".join(
        f"{name} {was} → {grade} ({on(last)})" for name, was, grade, last in changed if last
    )
    yield Doubt(
        path=("motor", side, "muscles", changed[0][0]),
        code="muscle_jump",
        message=_("{muscles}: check the leg and the grades."),
        values={"muscles": told},
    )


def _muscle(
    now: Fact, before: Sequence[Fact], column: str
) -> tuple[int | None, int | None, Fact | None]:
    last = next((exam for exam in reversed(before) if exam.get(column) is not None), None)
    return (last.get(column) if last else None), now.get(column), last
