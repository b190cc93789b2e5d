"""Files of so many people that the worker makes them: with progress, for one reader, for a while.

A file is made with the rights and consents that stand while it is made; it is given to whoever
asked for it and to nobody else, and is gone when it expires.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from outcomes.comparison import answer
from outcomes.comparison.export import people_file
from outcomes.comparison.population import Population
from outcomes.models import CohortJob
from patients import audit
from patients.models import User

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


def own(user: User, id: UUID, now: dt.datetime) -> CohortJob | None:
    """The file that this reader asked for, made or in the making; None once it has expired."""
    mine = CohortJob.objects.filter(kind=KIND, user=user, expires_at__gt=now)
    return mine.filter(pk=id).first()


def _batches(read: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(read), AUDITED):
        yield read[start : start + AUDITED]
