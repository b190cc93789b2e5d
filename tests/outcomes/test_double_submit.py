"""A form sent twice at the same instant makes one visit, on SQLite and PostgreSQL alike."""

import os
import threading
import uuid
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from outcomes.models import Draft, Visit
from patients.models import AuditEvent
from tests.outcomes.test_drafts import TYPED, Tab, new_visit
from tests.support.cast import assemble

SUBMITS = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 20
PATIENCE_SECONDS = 60


@pytest.mark.django_db(transaction=True)
def test_double_submits_make_one_visit_each_and_no_error():
    cast = assemble()
    client = Client()
    client.force_login(cast.physician_a)
    tab = Tab(client, new_visit(cast.ha))
    before = Visit.objects.count()
    ids = [str(uuid.uuid4()) for _ in range(SUBMITS)]
    answers: Counter[int] = Counter()
    start = threading.Barrier(2)

    def send() -> None:
        browser = Client(raise_request_exception=False)
        browser.cookies.load({"sessionid": client.cookies["sessionid"].value})
        try:
            for one in ids:
                form = tab.hidden | TYPED | {"id": one}
                start.wait(PATIENCE_SECONDS)
                answers[browser.post(tab.address, form).status_code] += 1
        finally:
            connection.close()

    taps = [threading.Thread(target=send) for _ in range(2)]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join(2 * PATIENCE_SECONDS)
        assert not tap.is_alive()
    assert answers == {302: 2 * SUBMITS}
    assert Visit.objects.count() - before == SUBMITS
    assert Visit.objects.filter(pk__in=ids, patient=cast.ha).count() == SUBMITS
    assert AuditEvent.objects.filter(action="visit.record", record_id__in=ids).count() == SUBMITS
    assert not Draft.objects.exists()
