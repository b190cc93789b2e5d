"""A result to be discussed first is hidden from the patient 14 days, or as its site says."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from outcomes.actions.laboratory import record_lab
from outcomes.documents.laboratory import LabDocument
from outcomes.models import LabResult
from patients.documents.base import read
from patients.models import Threshold
from patients.querysets import DISCUSS_FIRST
from tests.support.cast import now

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("own", "days", "seen"),
    [
        pytest.param(None, 13.99, False, id="14 days by default: not yet"),
        pytest.param(None, 14.01, True, id="14 days by default: over"),
        pytest.param("3", 2.99, False, id="3 days at this site: not yet"),
        pytest.param("3", 3.01, True, id="3 days at this site: over"),
        pytest.param("0", 0.01, True, id="no wait at this site"),
        pytest.param("back", 13.99, False, id="back to the default: not yet"),
    ],
)
def test_how_long_a_result_is_hidden(cast, own, days, seen):
    document = {
        "id": str(uuid.uuid4()), "analyte": "crp", "value": "3", "unit": "mg/L",
        "specimen_at": timezone.now().date().isoformat(), "discuss_first": True,
    }  # fmt: skip
    record_lab(patient=cast.ha, document=read(LabDocument, document), asked=now(cast.physician_a))
    if own is not None:
        value = None if own == "back" else Decimal(own)
        Threshold.objects.create(
            site=cast.seoul, key="discuss_first_days", value=value, reason="tried"
        )
    # another site's own value changes nothing here
    Threshold.objects.create(
        site=cast.berlin, key="discuss_first_days", value=Decimal(1), reason="tried"
    )
    with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
        assert LabResult.objects.visible_to(cast.patient_user).exists() == seen
        assert LabResult.objects.visible_to(cast.physician_a).exists()


def test_the_default_is_that_of_the_reference_data():
    from outcomes.thresholds import defaults

    assert defaults()["discuss_first_days"].value == DISCUSS_FIRST.days
    assert defaults()["discuss_first_days"].upper == DISCUSS_FIRST.days
