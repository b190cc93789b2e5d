"""Every figure of the cast, by name, for tests that hold for all of them."""

from collections.abc import Callable

import pytest

from outcomes.figures.base import Figure, Subject
from outcomes.figures.bladder import bladder
from outcomes.figures.comparison.bins import timing_bins
from outcomes.figures.comparison.comparables import comparables
from outcomes.figures.comparison.endings import endings
from outcomes.figures.comparison.flow import flow, missingness
from outcomes.figures.comparison.recovery_time import recovery_time
from outcomes.figures.comparison.states import states
from outcomes.figures.comparison.timing import timing
from outcomes.figures.labs import labs
from outcomes.figures.published_cases import published_cases
from outcomes.figures.recovery import recovery
from outcomes.figures.walking_pain import walking_pain
from tests.outcomes.figures import cast
from tests.outcomes.figures import comparison_cast as alike

NOBODY = Subject()

FIGURES: dict[str, Callable[..., Figure]] = {
    "recovery of C8": lambda **k: recovery(cast.C8_MOTOR, cast.C8, **k),
    "recovery, many visits": lambda **k: recovery(cast.INVENTED_MOTOR, cast.INVENTED, **k),
    "published cases": lambda **k: published_cases(cast.COHORT, in_view="C8", **k),
    "bladder of C8": lambda **k: bladder(cast.C8_BLADDER, (cast.SOLIFENACIN,), cast.C8, **k),
    "bladder, many visits": lambda **k: bladder(
        cast.INVENTED_BLADDER, cast.INVENTED_DRUGS, cast.INVENTED, **k
    ),
    "labs of C8": lambda **k: labs(cast.C8_LABS, cast.C8_DRUGS, cast.C8, **k),
    "labs, many visits": lambda **k: labs(
        cast.INVENTED_LABS, cast.INVENTED_DRUGS, cast.INVENTED, **k
    ),
    "walking of C8": lambda **k: walking_pain(cast.C8_WALKING, cast.C8, **k),
    "walking, many visits": lambda **k: walking_pain(cast.INVENTED_WALKING, cast.INVENTED, **k),
    "timing": lambda t=str, **k: timing(
        alike.MIXED, scale=alike.graded(t), since="cement", t=t, **k
    ),
    "timing, many values": lambda t=str, **k: timing(
        [alike.case(f"R{i}", cast.day(20 + i), i) for i in range(51)],
        scale=alike.points(t),
        since="cement",
        t=t,
        **k,
    ),
    "timing bins": lambda t=str, **k: timing_bins(
        alike.CELLS, scale=alike.graded(t), since="cement", t=t, **k
    ),
    "endings": lambda t=str, **k: endings(alike.ended(t), t=t, **k),
    "flow": lambda **k: flow(alike.FLOW, **k),
    "missingness": lambda **k: missingness(alike.WINDOWS, **k),
    "states": lambda **k: states(alike.STACKS, grade=4, group="24 h or less", **k),
    "recovery in time": lambda **k: recovery_time(alike.STAIRS, grade=3, **k),
    "among people alike": lambda **k: comparables(alike.OWN, alike.SPREADS, **k),
    "among single people alike": lambda **k: comparables(
        alike.OWN, alike.SPREADS, alike.COURSES, **k
    ),
}
EMPTY: dict[str, Callable[..., Figure]] = {
    "recovery": lambda **k: recovery((), NOBODY, **k),
    "published cases": lambda **k: published_cases((), **k),
    "bladder": lambda **k: bladder((), (), NOBODY, **k),
    "labs": lambda **k: labs((), (), NOBODY, **k),
    "walking": lambda **k: walking_pain((), NOBODY, **k),
    "timing": lambda **k: timing((), scale=alike.GRADES, since="cement", **k),
    "timing bins": lambda **k: timing_bins((), scale=alike.GRADES, since="cement", **k),
    "endings": lambda **k: endings((), **k),
    "flow": lambda **k: flow((), **k),
    "missingness": lambda **k: missingness((), **k),
    "states": lambda **k: states((), grade=4, **k),
    "recovery in time": lambda **k: recovery_time((), grade=3, **k),
    "among people alike": lambda **k: comparables(alike.OWN, (), **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def build(request: pytest.FixtureRequest) -> Callable[..., Figure]:
    return FIGURES[request.param]


@pytest.fixture(params=EMPTY, ids=str)
def build_empty(request: pytest.FixtureRequest) -> Callable[..., Figure]:
    return EMPTY[request.param]
