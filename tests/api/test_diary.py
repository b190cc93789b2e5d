"""The diary over the API: written by whom, when it happened, sent twice, read by whom."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from api import examples
from outcomes.models import DiaryEntry
from tests.api.client import new_id, path

SEOUL = ZoneInfo("Asia/Seoul")


def entry(kind="void", *, ago=dt.timedelta(minutes=10), clock=dt.timedelta(), **facts):
    """As a phone sends it whose clock is wrong by `clock`."""
    sent = timezone.now() + clock
    return {
        "id": new_id(),
        "kind": kind,
        "device_time": (sent - ago).isoformat(),
        "device_sent_at": sent.isoformat(),
        **facts,
    }


@pytest.fixture
def phone(as_, cast):
    return as_(cast.patient_user)


def stored(document):
    return DiaryEntry.objects.get(pk=document["id"])


@pytest.mark.parametrize("name", examples.DIARY)
def test_each_example_is_recorded_and_read_back(as_, cast, name):
    document = examples.DIARY[name]
    who = as_(cast.physician_a if "on_behalf" in document else cast.patient_user)
    if "course" in document:
        as_(cast.physician_a).post(
            path(cast.ha, "medications"), {"id": examples.COURSE, "drug": "ibandronic acid"}
        )
    sent = who.post(path(cast.ha, "diary"), document)
    assert sent.status == 201, sent.raw.content
    read = who.get(f"diary/{document['id']}/")
    assert read.json == sent.json
    assert read.etag == sent.etag
    assert {row["id"]: row for row in who.rows(path(cast.ha, "diary"))} == {
        document["id"]: sent.json
    }
    said = {k: v for k, v in document.items() if not k.startswith("device")}
    assert {k: sent.json[k] for k in said} == said
    assert sent.json["approximate"] is True
