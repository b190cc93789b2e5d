"""One patient among comparable people, over the API: for who opens the record and may compare."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.actions import cohort_rows
from tests.api.client import Api, path
from tests.api.test_comparison import CANARIES, consent, kept  # noqa: F401  (kept is a fixture)
from tests.support.cast import SURGERY, enrol, operate, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def alike(cast):
    """Someone of the first grade, decade and timing of Ha, with what must never be told."""
    facts = {k: v for k, v in CANARIES.items() if k not in ("study_number", "birth_date")}
    number, by = CANARIES["study_number"], cast.physician_a
    patient = enrol(number, cast.seoul, by, birth_year=1947, **facts)
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    for kind, day, right in (("discharge", 14, "2"), ("6wk", 44, "4")):
        visit(patient, cast.physician_a, kind=kind, day=day, right=right, left="5")
    consent(patient, cast.physician_a, "given", note="canary note")
    return patient


def test_one_comparable_person(cast, alike):
    found = Api(cast.surgeon_a).get(path(cast.ha, "comparables"))
    answer = found.json
    assert (answer["people"], answer["why_none"], answer["withheld"]) == (1, None, False)
    assert {one["name"]: one["value"] for one in answer["criteria"]}.keys() == {
        "first_worst", "age_band", "timing"
    }  # fmt: skip
    assert [(p["day"]["best"], p["grade"]) for p in answer["own"]] == [(14.0, 2), (42.0, 3)]
    (course,) = answer["courses"]
    assert [(w, p["grade"]) for w, p in course["points"].items()] == [("6wk", 4)]
    assert answer["reached"] == {
        "window": "12mo", "grade": 3, "k": 0, "n": 0, "interval": None
    }  # fmt: skip
    assert answer["notes"] == ["never_a_prediction"], "no first grade was asked for"
    told = found.raw.content.decode()
    for canary in (*CANARIES.values(), "canary", str(alike.pk), str(SURGERY), "1941-"):
        assert canary not in told


WORDS = ("mean", "median", "percentile", "average", "predicted", "expected")


def test_nothing_in_it_is_an_average_or_a_prediction(cast, alike):
    answer = Api(cast.surgeon_a).get(path(cast.ha, "comparables")).json
    names = {name for name in json.dumps(answer).split('"') if name not in answer["notes"]}
    assert not [name for name in names if any(word in name for word in WORDS)]


def test_the_page_and_the_record_lead_to_each_other(cast, alike, client_for):
    for _page in cohort_rows.rebuild():
        pass
    browser = client_for(cast.surgeon_a)
    page = browser.get(f"/patients/{cast.ha.pk}/comparables/").content.decode()
    for words in ("Never a prediction", "Limits of this comparison"):
        assert words in page
    assert f'href="/patients/{cast.ha.pk}/"' in page
    assert 'href="/comparison/?age_band=' in page, "examined after the incision alone"
    assert (
        f"/patients/{cast.ha.pk}/comparables/"
        in browser.get(f"/patients/{cast.ha.pk}/").content.decode()
    )
    therapist = client_for(cast.therapist_a)
    assert "comparables/" not in therapist.get(f"/patients/{cast.ha.pk}/").content.decode()


@pytest.mark.parametrize(
    ("who", "page", "api"),
    [
        ("surgeon_a", 200, 200), ("physician_a", 200, 200), ("therapist_a", 403, 403),
        ("physician_b", 404, 404), ("administrator_a", 404, 404), ("patient_user", 302, 404),
        ("sees", 302, 404), ("reports", 404, 404),
    ],
)  # fmt: skip
def test_who_may(cast, client_for, who, page, api):
    user = getattr(cast, who)
    assert client_for(user).get(f"/patients/{cast.ha.pk}/comparables/").status_code == page
    assert Api(user).get(path(cast.ha, "comparables")).status == api


def test_the_record_itself_reads_nothing_of_the_comparison(cast, client_for):
    """Whether to link is told by the permissions that the page has asked for already."""
    with CaptureQueriesContext(connection) as caught:
        client_for(cast.surgeon_a).get(f"/patients/{cast.ha.pk}/")
    assert not [query["sql"] for query in caught if "outcomes_cohort" in query["sql"]]


def test_a_stranger_id_is_not_there(cast):
    assert Api(cast.surgeon_a).get(f"patients/{uuid.uuid4()}/comparables/").status == 404
