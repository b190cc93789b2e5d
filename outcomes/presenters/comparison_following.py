"""Who was followed, in words: from enrolment to each window, and every reason for absence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from outcomes.comparison import Comparison
from outcomes.comparison.following import Following
from outcomes.comparison_charts import EARLY, LATER
from outcomes.figures.base import Translate
from outcomes.figures.comparison.flow import STATES, Step, Window
from outcomes.presenters import comparison_question as asked
from outcomes.presenters.base import word
from outcomes.presenters.comparison import rounded
from outcomes.rules.cohort_analysis import (
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NO_WEAKER_LEG,
    NOT_RECORDED,
    NOT_YET_DUE,
    Group,
)
from outcomes.rules.cohort_following import ALL, EXAMINED, KINDS, LOST, AtWindow, Flow, kinds
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import BEFORE_OPERATION, DIED, MISSED, UNDECIDED
from outcomes.rules.text import gettext_noop as _

GROUP_WORDS = {
    ALL: _("all decompressed"),
    "day": EARLY,
    "over_a_day": LATER,
    "unclear": _("timing not known, or not on either side of 24 h"),
}
STATE_WORDS = {
    EXAMINED: _("examined"),
    NOT_RECORDED: _("examined, outcome not recorded"),
    UNDECIDED: _("examined, perhaps not in the window after the operation"),
    DEATH_UNKNOWN: _("died, not known whether by then"),
    NO_WEAKER_LEG: _("neither leg weaker at first"),
    DIED: _("died"),
    MISSED: _("no examination in the window after the operation"),
    "transferred": _("transferred"),
    NOT_YET_DUE: _("not yet due"),
    BEFORE_OPERATION: _("operated on after the window"),
    DUE_UNKNOWN: _("not known whether due"),
}
REASON = "losttofollowup.reason"
Count = Callable[[int | None], str]


@dataclass(frozen=True, slots=True)
class Line:
    words: str
    cells: tuple[str, ...]
    """By window."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Of each group everyone, and who was in each of the states that occur."""

    windows: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Line, ...]], ...]


def state_words(state: str, t: Translate) -> str:
    if state in STATE_WORDS:
        return t(STATE_WORDS[state])
    return t(_("lost: {reason}")).format(reason=word(REASON, state.removeprefix(f"{LOST}_")))


def group_words(group: str, question: Question, t: Translate) -> str:
    if group in (ALL, "unclear"):
        return t(GROUP_WORDS[group])
    since = t(asked.SINCE[question.exposure])
    return t(_("{group} after {event}")).format(group=t(GROUP_WORDS[group]), event=since)


def window_words(window: str, t: Translate) -> str:
    return asked.value("window", window, t)


# --- the figures ----------------------------------------------------------------------------------


def exactly(people: int | None) -> str:
    return str(people)


def roughly(t: Translate) -> Count:
    """Counts of people whose records the reader may not open."""
    return partial(rounded, t=t)


def steps(flow: Flow, question: Question, told: Count, t: Translate) -> list[Step]:
    """The way from enrolment through every window; who is not among them stands beside."""
    at = flow.steps
    if at.enrolled == 0:
        return []
    without = ((t(_("without research consent today")), told(at.without_consent)),)
    way = [Step(words=t(_("Enrolled")), people=told(at.enrolled), lost=without)]
    out = ((t(_("outside the filter")), told(at.filtered_out)),)
    consented = t(_("Research consent today"))
    left = ((t(_("not decompressed")), told(at.not_operated)),)
    if question.filters:
        way.append(Step(words=consented, people=told(at.consented), lost=out))
        way.append(Step(words=t(_("Within the filter")), people=told(at.counted), lost=left))
    else:
        way.append(Step(words=consented, people=told(at.consented), lost=left))
    way.append(Step(words=t(_("Decompressed")), people=told(at.decompressed)))
    if at.decompressed == 0:
        return way
    return way + [_at(row, told, t) for row in flow.at_windows if row.group == ALL]


def _at(row: AtWindow, told: Count, t: Translate) -> Step:
    examined, of = row.states[EXAMINED], row.people
    some = t(_("{k} of {n}")).format(k=told(examined), n=told(of))
    return Step(
        words=t(_("Examined: {window}")).format(window=window_words(row.window, t)),
        people=told(None) if examined is None and of is None else some,
        absent=tuple(
            (_any_words(state, t), told(people))
            for state, people in row.states.items()
            if state != EXAMINED and people
        ),
        window=True,
    )


def _any_words(state: str, t: Translate) -> str:
    """Of a state, or of a kind of them."""
    return state_words(state, t) if state in KINDS else t(STATES[state][0])


def windows(flow: Flow, question: Question, t: Translate) -> list[tuple[str, Sequence[Window]]]:
    """By group, the kinds of states at each window; groups that nobody is in are left out."""
    groups: dict[str, list[Window]] = {}
    for row in flow.at_windows:
        exact = row.states.keys() == KINDS.keys()
        counts = kinds(row.states) if exact else row.states
        if row.people != 0:
            shown = groups.setdefault(group_words(row.group, question, t), [])
            shown.append(Window(words=window_words(row.window, t), counts=counts))
    return list(groups.items())


# --- words ----------------------------------------------------------------------------------------


def reasons(flow: Flow, question: Question, t: Translate) -> Reasons:
    """Exact counts; groups that nobody is in are left out."""
    groups: dict[str, list[AtWindow]] = {}
    for row in flow.at_windows:
        groups.setdefault(row.group, []).append(row)
    told = (
        (group_words(group, question, t), _lines(rows, t))
        for group, rows in groups.items()
        if rows[0].people
    )
    rows = groups.get(ALL, [])
    return Reasons(tuple(window_words(row.window, t) for row in rows), tuple(told))


def _lines(rows: Sequence[AtWindow], t: Translate) -> tuple[Line, ...]:
    used = [state for state in KINDS if any(row.states[state] for row in rows)]
    return (
        Line(t(_("People")), tuple(str(row.people) for row in rows)),
        *(Line(state_words(one, t), tuple(str(row.states[one]) for row in rows)) for one in used),
    )


def sentences(found: Comparison | Following, t: Translate) -> list[str]:
    """How much is missing from each group of the analysis at the window that is asked for."""
    question = found.question
    said = _(
        "{group}: the outcome is known of {k} of {n}; of {missing} it is missing (due, or followed "
        "no longer), of {rest} it is not yet due."
    )
    if question.descriptive:  # an examination that is the last was never due
        said = _("{group}: the outcome is known of {k} of {n}.")
    groups = (("day", found.analysis.early), ("over_a_day", found.analysis.later))
    told = ((name, group, _none_possible(group, question, t)) for name, group in groups)
    return [
        t(said).format(
            group=_capital(group_words(name, question, t)),
            k=group.with_outcome,
            n=group.people,
            missing=group.missing,
            rest=group.people - group.with_outcome - group.missing - group.none_possible,
        )
        + none
        for name, group, none in told
        if group.people
    ]


def _none_possible(group: Group, question: Question, t: Translate) -> str:
    """Of how many there can be no such outcome; empty for nobody."""
    if not group.none_possible:
        return ""
    if question.outcome != "weaker_leg":
        said = _("Of {n} there can be none: they were operated on after the window.")
    elif question.clock == Question().clock or question.descriptive:
        said = _("Of {n} there can be none: neither leg was weaker at first.")
    else:
        said = _(
            "Of {n} there can be none: they were operated on after the window, or neither leg was "
            "weaker at first."
        )
    return " " + t(said).format(n=group.none_possible)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
