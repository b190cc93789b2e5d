"""Recovery over time: states at once, the rest pending and then ready, on page and API alike."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from scipy.stats import binomtest

from outcomes import tasks
from outcomes.comparison import LIMITS, REGRESSION, recovery
from outcomes.models import CohortConsent, CohortEntry, CohortJob
from outcomes.rules.cohort_summary import Band
from patients.models import Membership
from tests.api.client import Api
from tests.support.cast import Cast
from tests.support.cohort import people, person

pytestmark = pytest.mark.django_db

API = "cohort/comparison/computed/"


@pytest.fixture(autouse=True)
def _whole(templates_as_in_life: None, cast: Cast) -> None:
    """None of the cast counts, only whom a test adds."""
    CohortEntry.objects.all().delete()


def recovering(at: float | None, **more: Any) -> dict[str, Any]:
    """Below grade 3 before the operation; sustained from a day on, or not by day 400."""
    course = [0.0, at] if at is not None else [400.0, None]
    found = {"worst": 2 if at is None else 4}
    found |= {"sustained": found["worst"], "sustainable": found["worst"]}
    return {
        "preop_worst": 2, "recovery": {str(grade): course for grade in (3, 4, 5)},
        "worst": found.pop("worst"), "outcome": found,
    } | more  # fmt: skip


def enough(cast: Cast, early: int = 10, later: int = 10, **more: Any) -> None:
    wanted = [
        *[recovering(30.0 + n if n % 3 else None, **more) for n in range(early)],
        *[recovering(60.0 + n if n % 2 else None, band=Band.LATER, **more) for n in range(later)],
    ]
    people(cast.seoul, cast.physician_a, wanted)


def shown(client: Any, **asked: str) -> str:
    answer = client.get(reverse("comparison-recovery"), asked)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", answer.content.decode())


def test_pending_and_then_ready_on_the_page(cast: Cast, client_for: Any) -> None:
    enough(cast)
    client = client_for(cast.physician_a)
    page = shown(client)
    assert "Being computed." in page
    assert "See whether it is ready" in page
    assert "10 of 10" not in page
    assert "Recovered" in page, "the states are there at once"
    where = reverse("comparison-recovery-progress")
    assert client.get(where).json() == {
        "working": True, "done": 0, "total": None, "said": "Being computed.",
    }  # fmt: skip
    tasks.compute_cohort()
    assert client.get(where).json()["working"] is False
    page = shown(client)
    assert "See whether it is ready" not in page
    assert "6 of 10 people below grade 3 before the operation were seen at it or better" in page
    assert "5 of 10 people below grade 3 before the operation" in page
    assert "tau-b = " in page
    assert "n = 20 people whose hours are known exactly" in page
    assert "Exploratory: no p-value." in page
    row = page[page.index("12 months (day 365)") :].split("</tr>")[0]
    heads = re.findall(r'<td data-head="([^"]+)">', row)
    assert heads == ["24 h or less", "More than 24 h"], "on a phone each number says whose it is"
    assert "p =" not in page
    for none in ("4", "6", "x", ""):
        assert shown(client, grade=none)
    assert CohortJob.objects.count() == 1, "every grade is in one"


def test_pending_and_then_ready_in_the_api(cast: Cast) -> None:
    enough(cast)
    reader = Api(cast.physician_a)
    answer = reader.get(API)
    assert (answer.status, answer.json["state"]) == (202, "pending")
    assert answer.json["computed"] is None
    assert len(answer.json["states"]) == 10
    tasks.compute_cohort()
    answer = reader.get(API)
    assert (answer.status, answer.json["state"]) == (200, "ready")
    computed = answer.json["computed"]
    assert (computed["people"], computed["tau"]["people"]) == (20, 20)
    assert computed["tau"]["interval"]["lower"] <= computed["tau"]["value"]
    assert computed["bounds"]["bounds"]["lower"] == pytest.approx(computed["tau"]["value"])
    third = computed["recovery"][2]
    assert [(c["timing"], c["people"], c["reached"]) for c in third["curves"]] == [
        ("early", 10, 6), ("later", 10, 5),
    ]  # fmt: skip
    assert third["curves"][0]["steps"][-1]["right"] is None
    assert not re.search(r'"p"|NaN|Infinity', answer.raw.content.decode())
    assert answer.json["stamp"]["data_version"]
    assert answer.json["limits"] == [*LIMITS, REGRESSION]


def test_below_the_preset_number_nothing_is_computed(cast: Cast, client_for: Any) -> None:
    enough(cast, early=9)
    assert Api(cast.physician_a).get(API).json["state"] == "too_few"
    assert "Not computed: fewer than 10 people" in shown(client_for(cast.physician_a))
    assert Api(cast.physician_a).get(f"{API}?window=last").json["state"] == "descriptive"
    assert not CohortJob.objects.exists()


@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_nobody_one_and_two(cast: Cast, client_for: Any, wanted: int) -> None:
    enough(cast, early=wanted, later=0)
    answer = Api(cast.physician_a).get(API)
    assert (answer.status, answer.json["state"]) == (200, "too_few")
    early, later = (group for group in answer.json["states"] if group["grade"] == 3)
    assert sum(early["windows"][0]["counts"].values()) == wanted
    assert sum(later["windows"][0]["counts"].values()) == 0
    assert "Nobody is in this group." in shown(client_for(cast.physician_a))


def test_all_censored_and_a_death(cast: Cast) -> None:
    people(
        cast.seoul,
        cast.physician_a,
        [recovering(None, band=band) for band in (Band.DAY, Band.WEEK) for _ in range(10)],
    )
    reader = Api(cast.physician_a)
    reader.get(API)
    tasks.compute_cohort()
    third = reader.get(API).json["computed"]["recovery"][2]
    assert [curve["steps"] for curve in third["curves"]] == [
        [{"left": 400.0, "right": None, "mass": 1.0}]
    ] * 2
    person(99, cast.seoul, cast.physician_a, **recovering(None) | {"outcome": {"dead": True}})
    assert reader.get(API).status == 202, "other data, asked anew"
    tasks.compute_cohort()
    answer = reader.get(API).json
    third = answer["computed"]["recovery"][2]
    assert (third["why"], third["died"]) == ("died", 1)
    assert [curve["steps"] for curve in third["curves"]] == [[], []]
    early = next(group for group in answer["states"] if group["grade"] == 3)
    assert {window["counts"]["dead"] for window in early["windows"]} == {1}


def test_a_stale_baseline_is_said(cast: Cast, client_for: Any) -> None:
    """CLINICAL.md G: an examination more than 14 days before the operation is no fresh baseline."""
    page = shown(client_for(cast.physician_a))
    assert "Stale baseline" not in page
    enough(cast)
    assert "Stale baseline" not in shown(client_for(cast.physician_a))
    wanted = [
        {"preop_stale": "yes"},
        {"preop_stale": "cannot_tell"},
        {"preop_stale": "not_applicable"},
    ]
    people(cast.seoul, cast.physician_a, [recovering(None) | one for one in wanted], start=90)
    page = shown(client_for(cast.physician_a))
    assert "Stale baseline: 2 of the counted were graded more than 14 days before" in page
    states = Api(cast.physician_a).get(API).json["states"]
    assert [one["stale_baseline"] for one in states if one["grade"] in (2, 3)] == [0, 0, 2, 0]


def test_windows_have_the_exact_interval_of_their_share(cast: Cast) -> None:
    enough(cast)
    states = Api(cast.physician_a).get(API).json["states"]
    early = next(one for one in states if (one["grade"], one["timing"]) == (3, "early"))
    told = early["windows"][3]["recovered"]
    expected = binomtest(6, 10).proportion_ci(method="exact")
    assert (told["least"], told["most"]) == (6, 6)
    assert told["interval"]["lower"] == pytest.approx(expected.low)
    assert told["interval"]["upper"] == pytest.approx(expected.high)


def test_of_many_people_the_window_asked_for_is_told(
    cast: Cast, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough(cast)
    monkeypatch.setattr(recovery, "MOST_AT_ONCE", 19)
    for window, told in {"6mo": "6mo", "last": "12mo"}.items():
        answer = Api(cast.physician_a).get(f"{API}?window={window}").json
        windows = {one["window"] for group in answer["states"] for one in group["windows"]}
        assert windows == {told}
    assert "one window at a time" in shown(client_for(cast.physician_a))
    monkeypatch.setattr(recovery, "MOST_AT_ONCE", 20)
    assert "one window at a time" not in shown(client_for(cast.physician_a))


def test_a_withdrawn_consent_leaves_what_was_ready(cast: Cast) -> None:
    enough(cast, early=11)
    reader = Api(cast.physician_a)
    reader.get(API)
    tasks.compute_cohort()
    assert reader.get(API).json["computed"]["people"] == 21
    CohortConsent.objects.filter(entry=CohortEntry.objects.filter(band="day").first()).delete()
    answer = reader.get(API)
    assert (answer.status, answer.json["computed"]) == (202, None)
    tasks.compute_cohort()
    assert reader.get(API).json["computed"]["people"] == 20


def test_rights_lost_while_it_waits(cast: Cast) -> None:
    enough(cast)
    reader = Api(cast.physician_a)
    assert reader.get(API).status == 202
    Membership.objects.filter(user=cast.physician_a).update(active=False)
    tasks.compute_cohort()
    job = CohortJob.objects.get()
    assert (job.state, job.problem, job.result) == ("failed", "superseded", None)
    assert reader.get(API).status == 403


# --- of people one may not open -------------------------------------------------------------------
def test_of_others_only_rounded_counts(cast: Cast, client_for: Any) -> None:
    """The surgeon may open nobody here: no job, no exact count, no curve."""
    people(
        cast.seoul,
        cast.physician_a,
        [
            *[recovering(30.0)] * 13,
            *[recovering(None)] * 11,
            *[recovering(None, band=Band.WEEK)] * 9,
        ],
    )
    answer = Api(cast.surgeon_a).get(API).json
    assert answer["state"] == "too_few"
    assert {n for g in answer["states"] for w in g["windows"] for n in w["counts"].values()} == {0}
    early, later = (group for group in answer["others"] if group["grade"] == 3)
    assert early["windows"][0]["counts"] == {
        "recovered": 15, "not_recovered": 10, "dead": None, "unknown": None, "not_yet_due": None,
    }  # fmt: skip
    assert set(later["windows"][0]["counts"].values()) == {10, None}
    page = shown(client_for(cast.surgeon_a))
    assert "about 15" in page
    assert "not told" in page
    assert not CohortJob.objects.exists()


def test_a_table_in_which_nothing_is_told_is_one_line(cast: Cast, client_for: Any) -> None:
    people(cast.seoul, cast.physician_a, [recovering(30.0)] * 13 + [recovering(None)] * 11)
    page = shown(client_for(cast.surgeon_a))
    later = page[page.index("More than 24 h</h3>") :]
    assert "They are so few, or so few are set apart, that nothing is told." in later
    assert "not told" not in later
    assert "not told" in page, "of the other group"


def test_where_few_are_set_apart_nothing_is_told_of_the_rest(cast: Cast, client_for: Any) -> None:
    """Three were at grade 3 before: below it there are 20, with them 23, and 31 in all."""
    there = [recovering(30.0) | {"preop_worst": grade} for grade in (*[3] * 3, *[4] * 8)]
    below = [recovering(30.0) | {"preop_worst": grade} for grade in (*[1] * 10, *[2] * 10)]
    people(cast.seoul, cast.physician_a, [*below, *there])
    answer = Api(cast.surgeon_a).get(API).json
    told = {g["grade"]: g["windows"] for g in answer["others"] if g["timing"] == "early"}
    assert told[3] is None, "beside grade 4 it would tell of the three"
    assert told[4] is not None, "eight are left out"
    assert told[5] is not None
    assert "nothing is told" in shown(client_for(cast.surgeon_a))


def early_of_others(cast: Cast, query: str = "") -> dict[int, Any]:
    others = Api(cast.surgeon_a).get(f"{API}{query}").json["others"]
    return {one["grade"]: one["windows"] for one in others if one["timing"] == "early"}


def test_a_filter_by_grade_is_as_near_as_a_grade(cast: Cast) -> None:
    """20 were at grade 2, which a filter asks for; below grade 4 there are three more."""
    grades = (*[2] * 20, *[3] * 3, *[4] * 8)
    wanted = [recovering(30.0) | {"preop_worst": grade} for grade in grades]
    people(cast.seoul, cast.physician_a, wanted)
    told = early_of_others(cast)
    assert (told[3], told[4]) == (None, None)
    assert told[5] is not None
    assert Api(cast.surgeon_a).get("cohort/comparison/?preop_worst=2").json["others"]["cells"]


def test_a_filter_leaves_out_enough_of_those_below_a_grade(cast: Cast) -> None:
    """It leaves out ten of the group, and of those below grade 3 one."""
    grades = [("L1", 1)] * 10 + [("L1", 2)] * 10 + [("T12", 2)] + [("T12", 4)] * 9
    wanted = [recovering(30.0) | {"levels": level, "preop_worst": grade} for level, grade in grades]
    people(cast.seoul, cast.physician_a, wanted)
    assert early_of_others(cast)[3] is not None
    told = early_of_others(cast, "?level=L1")
    assert told[3] is None, "beside the same without a filter it would tell of the one"
    assert told[5] is not None


def test_a_result_is_of_ones_own_people_alone(cast: Cast) -> None:
    enough(cast)
    people(cast.berlin, cast.physician_b, [recovering(7.25)] * 15, start=200)
    reader = Api(cast.physician_a)
    reader.get(API)
    tasks.compute_cohort()
    answer = reader.get(API).json
    assert answer["computed"]["people"] == 20
    assert "7.25" not in json.dumps(answer["computed"])
    assert CohortJob.objects.get().user == cast.physician_a
