"""The comparison: the own registry, de-identified, beside the published cases; and its export."""

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import Problem
from api.pagination import one_of, refuse_unknown_parameters
from api.requests import ApiRequest as Request
from api.views.documents import refusals
from api.views.reading import LOOK, SIZES, THEMES, DerivedOutcome, FigureAnswer
from outcomes import charts, comparison_charts
from outcomes.comparison import Comparison, Population, answer, comparison, limits_of
from outcomes.reference import literature, literature_version
from outcomes.rules import cohort, cohort_question
from outcomes.rules.cohort_analysis import DEAD, Analysis, Group
from outcomes.rules.cohort_protected import Others
from outcomes.rules.cohort_question import NoSuchQuestion, Question
from patients import audit

ABOUT = {
    "origin": "registry when left out.",
    "outcome": "worst_leg, the primary one, when left out.",
    "window": "12mo when left out; last is for description only.",
    "clock": "The event that the window counts from; index_decompression when left out.",
    "exposure": "The event that the hours to the incision count from; cement when left out.",
}
PARAMETERS = [
    OpenApiParameter(
        name, str, enum=list(values), description=ABOUT.get(name, "Only these people.")
    )
    for name, values in cohort_question.parameters().items()
]


class Bounds(BaseModel):
    best: float | None
    lower: float | None
    upper: float | None
    status: str


class PersonAnswer(BaseModel):
    """One person, de-identified. `number` holds within this answer only; `outcome` is on the scale
    of the question, null for the dead, who rank below it, and where it is not known whether they
    lived; `band` is the group of timing. `no_weaker_leg`: asked of the leg that was weaker at
    first, where neither was; then there is no outcome, dead or alive."""

    number: int
    origin: str
    age_band: str | None
    level: str | None
    etiology: str | None
    operated: bool
    band: str
    hours: Bounds
    first_worst_leg: int | None
    baseline_worst_leg: int | None
    outcome: int | None
    final_worst_leg: int | None
    final_day: Bounds | None
    walks_alone: bool | None
    voids: bool | None
    died: bool | None
    no_weaker_leg: bool


class IntervalAnswer(BaseModel):
    lower: float
    upper: float


class ShareAnswer(BaseModel):
    """`k` of `n` people with an outcome ended at this grade or better; exact 95 % interval.

    `if_missing`: the share if everyone whose outcome is missing (due, or followed no longer) had
    ended below, and at it.
    """

    grade: int
    k: int
    n: int
    interval: IntervalAnswer | None
    if_missing: IntervalAnswer | None


class GroupAnswer(BaseModel):
    """`missing` have no outcome though it was due, or are followed no longer. Of `none_possible`
    there can be no such outcome: operated on after the window, or neither leg weaker at first."""

    people: int
    with_outcome: int
    dead: int
    missing: int
    none_possible: int
    shares: list[ShareAnswer]


class WinAnswer(BaseModel):
    """Of `people` in `strata`: first grades that both groups have."""

    value: float
    interval: IntervalAnswer | None
    strata: int
    people: int
    if_missing: IntervalAnswer | None


class DifferenceAnswer(BaseModel):
    grade: int
    value: float
    interval: IntervalAnswer


class AnalysisAnswer(BaseModel):
    """Decompressed within 24 hours of the event asked for (`early`) against later.

    `win`: of two people of the same first grade, the chance that the one decompressed early ended
    better, a tie counting half; null while fewer than `preset` people of a group have exposure,
    outcome and a first grade that the other group has too (`in_pairs`: early, later). `p` belongs
    to the one analysis locked before there were data; everything else is exploratory. An
    association, not an effect.
    """

    status: Annotated[
        Literal["primary", "exploratory"],
        Field(description="primary: locked before there were data; exploratory: everything else."),
    ]
    preset: int
    people: int
    with_timing: int
    with_outcome: int
    with_both: int
    without_first: int
    early: GroupAnswer
    later: GroupAnswer
    in_pairs: tuple[int, int]
    win: WinAnswer | None
    p: float | None
    differences: list[DifferenceAnswer]


class PublishedAnswer(BaseModel):
    """Values of a side and of both legs hold only as far as the sides do: where
    `laterality_confidence` is low, under one reading of the table alone; the worst leg either way.
    """

    id: str
    author: str
    year: int
    laterality_confidence: str | None
    derived: DerivedOutcome


class CellAnswer(BaseModel):
    """People of a band of timing who ended in a `step` of the scale (its lower end, "died", or
    null without an outcome); `people` rounded to five, null for fewer than eight."""

    band: str
    step: Annotated[
        int | Literal["died"] | None, Field(description="Lower end of a step of the outcome.")
    ]
    people: int | None


class OthersAnswer(BaseModel):
    """Everyone whose record you may not open: counts rounded to five, null for fewer than eight, or
    where so few are left beside. Timing is told since the cement alone, as within a day or later.
    `withheld` where they, or those whom a filter leaves out, are so few that nothing is told."""

    withheld: bool
    people: int | None
    with_timing: int | None
    with_outcome: int | None
    with_both: int | None
    cells: list[CellAnswer]


