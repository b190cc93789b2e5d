"""The methods of one answer of the comparison, as a paragraph for a paper: what was computed.

Every sentence depends on the answer: what was not computed is not described, or it is said that it
was not and why. An association is never called an effect.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes.comparison import Comparison
from outcomes.figures.base import Translate
from outcomes.presenters import comparison_question as asked
from outcomes.presenters.comparison import NO_INTERVAL, no_win, status
from outcomes.presenters.comparison_words import counted
from outcomes.rules.anonymity import FEWEST_ALIKE, FEWEST_HOURS
from outcomes.rules.cohort_analysis import (
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NO_WEAKER_LEG,
    NOT_RECORDED,
    NOT_YET_DUE,
    Analysis,
)
from outcomes.rules.cohort_computed import RESAMPLES, SEED, Why
from outcomes.rules.cohort_protected import FEWEST_IN_STRATUM
from outcomes.rules.cohort_summary import BEFORE_OPERATION, MISSED, UNDECIDED, Band
from outcomes.rules.disclosure import ESTIMATE_STEP, MOST_HIDDEN, STEP
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor

TRANSFERRED, LOST = "transferred", "lost"
EXPLORATORY = _("Shares and differences are no part of the primary analysis: exploratory.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    product: str
    literature: str
    scipy: str
    numpy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """Of the file of people: how many there are, of how many a trait is withheld, and of how many
    the hours are told as a band."""

    people: int
    coarsened: int
    by_band: int


# why there is no outcome, in the order in which it is told
WHY: dict[str, str] = {
    NOT_YET_DUE: _("{n} not yet due"),
    DUE_UNKNOWN: _("{n} of whom it is not known whether they are due"),
    MISSED: _("{n} without an examination in the window after the operation"),
    NOT_RECORDED: _("{n} examined without this finding"),
    DEATH_UNKNOWN: _("{n} who died, not known whether by then"),
    UNDECIDED: _("{n} with examinations of uncertain time between which was not chosen"),
    TRANSFERRED: _("{n} transferred"),
    LOST: _("{n} lost to follow-up"),
    BEFORE_OPERATION: _("{n} operated on after the window"),
    NO_WEAKER_LEG: _("{n} with neither leg weaker at first"),
}
NO_GROUP: dict[Band, str] = {
    Band.NOT_OPERATED: _("{n} not decompressed, never compared with those who were"),
    Band.UNKNOWN: _("{n} of unknown timing"),
    Band.UNCLASSIFIABLE: _("{n} whose bounds lie astride 24 h"),
}


def methods(
    found: Comparison,
    computed: Mapping[str, Any] | None,
    guarded: Guarded | None,
    versions: Versions,
    t: Translate,
) -> str:
    """One paragraph, already translated.

    `computed` is what the worker made (`comparison.computed.as_json`), None while it has not;
    `guarded` is None where no file of people was made.
    """
    parts = (
        *_question(found, t),
        *_people(found, t),
        *_outcome(found, t),
        *_shares(found, t),
        *_groups(found, t),
        *_computed(computed, t),
        *_others(found, t),
        *_file(guarded, t),
        *_stamp(found, computed, versions, t),
    )
    return " ".join(parts)


def _question(found: Comparison, t: Translate) -> Iterator[str]:
    question = found.question
    yield t(_("Question: {told}.")).format(told=", ".join(asked.told(question, t)))
    if question.primary:
        yield status(found.analysis, question, t)
    elif question.descriptive:
        yield t(_("This is a description only: people were last examined at different times."))
    else:
        yield t(_("This analysis is exploratory; no p-value was computed."))


def _people(found: Comparison, t: Translate) -> Iterator[str]:
    analysis = found.analysis
    if found.question.origin == "synthetic":
        who = (
            _("Counted was one made-up person of the simulation, who is not real."),
            _("Counted were {n} made-up people of the simulation, none of them real."),
        )
    elif found.others is None:
        who = (
            _("Counted was one person of the registry whose research consent stood on {on}."),
            _("Counted were {n} people of the registry whose research consent stood on {on}."),
        )
    else:
        who = (
            _(
                "Counted one by one was one person of the registry whose research consent stood on "
                "{on} and whose record the reader may open."
            ),
            _(
                "Counted one by one were {n} people of the registry whose research consent stood "
                "on {on} and whose records the reader may open."
            ),
        )
    yield t(counted(analysis.people, *who)).format(n=analysis.people, on=found.on.isoformat())
    yield t(
        _(
            "{timing} had a known time from {since} to decompression, {outcome} the outcome, "
            "{both} both."
        )
    ).format(
        timing=analysis.with_timing,
        outcome=analysis.with_outcome,
        both=analysis.with_both,
        since=t(asked.SINCE[found.question.exposure]),
    )
    yield from _left_out(found, t)


def _left_out(found: Comparison, t: Translate) -> Iterator[str]:
    bands, why = Counter[Band](), Counter[str]()
    for cell in found.cells:
        bands[cell.band] += cell.people
        if cell.outcome is None and cell.band not in NO_GROUP:
            why[LOST if cell.why.startswith(LOST) else cell.why] += cell.people
    groups = [t(words).format(n=bands[band]) for band, words in NO_GROUP.items() if bands[band]]
    if groups:
        yield t(_("In neither group: {people}.")).format(people="; ".join(groups))
    missing = [t(words).format(n=why[code]) for code, words in WHY.items() if why[code]]
    if missing:
        yield t(_("In a group but without the outcome: {people}.")).format(
            people="; ".join(missing)
        )


def _outcome(found: Comparison, t: Translate) -> Iterator[str]:
    question, analysis = found.question, found.analysis
    yield t(
        _(
            "Hours were taken with their bounds, never at a midpoint, and a person was put in a "
            "group (24 h or less, more than 24 h) only where both bounds agree."
        )
    )
    if question.descriptive:
        yield t(_("The outcome is that of the last examination."))
    else:
        yield t(
            _(
                "The outcome is that of the one examination that the analysis window picks; "
                "between several candidates none was chosen."
            )
        )
        if question.clock == Anchor.CEMENT:
            yield t(
                _(
                    "The window counts from the cement; of people who were decompressed only "
                    "examinations certainly after the incision were considered, and who was "
                    "operated on after the window has no outcome and is not counted as missing."
                )
            )
    if question.outcome == "weaker_leg":
        yield t(
            _(
                "People with neither leg weaker at first have no such outcome, dead or alive, and "
                "are not counted as missing."
            )
        )
    dead = analysis.early.dead + analysis.later.dead
    if dead:
        yield t(
            _(
                "Of those in a group {n} had died by then; death is the worst rank, below every "
                "value."
            )
        ).format(n=dead)


def _shares(found: Comparison, t: Translate) -> Iterator[str]:
    analysis = found.analysis
    if not analysis.with_both:
        yield t(_("Nobody has both timing and outcome: nothing was estimated."))
        return
    if found.question.descriptive:
        yield t(_("Only counts are given."))
        return
    yield t(
        _(
            "How many of each group ended at a value or better is given with exact "
            "(Clopper–Pearson) 95 % intervals."
        )
    )
    if found.analysis.primary:
        yield t(EXPLORATORY)
    missing = analysis.early.missing, analysis.later.missing
    if any(missing):
        yield t(
            _(
                "People whose outcome is missing, since it was due or they are followed no longer "
                "({early} and {later}), were left out; each share is given as well as if all of "
                "them had ended below, or at it."
            )
        ).format(early=missing[0], later=missing[1])


def _groups(found: Comparison, t: Translate) -> Iterator[str]:
    analysis = found.analysis
    if found.question.descriptive or not analysis.with_both:
        return
    if not analysis.compared:
        yield t(
            _(
                "The groups were not compared: fewer than the preset {preset} people of a group "
                "had timing and outcome ({early} and {later})."
            )
        ).format(
            preset=analysis.preset,
            early=analysis.early.with_outcome,
            later=analysis.later.with_outcome,
        )
        return
    yield t(
        _(
            "Differences of shares are given with Newcombe’s 95 % intervals (method 10, from "
            "Wilson’s)."
        )
    )
    yield from _win(analysis, t)


def _win(analysis: Analysis, t: Translate) -> Iterator[str]:
    if analysis.win is None:
        yield no_win(analysis, t)
        return
    yield t(
        _(
            "The win probability (a tie counting half) was stratified by the first grade of the "
            "worse leg after the cement and before the incision (grades found in both groups: "
            "{strata}, with {n} people), with van Elteren’s weights mn/(N+1)."
        )
    ).format(strata=analysis.win.strata, n=analysis.win.people)
    if analysis.win.interval is None:
        yield t(NO_INTERVAL)
    else:
        yield t(_("Its 95 % interval is taken on the logit scale from placement values."))
    if analysis.win_if_missing is not None:
        yield t(
            _(
                "It is given as well with everyone whose outcome is missing counted as dead in one "
                "group and at the best value in the other, and the other way round."
            )
        )
    if analysis.without_first:
        without = counted(
            analysis.without_first,
            _("One person without a known first grade is in no stratum."),
            _("{n} people without a known first grade are in no stratum."),
        )
        yield t(without).format(n=analysis.without_first)
    if analysis.p is not None:
        yield t(
            _(
                "The p-value is that of van Elteren’s test, two-sided, by the normal approximation "
                "with ties and without continuity correction."
            )
        )


def _computed(found: Mapping[str, Any] | None, t: Translate) -> Iterator[str]:
    if found is None:
        return
    yield from _tau(found["tau"], found["bounds"], t)
    yield from _recovery(found["recovery"], t)


def _tau(tau: Mapping[str, Any], bounds: Mapping[str, Any], t: Translate) -> Iterator[str]:
    if tau["why"] is None:
        yield t(
            _(
                "Kendall’s tau-b of outcome and hours was computed of {n} people of exactly "
                "known hours."
            )
        ).format(n=tau["people"])
    if tau["interval"]:
        yield t(
            _(
                "Its 95 % interval is the percentile interval of {resamples} bootstrap samples "
                "(seed {seed})."
            )
        ).format(resamples=RESAMPLES, seed=SEED)
    if bounds["why"] is None:
        yield t(
            _(
                "The least and the greatest tau-b are those of every order that the bounds of "
                "{n} people’s hours allow (Kendall’s tau-b of outcome and hours)."
            )
        ).format(n=bounds["people"])


def _recovery(found: Sequence[Mapping[str, Any]], t: Translate) -> Iterator[str]:
    drawn = [one["grade"] for one in found if one["why"] is None]
    if drawn:
        yield t(
            _(
                "Time to recovery (two examinations in a row at grade {grades} or better) is "
                "Turnbull’s estimate from interval-censored times in each group, of people below "
                "the grade before the operation; nobody had died."
            )
        ).format(grades=", ".join(map(str, drawn)))
    died = [(one["grade"], one["died"]) for one in found if one["why"] == Why.DIED]
    if died:
        yield t(
            _(
                "No time to recovery was estimated for grade {grades}, since of the people below "
                "it before the operation some had died ({n}); states by window count them."
            )
        ).format(grades=_listed(died, 0), n=_listed(died, 1))


def _listed(pairs: Sequence[tuple[int, int]], at: int) -> str:
    return ", ".join(str(pair[at]) for pair in pairs)


def _others(found: Comparison, t: Translate) -> Iterator[str]:
    if found.others is None:
        return
    if found.others.withheld:
        yield t(
            _(
                "Of people whose records the reader may not open nothing is told: they, or those "
                "whom the filter leaves out, are too few."
            )
        )
        return
    yield t(
        _(
            "People whose records the reader may not open are counted in cells: {hidden} or fewer, "
            "and what would tell of so few, are not told, others are rounded to {step}."
        )
    ).format(hidden=MOST_HIDDEN, step=STEP)
    if found.others_win is not None:
        yield t(
            _(
                "Their win probability is of them alone, among people of first grades of which "
                "{fewest} or more in each group have an outcome, rounded to {step}."
            )
        ).format(fewest=FEWEST_IN_STRATUM, step=ESTIMATE_STEP)


def _file(guarded: Guarded | None, t: Translate) -> Iterator[str]:
    if guarded is None or not guarded.people:
        return
    yield t(
        _(
            "The file of people (n = {n}) has numbers drawn at random for it alone, days instead "
            "of dates, and bands of age."
        )
    ).format(n=guarded.people)
    if guarded.coarsened:
        yield t(
            _(
                "Of {n} of them aetiology, technique, level and age band were withheld one after "
                "the other until at least {alike} were alike, or nothing was left."
            )
        ).format(n=guarded.coarsened, alike=FEWEST_ALIKE)
    if guarded.by_band:
        yield t(
            _("Of {n} of them, in bands of fewer than {few}, the hours are told as the band alone.")
        ).format(n=guarded.by_band, few=FEWEST_HOURS)


def _stamp(
    found: Comparison, computed: Mapping[str, Any] | None, versions: Versions, t: Translate
) -> Iterator[str]:
    yield t(_("Published cases stand beside as individuals and were never pooled."))
    yield t(_("What is found is an association, not an effect."))
    if not (computed and computed["tau"]["interval"]):
        yield t(_("No random number enters these results."))
    yield t(
        _("Data version {data}, literature version {literature}, read on {on}; {software}.")
    ).format(
        data=found.version,
        literature=versions.literature,
        on=found.on.isoformat(),
        software=", ".join(_software(found, computed, versions)),
    )


def _software(
    found: Comparison, computed: Mapping[str, Any] | None, versions: Versions
) -> Iterator[str]:
    yield f"Regain {versions.product}"
    groups = (found.analysis.early, found.analysis.later)
    if any(share.interval for group in groups for share in group.shares):
        yield f"scipy {versions.scipy}"
    if computed is not None:
        yield f"numpy {versions.numpy}"
