"""Every figure of the cast, by name, for tests that hold for all of them."""

from collections.abc import Callable

import pytest

from outcomes.figures.base import Figure, Subject
from outcomes.figures.bladder import bladder
from outcomes.figures.labs import labs
from outcomes.figures.published_cases import published_cases
from outcomes.figures.recovery import recovery
from outcomes.figures.walking_pain import walking_pain
from tests.outcomes.figures import cast

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
}
EMPTY: dict[str, Callable[..., Figure]] = {
    "recovery": lambda **k: recovery((), NOBODY, **k),
    "published cases": lambda **k: published_cases((), **k),
    "bladder": lambda **k: bladder((), (), NOBODY, **k),
    "labs": lambda **k: labs((), (), NOBODY, **k),
    "walking": lambda **k: walking_pain((), NOBODY, **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def build(request: pytest.FixtureRequest) -> Callable[..., Figure]:
    return FIGURES[request.param]


@pytest.fixture(params=EMPTY, ids=str)
def build_empty(request: pytest.FixtureRequest) -> Callable[..., Figure]:
    return EMPTY[request.param]
