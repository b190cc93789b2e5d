"""Entering made-up patients: in bulk against one by one, side by side in one database.

python -m tests.benchmarks.simulate
"""

import datetime as dt
import time
from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test.utils import setup_test_environment
from django.utils import timezone

from outcomes import synthetic
from outcomes.actions import bulk
from patients.models import Site
from patients.records import Asked
from patients.roles import Role
from tests.support import one_by_one
from tests.support.cast import TODAY, staff

ROUNDS, PATIENTS = 3, 20
IN_BULK = 400


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    site = Site.objects.create(code="bench", name="Bench", time_zone="Asia/Seoul")
    by = staff("bench", site, Role.PHYSICIAN)
    asked = Asked(by=by, at=timezone.now(), reporter="import")
    as_of = TODAY - dt.timedelta(days=1)

    def courses(seed: int, count: int) -> list[synthetic.Course]:
        numbers = range(1, count + 1)
        return [synthetic.course(seed=seed, number=n, today=as_of) for n in numbers]

    def together(seed: int) -> None:
        list(bulk.enter(courses(seed, PATIENTS), site=site, asked=asked))

    def singly(seed: int) -> None:
        for case in courses(seed, PATIENTS):
            one_by_one.enter(case, site=site, asked=asked)

    ratios = [
        seconds(lambda n=n: singly(2 * n)) / seconds(lambda n=n: together(2 * n + 1))
        for n in range(1, ROUNDS + 1)
    ]
    took = seconds(lambda: list(bulk.enter(courses(99, IN_BULK), site=site, asked=asked)))
    documents = sum(len(case.documents) for case in courses(99, IN_BULK))
    print(f"one by one ÷ in bulk, {PATIENTS} patients, median of {ROUNDS}: {median(ratios):.1f}")
    print(
        f"in bulk: {IN_BULK} patients, {documents} documents in {took:.1f} s: "
        f"{60 * IN_BULK / took:.0f} patients a minute"
    )


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
