"""What the patient page weighs: python -m tests.benchmarks.patient_page

Each figure beside what it is compared with, on the demo's data.
"""

import gzip
import re
import statistics
import time

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment

from outcomes import demo
from patients.models import Patient, User

PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
RUNS = 5


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    demo.build()
    client = Client()
    client.force_login(User.objects.get(username="physician"))
    plotly = _static(PLOTLY)
    print(f"{'patient':<12}{'queries':>8}{'ms':>7}{'page':>9}{'gzipped':>9}{'SVG gz':>9}"
          f"{'plotly gz':>11}{'ratio':>7}")  # fmt: skip
    for patient in Patient.objects.order_by("origin", "study_number")[:4]:
        _row(client, patient, len(gzip.compress(plotly)))


def _row(client: Client, patient: Patient, plotly: int) -> None:
    path = f"/patients/{patient.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path)
    asked = len(queries)
    assert page.status_code == 200, path
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        client.get(path)
        times.append(1000 * (time.perf_counter() - began))
    svg = len(gzip.compress(b"".join(re.findall(rb"<svg.*?</svg>", page.content, re.DOTALL))))
    print(f"{patient.study_number:<12}{asked:>8}{statistics.median(times):>7.0f}"
          f"{len(page.content):>9,}{len(gzip.compress(page.content)):>9,}{svg:>9,}{plotly:>11,}"
          f"{plotly / svg:>7.0f}")  # fmt: skip


def _static(name: str) -> bytes:
    found = finders.find(name)
    assert found, name
    with open(found, "rb") as file:
        return file.read()


if __name__ == "__main__":
    main()
