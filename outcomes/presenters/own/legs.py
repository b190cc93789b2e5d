"""How strong are the legs? The grade of each leg in plain words, its change, its picture."""

from collections.abc import Sequence
from typing import Any

from outcomes import plain_words
from outcomes.figures import phone
from outcomes.figures.base import Subject, Table, Translate, number
from outcomes.figures.recovery import PLACES
from outcomes.figures.series import LEFT, RIGHT, Style
from outcomes.presenters.base import word
from outcomes.presenters.own.base import Told, Topic, examinations, lacking, latest, told_when
from outcomes.record import Record, examined, legs_of
from outcomes.rules import course, plainly
from outcomes.rules.course import Followed
from outcomes.rules.grades import Basis
from outcomes.rules.plainly import Change
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer

SHORT = _("Legs")
QUESTION = _("How strong are the legs?")
SIDES: dict[str, Style] = {"right": RIGHT, "left": LEFT}

CHANGES = {
    Change.STRONGER: _("{leg}: stronger than at the examination before the operation."),
    Change.PERHAPS_STRONGER: _(
        "{leg}: perhaps a little stronger than before the operation. Your team will check again."
    ),
    Change.SAME: _("{leg}: about as strong as at the examination before the operation."),
    Change.WEAKER: _("{leg}: weaker than at the examination before the operation."),
    Change.OTHER_BASIS: _(
        "{leg}: cannot be compared with the time before the operation, because the two "
        "examinations did not grade the leg in the same way."
    ),
    Change.ORDER_UNKNOWN: _(
        "{leg}: cannot be compared, because it is not known which examination came first."
    ),
    Change.NOT_GRADED: _(
        "{leg}: cannot be compared, because one of the two examinations has no grade for it."
    ),
}
NOT_OPERATED = {
    Change.STRONGER: _("{leg}: stronger than at the first examination."),
    Change.PERHAPS_STRONGER: _(
        "{leg}: perhaps a little stronger than at the first examination. Your team will check "
        "again."
    ),
    Change.SAME: _("{leg}: about as strong as at the first examination."),
    Change.WEAKER: _("{leg}: weaker than at the first examination."),
    Change.OTHER_BASIS: _(
        "{leg}: cannot be compared with the first examination, because the two did not grade the "
        "leg in the same way."
    ),
}
NOTHING = {
    (Change.NO_START, True): _(
        "No examination from before the operation is recorded here, so there is nothing to "
        "compare with."
    ),
    (Change.NO_END, True): _("No examination since the operation is recorded here yet."),
    (Change.NO_START, False): _("There is no second examination to compare with yet."),
    (Change.NO_END, False): _("No examination since the cement is recorded here yet."),
}
FELL = _("{leg}: weaker than at the examination of {when}.")
TALK = _(
    "Your team has this result. Talk with them about what it means; you need not wait for the "
    "next visit."
)
STALE = _(
    "The examination before the operation was {days} days before it, so a part of the change may "
    "come from the time before the operation."
)
STALENESS_UNKNOWN = _(
    "It is not known how long before the operation that examination was, so a part of the change "
    "may come from the time before the operation."
)


def legs(record: Record, subject: Subject, t: Translate) -> Topic:
    """Of the visits that the reader may see."""
    exams = [visit for visit in record.visits if examined(visit)]
    if not exams:
        never = t(_("The legs have not been examined here yet."))
        lacks = lacking(record, "motor", None, t) or never
        return Topic(name="legs", question=t(QUESTION), short=t(SHORT), lacking=lacks)
    shown = {side: latest(record, lambda v, s=side: _told(v, s)) for side in SIDES}
    newest = latest(record, examined)
    return Topic(
        name="legs",
        question=t(QUESTION),
        short=t(SHORT),
        now=tuple(_now(visit, side, record, t) for side, visit in shown.items()),
        change=tuple(changes(exams, record, t)),
        lacking=lacking(record, "motor", newest, t),
        figure=_picture(exams, record, subject, t),
        key=(examinations(len(exams), t),),
    )


def _told(visit: Any, side: str) -> bool:
    return any(
        getattr(visit, f"motor_{side}_{what}") is not None for what in ("grade", "not_testable")
    )


def _now(visit: Any | None, side: str, record: Record, t: Translate) -> Told:
    name = t(SIDES[side].name)
    if visit is None:
        return Told(about=name, words=t(_("not examined yet")))
    return Told(about=name, words=leg_words(visit, side, t), when=told_when(visit, record, t))


