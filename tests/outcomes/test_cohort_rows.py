"""What the comparison reads is the same as from whole courses, after every write."""

import datetime as dt
import uuid

import pytest
from django.core.management import CommandError, call_command

from outcomes import comparison, simulation
from outcomes.actions import cohort_rows
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import CohortEntry, CohortOutcome
from patients.documents.base import read
from patients.models import Patient
from tests.support.cast import SURGERY, TODAY, now

pytestmark = pytest.mark.django_db


def test_every_write_keeps_it_and_the_check_finds_nothing(cast):
    call_command("rebuild_comparison")
    document = {
        "id": str(uuid.uuid4()),
        "kind": "3mo",
        "date": str(SURGERY + dt.timedelta(days=91)),
        "motor": {"right": {"grade": "4"}, "left": {"grade": "4"}},
    }
    BY_PATH["visits"].record(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    outcome = CohortOutcome.objects.get(patient=cast.ha, clock="index_decompression", window="3mo")
    assert (outcome.worst, outcome.right, outcome.left) == (4, 4, 4)
    call_command("rebuild_comparison", check=True)


def test_the_bulk_action_keeps_it_too(cast):
    call_command("rebuild_comparison")
    for _looked_at, _entered in simulation.run(
        site=cast.seoul, patients=30, seed=5, as_of=TODAY - dt.timedelta(days=1)
    ):
        pass
    assert CohortEntry.objects.count() == Patient.objects.count()
    bands = set(CohortEntry.objects.values_list("band", flat=True))
    assert {"day", "week", "later"} <= bands
    call_command("rebuild_comparison", check=True)


def test_the_check_fails_where_something_differs_and_a_rebuild_mends_it(cast, capsys):
    call_command("rebuild_comparison")
    CohortOutcome.objects.filter(patient=cast.ha, window="6wk").update(worst=5)
    with pytest.raises(CommandError, match="A-001"):
        call_command("rebuild_comparison", check=True)
    call_command("rebuild_comparison")
    assert "5 patients looked at, 1 written anew" in capsys.readouterr().out
    call_command("rebuild_comparison", check=True)


def test_where_nothing_is_kept_yet_it_is_worked_out(cast):
    patients = [cast.ha, cast.ji]
    kept = cohort_rows.read(patients)
    CohortOutcome.objects.all().delete()
    CohortEntry.objects.all().delete()
    assert cohort_rows.read(patients) == kept


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (79, 79, "70–79"),
        (79, 80, None),
        (80, 80, "80–89"),
        (89, 90, None),
        (90, 97, "90+"),
        (None, None, None),
    ],
)
def test_an_age_band_is_certain_or_not_said(low, high, band):
    assert comparison.age_band(low, high) == band
