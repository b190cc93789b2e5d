"""The follow-up plan as a card: each planned visit, where it stands, its days and dates."""

import datetime as dt
from dataclasses import dataclass

from outcomes import words
from outcomes.figures.base import Translate, number
from outcomes.presenters.base import capital, word
from outcomes.rules.plan import Plan, Planned, Standing
from outcomes.rules.reminders import Obstacle
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Answer
from outcomes.rules.worklist import Followed

STANDINGS = {
    Standing.DONE: _("Done"),
    Standing.DUE: _("Due"),
    Standing.OVERDUE: _("Overdue"),
    Standing.OPEN: _("Window open"),
    Standing.NOT_YET: _("Not yet"),
    Standing.MISSED: _("Missed"),
    Standing.NOT_RECORDED: _("Not recorded"),
    Standing.NOT_ASKED: _("No longer asked for"),
    Standing.CANNOT_TELL: _("Cannot tell"),
}
ENDED = {
    Obstacle.ENTERED_IN_ERROR: _("The record was entered in error: nothing is planned."),
    Obstacle.PUBLISHED: _("A published case: nothing is planned."),
    Obstacle.DIED: _("The patient has died: nothing is asked for any more."),
    Obstacle.TRANSFERRED: _("Care was transferred: nothing is asked for here any more."),
    Obstacle.WITHDRAWN: _("The patient has withdrawn: nothing is asked for any more."),
    Obstacle.LOST: _("Lost to follow-up: nothing is asked for until they are seen again."),
    Obstacle.CONSENT_WITHDRAWN: _("Consent to care is withdrawn: nothing is asked for."),
}
CORE = {
    "motor": _("strength"),
    "sensation": _("sensation"),
    "bladder": _("bladder"),
    "bowel": _("bowel"),
    "walking": _("walking"),
    "pain": _("pain"),
    "wound": _("wound"),
    "pvr": _("post-void residual"),
    "crp": _("CRP"),
    "drugs": _("medication"),
    "bone_drug": _("bone medication"),
    "dxa": _("bone density (DXA)"),
    "late_decline": _("late decline"),
}
ASKED_NOW = (Standing.DUE, Standing.OVERDUE, Standing.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    kind: str
    name: str
    standing: str
    state: str
    when: str
    note: str
    record: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def card(plan: Plan, followed: Followed, t: Translate) -> Card:
    notes = [t(ENDED[plan.ended])] if plan.ended else []
    if not plan.ended and plan.reason:
        notes.append(t(plan.reason))
    if not followed.operated and not plan.reason:
        notes.append(t(_("Not operated: days are counted from the cement.")))
    # nobody ever planned a visit of a published case
    shown = () if plan.ended is Obstacle.PUBLISHED else plan.visits
    return Card(rows=tuple(_row(one, followed, t) for one in shown), notes=tuple(notes))


def visit_name(planned: Planned) -> str:
    """The visit in words; of those that come every year, which year."""
    name = words.words("visit.kind", planned.kind)
    if planned.kind != "yearly" or planned.target is None:
        return name
    return f"{name} ({planned.target // 365})"


def target_words(planned: Planned, followed: Followed, t: Translate) -> str:
    """The target's day and date; of an event without a window nothing."""
    if planned.target is None:
        return ""
    date = dates_words(followed.dates(planned.target), t)
    if not date:
        return t(_("day {day}")).format(day=planned.target)
    return t(_("day {day}, {date}")).format(day=planned.target, date=date)


def dates_words(dates: tuple[dt.date, dt.date] | None, t: Translate) -> str:
    if dates is None:
        return ""
    if dates[0] == dates[1]:
        return dates[0].isoformat()
    return t(_("between {low} and {high}")).format(low=dates[0], high=dates[1])


def _row(planned: Planned, followed: Followed, t: Translate) -> Row:
    return Row(
        kind=planned.kind,
        name=visit_name(planned),
        standing=planned.standing.value,
        state=t(STANDINGS[planned.standing]),
        when=_when(planned, followed, t),
        note=_note(planned, t),
        record=planned.standing in ASKED_NOW,
    )


def _when(planned: Planned, followed: Followed, t: Translate) -> str:
    """When it was done, else its target and window."""
    if planned.by is not None:
        day = planned.by.day
        if day.best is None:
            return t(_("day not known"))
        date = dates_words(followed.dates(int(day.best)), t)
        told = t(_("day {day}")).format(day=number(day.best))
        return capital(f"{told}, {date}" if date else told)
    if planned.first is None or planned.last is None or planned.standing is Standing.NOT_ASKED:
        return ""
    window = t(_("window day {first} to {last}")).format(first=planned.first, last=planned.last)
    closes = followed.dates(planned.last)
    if closes and planned.standing in ASKED_NOW:
        until = t(_("until {date}")).format(date=dates_words(closes, t))
        window = f"{window}, {until}"
    target = target_words(planned, followed, t)
    return f"{capital(target)}; {window}" if target else capital(window)


def _note(planned: Planned, t: Translate) -> str:
    notes = []
    if planned.standing is Standing.DONE:
        if planned.by and planned.by.kind != planned.kind:
            kind = word("visit.kind", planned.by.kind)
            notes.append(t(_("by the visit “{kind}”")).format(kind=kind))
        if planned.in_window in (Answer.NO, Answer.CANNOT_TELL):
            outside = planned.in_window is Answer.NO
            notes.append(t(OUTSIDE) if outside else t(_("whether in its window cannot be told")))
    if planned.lacks:
        lacking = ", ".join(t(CORE[part]) for part in planned.lacks)
        notes.append(t(_("not recorded: {parts}")).format(parts=lacking))
    elif planned.core and planned.standing in ASKED_NOW:
        core = ", ".join(t(CORE[part]) for part in planned.core)
        notes.append(t(_("core: {parts}")).format(parts=core))
    return capital("; ".join(notes))


OUTSIDE = _("outside its window")