class OthersWinAnswer(BaseModel):
    """The win probability of `others` alone, to the nearest twentieth, among people of the first
    grades `firsts`, of which 20 or more in each group have the outcome; exploratory."""

    firsts: list[int]
    win: float
    interval: IntervalAnswer
    if_missing: IntervalAnswer | None


class Stamp(BaseModel):
    """What was asked, when, and of which data. `address` is the query of this view's address."""

    at: dt.datetime
    data_version: str
    literature_version: str
    origin: str
    outcome: str
    window: str
    clock: str
    exposure: str
    filters: dict[str, str]
    address: str


class ComparisonAnswer(BaseModel):
    """`analysis` and `people` are of made-up people, or of those whose record you may open;
    `people` is null above 500. `others` is null where you may open every record."""

    stamp: Stamp
    analysis: AnalysisAnswer
    people: list[PersonAnswer] | None
    others: OthersAnswer | None
    others_win: OthersWinAnswer | None
    published: list[PublishedAnswer]
    limits: list[str]


def asked_for(request: Request, *own: str) -> Question:
    """The question that the parameters ask, but for the view's `own`; for those who may compare."""
    may_compare(request)
    refuse_unknown_parameters(request, *cohort_question.parameters(), *own)
    sent = {k: v for k, v in request.query_params.dict().items() if k not in own}
    try:
        return cohort_question.read(sent)
    except NoSuchQuestion as none:
        allowed = ", ".join(none.allowed)
        detail = _("Give {name} as one of: {allowed}.").format(name=none.name, allowed=allowed)
        raise Problem(400, none.name, detail) from None


def may_compare(request: Request) -> None:
    if not Population(request.user, Question(), timezone.now()).allowed:
        raise Problem(403, "forbidden", _("Ask someone whose role allows it."))


def answered(request: Request, action: str) -> tuple[Comparison, dict[str, Any]]:
    """The comparison that the parameters ask for, audited with whose records it told."""
    population = Population(request.user, asked_for(request), timezone.now())
    found = answer(population)
    audit.record(by=request.user, action=action, patient_ids=found.ids)
    return found, stamp_of(population, found.version)


def stamp_of(population: Population, version: str) -> dict[str, Any]:
    question = population.question
    return {
        "at": population.now.isoformat(timespec="seconds"),
        "data_version": version,
        "literature_version": literature_version(),
        **{name: getattr(question, name) for name in ABOUT},
        "filters": dict(question.filters),
        "address": question.address(),
    }


class CohortComparison(APIView):
    @extend_schema(
        operation_id="comparison",
        parameters=PARAMETERS,
        responses={200: ComparisonAnswer, **refusals(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        found, stamp = answered(request, "comparison.view")
        cases = [cohort.as_api(case) for case in literature()]
        keys = ("id", "author", "year", "laterality_confidence", "derived")
        people = found.people
        return Response(
            {
                "stamp": stamp,
                "analysis": as_api(found.analysis),
                "people": None if people is None else [asdict(one) for one in people],
                "others": found.others and _others(found.others),
                "others_win": found.others_win and asdict(found.others_win),
                "published": [{key: case[key] for key in keys} for case in cases],
                "limits": list(limits_of(found.question)),
            }
        )


class ComparisonFigure(APIView):
    """A figure of the comparison: timing, endings, published, others."""

    @extend_schema(
        operation_id="comparison_figure",
        parameters=[*PARAMETERS, *LOOK],
        responses={200: FigureAnswer, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, figure: str) -> Response:
        found = comparison(request.user, asked_for(request, "theme", "size"), now=timezone.now())
        draw = comparison_charts.figures(found, gettext).get(figure)
        if draw is None:
            raise Http404
        drawn = draw(one_of(request, "size", SIZES), one_of(request, "theme", THEMES))
        audit.record(by=request.user, action="comparison.view", patient_ids=found.ids)
        return Response(charts.as_json(drawn) | {"origin": found.question.origin})


def _others(found: Others) -> dict[str, Any]:
    cells = [asdict(cell) for cell in found.cells]
    for cell in cells:
        cell["step"] = "died" if cell["step"] == DEAD else cell["step"]
    return asdict(found) | {"cells": cells}


def as_api(found: Analysis) -> dict[str, Any]:
    """As `AnalysisAnswer`."""
    counts = ("preset", "people", "with_timing", "with_outcome", "with_both", "without_first")
    win, missing = found.win, found.win_if_missing
    return {
        "status": "primary" if found.primary else "exploratory",
        **{name: getattr(found, name) for name in counts},
        "early": _group(found.early),
        "later": _group(found.later),
        "in_pairs": list(found.in_pairs),
        "win": win and asdict(win) | {"if_missing": missing and asdict(missing)},
        "p": found.p,
        "differences": [
            {"grade": share.grade, **asdict(one)}
            for share, one in zip(found.early.shares, found.differences, strict=False)
            if one is not None
        ],
    }


def _group(group: Group) -> dict[str, Any]:
    shares = [
        {
            "grade": share.grade,
            **asdict(share.count),
            "interval": share.interval and asdict(share.interval),
            "if_missing": share.if_missing and asdict(share.if_missing),
        }
        for share in group.shares
    ]
    return asdict(group) | {"shares": shares}
