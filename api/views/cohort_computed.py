"""What the worker computes of a comparison: pending, then ready; states by window at once."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import ApiRequest as Request
from api.views.cohort import PARAMETERS, IntervalAnswer, Stamp, asked_for, stamp_of
from api.views.documents import refusals
from outcomes.actions import cohort_jobs
from outcomes.comparison import Population, data_version, limits_of
from outcomes.comparison.counting import count
from outcomes.comparison.recovery import Recovered, recovery
from outcomes.rules.cohort_analysis import PRESET
from outcomes.rules.cohort_computed import RESAMPLES, SEED
from outcomes.rules.cohort_states import GRADES, GroupStates, OthersStates
from patients import audit

Timing = Annotated[
    Literal["early", "later"],
    Field(description="early: decompressed within 24 hours of the event asked for; later: later."),
]
Reason = Annotated[
    Literal["too_few", "too_many", "alike", "died", "unsettled"] | None,
    Field(
        description=(
            "Why there is no value. too_few: fewer than the preset number in a group; "
            "too_many: more than can be computed in a reasonable time; alike: timing or outcome "
            "hardly differ; died: some people died; unsettled: the estimate did not settle."
        )
    ),
]


class TauAnswer(BaseModel):
    """Kendall's tau-b of the exactly known hours and the outcome; the interval is the percentile
    interval of a seeded bootstrap."""

    people: int
    value: float | None
    why: Reason
    interval: IntervalAnswer | None
    why_no_interval: Reason


class ExtremesAnswer(BaseModel):
    """`…_reached`: an order of the hours that can be gives this value; otherwise tau lies further
    inside."""

    lower: float
    upper: float
    lower_reached: bool
    upper_reached: bool


class TauBoundsAnswer(BaseModel):
    """The least and greatest tau-b over every order that the bounds of the hours allow; of the
    `people`, the hours of `exact` are known exactly."""

    people: int
    exact: int
    bounds: ExtremesAnswer | None
    why: Reason


class StepAnswer(BaseModel):
    """`mass` of the people recovered after day `left` and by day `right`; null: not by their last
    examination."""

    left: float
    right: float | None
    mass: float


class ExcludedAnswer(BaseModel):
    already_there: int
    baseline_unknown: int


class CurveAnswer(BaseModel):
    """`people` were below the grade before the operation and examined after it in a known order;
    `reached` of them showed it at two examinations in a row."""

    timing: Timing
    people: int
    reached: int
    excluded: ExcludedAnswer
    not_followed: int
    steps: list[StepAnswer]


class RecoveryTimeAnswer(BaseModel):
    """Turnbull's estimate of the days to sustained recovery of the worse leg; no steps where there
    is a reason."""

    grade: int
    died: int
    curves: list[CurveAnswer]
    why: Reason


class ComputedAnswer(BaseModel):
    """Of those whose records you may open who were operated on. Exploratory; no p-value."""

    people: int
    tau: TauAnswer
    bounds: TauBoundsAnswer
    recovery: list[RecoveryTimeAnswer]


class StateCounts(BaseModel):
    recovered: int
    not_recovered: int
    dead: int
    unknown: int
    not_yet_due: int


class RangeAnswer(BaseModel):
    """If none of the unknown had recovered, and if all of them had; the exact 95 % interval of the
    share of those due reaches from the lower end of the first to the upper end of the second, null
    where nobody is due."""

    least: int
    most: int
    interval: IntervalAnswer | None


class WindowStates(BaseModel):
    window: str
    counts: StateCounts
    due: int
    recovered: RangeAnswer


class GroupStatesAnswer(BaseModel):
    """Of people below `grade` before the operation: what had become of them by each window."""

    grade: int
    timing: Timing
    excluded: ExcludedAnswer
    stale_baseline: Annotated[
        int,
        Field(description="Of them, graded more than 14 days before the operation, or perhaps."),
    ]
    windows: list[WindowStates]


class ShownCounts(BaseModel):
    """Rounded to five; null for too few to tell."""

    recovered: int | None
    not_recovered: int | None
    dead: int | None
    unknown: int | None
    not_yet_due: int | None


class OthersWindow(BaseModel):
    window: str
    counts: ShownCounts


class OthersStatesAnswer(BaseModel):
    """Of people whose record you may not open; `windows` is null where nothing may be told."""

    grade: int
    timing: Timing
    windows: list[OthersWindow] | None


class ComputedComparisonAnswer(BaseModel):
    """`states` are there at once, of more than 20,000 people only those of the window asked for;
    `others` is null where you may open every record.
    """

    state: Annotated[
        Literal["pending", "ready", "failed", "too_few", "descriptive"],
        Field(
            description=(
                "pending: being computed, ask again; ready; failed: ask again in ten minutes; "
                "too_few: fewer than the preset number with timing and outcome in a group; "
                "descriptive: nothing is computed of the last examination."
            )
        ),
    ]
    stamp: Stamp
    status: Annotated[
        Literal["exploratory"],
        Field(description="exploratory: the one locked analysis is not here."),
    ]
    preset: int
    done: int
    total: int | None
    resamples: int
    seed: int
    computed: ComputedAnswer | None
    states: list[GroupStatesAnswer]
    others: list[OthersStatesAnswer] | None
    limits: list[str]


class CohortComputed(APIView):
    """202 while the worker computes it: ask again."""

    @extend_schema(
        operation_id="comparison_computed",
        parameters=PARAMETERS,
        responses={
            200: ComputedComparisonAnswer,
            202: ComputedComparisonAnswer,
            **refusals(400, 401, 403),
        },
    )
    def get(self, request: Request) -> Response:
        population = Population(request.user, asked_for(request), timezone.now())
        counted = count(population)
        state, job = cohort_jobs.analysis(population, counted)
        audit.record(by=request.user, action="comparison.view")
        found = recovery(population, counted)
        answer = {
            "state": state,
            "stamp": stamp_of(population, data_version(population, counted)),
            "status": "exploratory",
            "preset": PRESET,
            "done": job.done if job else 0,
            "total": job.total if job else None,
            "resamples": RESAMPLES,
            "seed": SEED,
            "computed": job.result if job else None,
            "states": [_states(grade, group) for grade in GRADES for group in found.groups(grade)],
            "others": _others(found),
            "limits": list(limits_of(population.question, of_recovery=True)),
        }
        return Response(answer, status=202 if state == "pending" else 200)


def _states(grade: int, group: GroupStates) -> dict[str, Any]:
    return {
        "grade": grade,
        "timing": group.timing,
        "excluded": _plain(group.excluded),
        "stale_baseline": group.stale,
        "windows": [
            {
                "window": window,
                "counts": _plain(stack.counts),
                "due": stack.due,
                "recovered": dict(zip(("least", "most"), stack.recovered, strict=True))
                | {"interval": stack.interval and asdict(stack.interval)},
            }
            for window, stack in group.stacks.items()
        ],
    }


def _others(found: Recovered) -> list[dict[str, Any]] | None:
    if found.rest is None:
        return None
    return [_of_others(grade, group) for grade in GRADES for group in found.others(grade)]


def _of_others(grade: int, group: OthersStates) -> dict[str, Any]:
    windows = group.stacks and [
        {"window": window, "counts": _plain(counts)} for window, counts in group.stacks.items()
    ]
    return {"grade": grade, "timing": group.timing, "windows": windows}


def _plain(counts: Mapping[Any, int | None]) -> dict[str, int | None]:
    return {str(name): people for name, people in counts.items()}