def leg_words(visit: Any, side: str, t: Translate) -> str:
    """The grade of a leg in plain words, or why there is none; never "normal" from silence."""
    grade = getattr(visit, f"motor_{side}_grade")
    if grade is not None:
        words = plain_words.plain("mrc_plain", grade)
        if visit.motor_basis == Basis.WEAKEST_KEY_MUSCLE:
            return t(_("in the weakest muscles tested, {words}")).format(words=words)
        return words
    reason = getattr(visit, f"motor_{side}_not_testable")
    if reason is not None:
        return t(_("could not be tested: {reason}")).format(reason=word("not_testable", reason))
    return t(_("not examined"))


# ---------------------------------------------------------------- change


def changes(exams: Sequence[Any], record: Record, t: Translate) -> list[str]:
    """How each leg changed since the operation, in sentences; only what compares."""
    anchors = record.surgery.anchors
    followed = course.follow(exams, anchors=anchors, legs=legs_of)
    found = {side: plainly.change(followed, side) for side in SIDES}
    nothing = NOTHING.get((found["right"], record.surgery.operated))
    if nothing:
        return [t(nothing)]
    told = [_sentence(found[side], side, record, t) for side in SIDES]
    fell = {
        side: plainly.fell_since(exams, followed, side, anchors=anchors, legs=legs_of)
        for side in SIDES
    }
    told += [
        t(FELL).format(leg=t(SIDES[side].name), when=told_when(exam, record, t))
        for side, exam in fell.items()
        if exam is not None
    ]
    if Change.WEAKER in found.values() or any(fell.values()):
        told.append(t(TALK))
    return [*told, *_stale(followed, found.values(), t)]


def _sentence(found: Change, side: str, record: Record, t: Translate) -> str:
    words = CHANGES if record.surgery.operated else CHANGES | NOT_OPERATED
    return t(words[found]).format(leg=t(SIDES[side].name))


COMPARED = {Change.STRONGER, Change.PERHAPS_STRONGER, Change.SAME, Change.WEAKER}


def _stale(followed: Followed[Any], found: Any, t: Translate) -> list[str]:
    baseline = followed.baseline
    if baseline is None or not COMPARED.intersection(found):
        return []
    if baseline.stale is Answer.YES and baseline.age_days.best is not None:
        return [t(STALE).format(days=number(baseline.age_days.best))]
    unsure = baseline.stale in (Answer.YES, Answer.CANNOT_TELL)
    return [t(STALENESS_UNKNOWN)] if unsure else []


# ---------------------------------------------------------------- the picture


def _picture(
    exams: Sequence[Any], record: Record, subject: Subject, t: Translate
) -> phone.Figure | None:
    lines = [
        phone.Line(style=style, dots=_dots(exams, side, record, t)) for side, style in SIDES.items()
    ]
    if all(dot.at is None for line in lines for dot in line.dots):
        return None
    steps = [
        phone.Step(at=PLACES[code], words=plain_words.plain("mrc_short", code))
        for code in plain_words.codes("mrc_short")
    ]
    table = Table(
        headers=(t(_("When")), *(t(style.name) for style in SIDES.values())),
        rows=tuple(
            (told_when(v, record, t), *(leg_words(v, side, t) for side in SIDES)) for v in exams
        ),
    )
    return phone.picture(
        "own-legs", t(QUESTION), lines, steps, subject, t=t, table=table,
        description=described(table),
    )  # fmt: skip


def _dots(exams: Sequence[Any], side: str, record: Record, t: Translate) -> list[phone.Dot]:
    return [
        phone.Dot(
            on=record.day(visit.when),
            at=PLACES.get(getattr(visit, f"motor_{side}_grade")),
            words=f"{told_when(visit, record, t)}: {leg_words(visit, side, t)}",
        )
        for visit in exams
        if _told(visit, side)
    ]


def described(table: Table) -> str:
    """The picture read aloud: its first and its last row."""
    rows = table.rows[:1] if len(table.rows) == 1 else (table.rows[0], table.rows[-1])
    return " ".join(
        f"{row[0]}: "
        + "; ".join(
            f"{head}: {cell}" for head, cell in zip(table.headers[1:], row[1:], strict=True)
        )
        + "."
        for row in rows
    )
