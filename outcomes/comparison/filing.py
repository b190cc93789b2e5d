"""Files of so many people that the worker makes them: with progress, for one reader, for a while.

A file is made with the rights and consents that stand while it is made; it is given to whoever
asked for it and to nobody else, while they would be given the same, and until it expires.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from outcomes.comparison import answer
from outcomes.comparison.export import people_file
from outcomes.comparison.population import Population
from outcomes.models import CohortJob
from patients import audit

KIND = "export"
CSV = "text/csv; charset=utf-8"
AUDITED = 1000
"""Of how many people one event of the audit trail tells."""


def handle(
    job: CohortJob, population: Population, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """See `actions.cohort_jobs.HANDLERS`."""
    found = answer(population)
    total = found.analysis.people
    made, read = people_file(population, found.version, lambda done: progress(done, total))
    for some in _batches(read):
        audit.record(by=job.user, action="comparison.export", patient_ids=some)
    question = population.question
    name = f"regain-people-{question.file_words()}-{population.on}.csv"
    return {"content": made.text.encode(), "media_type": CSV, "file_name": name}


def _batches(read: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(read), AUDITED):
        yield read[start : start + AUDITED]
