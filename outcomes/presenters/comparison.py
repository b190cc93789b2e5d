"""What the comparison says in words: exact sentences, and no more than the data carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.comparison import Comparison
from outcomes.comparison.following import Following
from outcomes.comparison.funnel import Known, Remaining
from outcomes.comparison_charts import EARLY, LATER
from outcomes.figures.base import Translate
from outcomes.figures.percents import percent
from outcomes.presenters import comparison_question as asked
from outcomes.presenters.comparison_words import counted
from outcomes.rules.cohort_analysis import Analysis, Group, Share
from outcomes.rules.cohort_protected import FEWEST_IN_STRATUM, Coarse
from outcomes.rules.cohort_question import GRADES, Question
from outcomes.rules.statistics.proportions import Difference, Interval
from outcomes.rules.statistics.wins import WinProbability
from outcomes.rules.text import gettext_noop as _

SYNTHETIC = "synthetic"
# outcomes that are yes or no, as they end a sentence
ENDED = {
    "walks_alone": _("walking alone"),
    "voids": _("emptying the bladder without a catheter"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the funnel: what is asked, and people, timing, outcome and both in words.

    `others` are people whose records the reader may not open; empty where there are none.
    """

    label: str
    open: tuple[str, ...]
    others: tuple[str, ...]
    withheld: bool

    @property
    def has_others(self) -> bool:
        return self.withheld or bool(self.others)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How many of each group ended at a cut or better."""

    label: str
    early: str
    later: str
    difference: str
    if_missing: tuple[str, str]


# --- who remains ----------------------------------------------------------------------------------


def rows(steps: Sequence[Remaining], question: Question, t: Translate) -> list[Row]:
    return [_row(step, question, t) for step in steps]


def _row(step: Remaining, question: Question, t: Translate) -> Row:
    label = t(_("Everyone with research consent today"))
    if step.filter:
        label = f"{asked.name(step.filter[0], t)}: {asked.value(*step.filter, t)}"
    return Row(
        label=label,
        open=tuple(str(count) for count in _counts(step.open)),
        others=tuple(rounded(c, t) for c in _counts(step.others)) if step.others else (),
        withheld=step.withheld,
    )


def _counts(known: Known) -> tuple[int | None, ...]:
    return known.people, known.with_timing, known.with_outcome, known.with_both


def rounded(people: int | None, t: Translate) -> str:
    """A count of people whose records the reader may not open; a hidden one may be of a few, or be
    so for what it leaves of another."""
    return t(_("not told")) if people is None else t(_("about {n}")).format(n=people)


# --- the groups -----------------------------------------------------------------------------------


def shares(analysis: Analysis, question: Question, t: Translate) -> list[ShareRow]:
    """A row for each value that people may end at "or better"; none where nobody has both."""
    if not analysis.with_both:
        return []
    differences = analysis.differences or (None,) * len(analysis.early.shares)
    pairs = zip(analysis.early.shares, analysis.later.shares, differences, strict=True)
    return [
        ShareRow(
            label=cut_words(one.grade, question, t),
            early=count_words(one, t),
            later=count_words(other, t),
            difference=_difference(difference, t),
            if_missing=(_if_missing(one, t), _if_missing(other, t)),
        )
        for one, other, difference in pairs
    ]


def cut_words(cut: int, question: Question, t: Translate) -> str:
    scale = asked.scale(question, t)
    if cut == scale.high:
        return scale.words(cut)
    return t(_("{value} or better")).format(value=scale.words(cut))


def count_words(share: Share, t: Translate) -> str:
    """ "3 of 5; 15–95 %"."""
    told = t(_("{k} of {n}")).format(k=share.count.k, n=share.count.n)
    return f"{told}; {percent(share.interval)}" if share.interval else told


def _if_missing(share: Share, t: Translate) -> str:
    return percent(share.if_missing) if share.if_missing else t(_("nobody"))


def _difference(difference: Difference | None, t: Translate) -> str:
    if difference is None:
        return ""
    return t(_("{value} points ({lower} to {upper})")).format(
        value=points(difference.value),
        lower=points(difference.interval.lower),
        upper=points(difference.interval.upper),
    )


def points(share: float) -> str:
    """Zero has no sign."""
    rounded = round(100 * share)
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"


def sentences(analysis: Analysis, question: Question, t: Translate) -> list[str]:
    """Of each group that has anybody, the middle cut in a sentence that can be read out."""
    cut = len(question.scale.cuts) // 2
    groups = ((EARLY, analysis.early), (LATER, analysis.later))
    return [_sentence(words, group, cut, question, t) for words, group in groups]


def _sentence(words: str, group: Group, cut: int, question: Question, t: Translate) -> str:
    share, since = group.shares[cut], t(asked.SINCE[question.exposure])
    values = {
        "k": share.count.k,
        "n": share.count.n,
        "group": t(words),
        "since": since,
        "ended": _ended(share.grade, question, t),
        "interval": share.interval and percent(share.interval),
    }
    if not share.count.n:
        said = _("Nobody decompressed {group} after {since} has this outcome recorded.")
    elif share.interval is None:
        said = counted(
            share.count.n,
            _("{k} of 1 person decompressed {group} after {since} ended {ended}."),
            _("{k} of {n} people decompressed {group} after {since} ended {ended}."),
        )
    else:
        said = counted(
            share.count.n,
            _(
                "{k} of 1 person decompressed {group} after {since} ended {ended}; "
                "exact 95 % interval {interval}."
            ),
            _(
                "{k} of {n} people decompressed {group} after {since} ended {ended}; "
                "exact 95 % interval {interval}."
            ),
        )
    return t(said).format(**values)


def _ended(cut: int, question: Question, t: Translate) -> str:
    if question.outcome in ENDED:
        return t(ENDED[question.outcome])
    said = _("at grade {cut}") if question.scale == GRADES else _("at {cut}")
    return t(said).format(cut=cut_words(cut, question, t))


# --- the analysis ---------------------------------------------------------------------------------


PRIMARY = _("The one primary analysis, locked before there were data.")
OF_A_PART = _(
    "Exploratory: no p-value. The primary analysis is of the whole registry: it is told to those "
    "who may open every record."
)
EXPLORATORY = _("Exploratory: no p-value.")


@dataclass(frozen=True, slots=True)
class Told:
    """The comparison of the groups: its standing, and what may be said."""

    status: str
    lines: tuple[str, ...]


def analysed(found: Comparison | Following, t: Translate) -> Told:
    analysis = found.analysis
    lines = []
    if analysis.win is not None:
        lines.append(_win(analysis.win.value, analysis.win.interval, found.question, t))
        lines += _bounds(analysis.win_if_missing, t)
        lines.append(_paired(analysis.win, t))
        if analysis.without_first:
            some = _("First grade not known, so in no pair: {n}.")
            lines.append(t(some).format(n=analysis.without_first))
    elif analysis.compared:
        lines.append(no_win(analysis, t))
    elif not found.question.descriptive:
        too_few = _(
            "Fewer than {preset} people with timing and outcome in a group ({early} and {later}): "
            "counts and exact shares only."
        )
        lines.append(
            t(too_few).format(
                preset=analysis.preset,
                early=analysis.early.with_outcome,
                later=analysis.later.with_outcome,
            )
        )
    if analysis.p is not None:
        lines.append(t(_("van Elteren’s test: p {p}.")).format(p=p_words(analysis.p)))
    return Told(status(analysis, found.question, t), tuple(lines))


def no_win(analysis: Analysis, t: Translate) -> str:
    """Why two groups that are large enough have no win probability."""
    if not any(analysis.in_pairs):
        return t(_("No first grade was found in both groups: no win probability was computed."))
    few = _(
        "Fewer than {preset} people in a group have a first grade that the other has too "
        "({early} and {later}): no win probability was computed."
    )
    early, later = analysis.in_pairs
    return t(few).format(preset=analysis.preset, early=early, later=later)


def of_others(found: Coarse, question: Question, t: Translate) -> list[str]:
    """Of people whose records the reader may not open, to the nearest twentieth."""
    firsts = _(
        "In pairs: people of first grade {grades}, of whom {fewest} or more in each group have "
        "this outcome."
    )
    return [
        t(EXPLORATORY),
        _win(found.win, found.interval, question, t),
        *_bounds(found.if_missing, t),
        t(firsts).format(grades=", ".join(map(str, found.firsts)), fewest=FEWEST_IN_STRATUM),
    ]


def status(analysis: Analysis, question: Question, t: Translate) -> str:
    if analysis.primary and question.origin == SYNTHETIC:
        return t(_("The primary analysis as it was locked, here on made-up people."))
    if analysis.primary:
        return t(PRIMARY)
    if question.primary:
        return t(OF_A_PART)
    if question.descriptive:
        return t(_("Description only: people were last seen at different times."))
    return t(EXPLORATORY)


def p_words(p: float) -> str:
    return "< 0.001" if p < SMALLEST_P else f"= {p:.3f}"


SMALLEST_P = 0.001


NO_INTERVAL = _(
    "An interval could not be given: of some first grade a group has one person alone, or all "
    "pairs ended alike."
)


def _win(value: float, interval: Interval | None, question: Question, t: Translate) -> str:
    told = _(
        "Of two people with the same first grade, one from each group, the one decompressed 24 h "
        "or less after {since} ended better in {value} % of pairs (a tie counts half){interval}."
    )
    within = (
        t(_(", 95 % interval {interval}")).format(interval=percent(interval)) if interval else ""
    )
    said = t(told).format(
        since=t(asked.SINCE[question.exposure]),
        value=percent(Interval(value, value)).removesuffix(" %"),
        interval=within,
    )
    return said if interval else f"{said} {t(NO_INTERVAL)}"


def _paired(win: WinProbability, t: Translate) -> str:
    """How many the pairs are of: whose first grade nobody of the other group has is in none."""
    told = counted(
        win.strata,
        _("In pairs: {n} people, of 1 first grade that both groups have."),
        _("In pairs: {n} people, of {strata} first grades that both groups have."),
    )
    return t(told).format(n=win.people, strata=win.strata)


def _bounds(interval: Interval | None, t: Translate) -> list[str]:
    if interval is None or interval.lower == interval.upper:
        return []
    told = _(
        "If everyone whose outcome is missing had ended as badly, or as well, as can be: {range}."
    )
    return [t(told).format(range=percent(interval))]
