"""A file of 5,000 results of 100 patients: read and judged, imported, imported again.

python -m tests.benchmarks.lab_imports
"""

import datetime as dt
import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import setup_test_environment
from django.utils import timezone

from outcomes.actions import lab_imports
from outcomes.models import LabImport
from patients.models import Site
from patients.roles import Role
from tests.support.cast import enrol, staff

ROWS, PATIENTS = 5_000, 100


def content() -> bytes:
    start = dt.date(2024, 1, 1)
    lines = ["study_number,analyte,value,unit,specimen_at,flag,range"]
    for n in range(ROWS):
        person, day = n % PATIENTS, start + dt.timedelta(days=n // PATIENTS)
        lines.append(f"P-{person:03d},crp,{n % 90 + 1},mg/L,{day} 07:30,H,0-5")
    return "\n".join(lines).encode()


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    site = Site.objects.create(code="bench", name="Bench", time_zone="Asia/Seoul")
    by = staff("bench", site, Role.PHYSICIAN)
    for n in range(PATIENTS):
        enrol(f"P-{n:03d}", site, by, birth_year=1950)
    file = content()

    def send() -> LabImport:
        return lab_imports.upload(content=file, site=site, by=by, at=timezone.now())

    def work() -> None:
        while batch := lab_imports.claim(timezone.now()):
            lab_imports.work(batch, timezone.now, lambda: False)

    batch = send()
    told("read and judged", work)
    lab_imports.start(batch=batch, by=by)
    told("imported", work)
    again = send()
    told("read and judged again, all known", work)
    again.refresh_from_db()
    assert again.counts["known"] == ROWS, again.counts


def told(what: str, work: Callable[[], None]) -> None:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{ROWS} results {what}: {took:.1f} s, {ROWS / took:.0f} rows a second")


if __name__ == "__main__":
    main()
