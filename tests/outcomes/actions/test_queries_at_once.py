"""Two writers at once: one query of each kind, and an answer that is never overwritten unseen."""

import datetime as dt

import pytest

from outcomes.actions import queries
from outcomes.documents.query import AnswerDocument
from outcomes.kinds import BY_PATH
from outcomes.models import DataQuery, Visit
from patients.documents.base import Refused, plain, read
from patients.models import DocumentVersion, Site
from patients.records import Stale, Written
from patients.roles import Role
from tests.api.client import new_id
from tests.patients.test_concurrency import together
from tests.support.cast import TODAY, enrol, now, staff

pytestmark = pytest.mark.django_db(transaction=True)
VISITS = BY_PATH["visits"]
LEGS = {"basis": "gestalt", "right": {"grade": "3"}, "left": {"grade": "4"}}


@pytest.fixture
def physician():
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    return staff("physician", site, Role.PHYSICIAN), site


def document(id_, days, **parts):
    date = str(TODAY - dt.timedelta(days=days))
    return read(VISITS.shape, {"id": id_, "kind": "6wk", "date": date, **parts})


def test_visits_recorded_at_once_open_each_query_once(physician):
    by, site = physician
    patient = enrol("A-001", site, by, birth_year=1947)
    ids = [new_id() for _n in range(6)]

    def writing(id_, days):
        def write():
            return VISITS.record(
                patient=patient, document=document(id_, days, pain={"back": 1}), asked=now(by)
            )

        return write

    done = together(*(writing(id_, n + 1) for n, id_ in enumerate(ids)))
    assert all(isinstance(one, Written) for one in done), done
    rows = DataQuery.objects.filter(rule="core_missing", part="motor")
    assert sorted(str(row.record) for row in rows) == sorted(ids)
    assert {row.version for row in rows} == {1}


def test_an_answer_and_a_correction_at_once(physician):
    by, site = physician
    patient = enrol("A-001", site, by, birth_year=1947)
    for n in range(4):
        visit = new_id()
        VISITS.record(patient=patient, document=document(visit, n + 1, pain={"back": 1}),
                      asked=now(by))  # fmt: skip
        row, query = Visit.objects.get(pk=visit), DataQuery.objects.get(record=visit, part="motor")

        def answer(query=query):
            return queries.answer(row=query, document=AnswerDocument(note="Could not move."),
                                  expected=query.version, asked=now(by))  # fmt: skip

        def correct(row=row):
            new = read(VISITS.shape, plain(read(VISITS.shape, row.document())) | {"motor": LEGS})
            return VISITS.amend(row=row, document=new, reason="looked up", expected=1,
                                asked=now(by))  # fmt: skip

        answered, corrected = together(answer, correct)
        assert isinstance(corrected, Written), corrected
        assert isinstance(answered, Written | Stale | Refused), answered
        query.refresh_from_db()
        assert query.state == "closed_by_data", "the value is no longer the one answered for"
        versions = DocumentVersion.objects.filter(record_id=query.pk).order_by("version")
        states = [one.content["document"]["state"] for one in versions]
        kept = isinstance(answered, Written)
        assert states == ["open", *(["answered"] if kept else []), "closed_by_data"]
