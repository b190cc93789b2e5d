"""What a comparison has computed in the worker: of those who may be told of one by one."""

from collections.abc import Callable
from typing import Any

from outcomes.comparison.population import Population
from outcomes.models import CohortJob


def handle(
    job: CohortJob, population: Population, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """See `actions.cohort_jobs.HANDLERS`."""
    return {"result": {}}
