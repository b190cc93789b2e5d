"""The rate of "unchanged" per examiner: parts counted once each, by who examined."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from outcomes.actions import visits
from outcomes.documents.visit import VisitDocument
from outcomes.examiners import rates
from outcomes.models import Visit
from patients.documents.base import read
from tests.support.cast import SURGERY, now

pytestmark = pytest.mark.django_db


def examine(cast, day, *, by="physician_a", **parts):
    date = str(SURGERY + dt.timedelta(days=day))
    document = {"id": str(uuid.uuid4()), "kind": "unscheduled", "mode": "in_person", "date": date}
    visits.record_visit(
        patient=cast.ha,
        document=read(VisitDocument, document | parts),
        asked=now(cast.users[by]),
    )


def told(since=SURGERY):
    return {r.who: (r.examined, r.unchanged) for r in rates(Visit.objects.all(), since)}


def test_each_part_examined_counts_once_and_what_was_not_done_not_at_all(cast):
    examine(
        cast, 60, by="therapist_a", pain={"back": 3, "right_leg": 1}, bowel={"not_done": "no_time"}
    )
    same = {"unchanged": True}
    examine(cast, 61, by="therapist_a", motor=same, pain=same, vitals={"heart_rate": 70})
    assert told()["therapist_a"] == (3, 2)


def test_it_counts_for_whoever_examined(cast):
    examine(cast, 60, examiner="Dr Guest", motor={"unchanged": True})
    assert told()["Dr Guest"] == (1, 1)


def test_earlier_ones_are_not_counted(cast):
    examine(cast, 60, by="therapist_a", pain={"back": 3})
    assert "therapist_a" in told(SURGERY + dt.timedelta(days=60))
    assert "therapist_a" not in told(SURGERY + dt.timedelta(days=61))


def test_the_page_shows_those_of_ones_own_site(cast, client_for):
    examine(cast, 60, by="therapist_a", motor={"unchanged": True})
    own = client_for(cast.physician_a).get(reverse("examiners")).content.decode()
    other = client_for(cast.physician_b).get(reverse("examiners")).content.decode()
    row = '<th scope="row">therapist_a</th><td class="number">1</td><td class="number">1</td>'
    assert row in own
    assert row not in other
