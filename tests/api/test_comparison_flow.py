"""Who was followed, over the API: the same for the same question, and never of others exactly."""

import pytest

from outcomes.rules.cohort_following import KINDS
from tests.api.client import Api
from tests.api.test_comparison import CANARIES, consent, kept  # noqa: F401  (kept is a fixture)
from tests.support.cast import SURGERY, enrol, operate, visit

FLOW = "cohort/comparison/flow/"
pytestmark = pytest.mark.django_db


def at(answer, window, group="all"):
    return next(
        row for row in answer["open"]["at_windows"]
        if (row["window"], row["group"]) == (window, group)
    )  # fmt: skip


def test_one_person_from_enrolment_to_each_window(cast):
    consent(cast.ha, cast.physician_a, "given")
    answer = Api(cast.surgeon_a).get(FLOW).json
    assert answer["open"]["steps"] == {
        "enrolled": 1, "without_consent": 0, "consented": 1, "filtered_out": 0,
        "counted": 1, "not_operated": 0, "decompressed": 1,
    }  # fmt: skip
    seen = {
        window: [state for state, n in at(answer, window)["states"].items() if n]
        for window in ("6wk", "3mo", "6mo", "12mo", "24mo")
    }
    # operated 120 days ago, examined on day 42
    assert seen == {
        "6wk": ["examined"], "3mo": ["missed"], "6mo": ["not_yet_due"],
        "12mo": ["not_yet_due"], "24mo": ["not_yet_due"],
    }  # fmt: skip
    assert at(answer, "6wk", "day")["people"] == 1
    assert at(answer, "6wk").keys() == {"group", "window", "people", "states"}
    assert list(at(answer, "6wk")["states"]) == list(KINDS)
    assert (answer["others"], answer["withheld"]) == (None, True)


def test_without_research_consent_one_is_a_number_and_nothing_else(cast):
    answer = Api(cast.surgeon_a).get(f"{FLOW}?first_worst=2").json
    steps = answer["open"]["steps"]
    assert (steps["enrolled"], steps["without_consent"], steps["filtered_out"]) == (1, 1, 0)
    assert at(answer, "6wk")["people"] == 0


@pytest.mark.parametrize("query", ["origin=published", "window=2wk", "patient=1"])
def test_what_is_no_question_is_refused(cast, query):
    assert Api(cast.surgeon_a).get(f"{FLOW}?{query}").status == 400


def test_nothing_that_identifies_is_told(cast):
    facts = {k: v for k, v in CANARIES.items() if k != "study_number"}
    patient = enrol(CANARIES["study_number"], cast.seoul, cast.physician_a, **facts)
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
    consent(patient, cast.physician_a, "given", note="canary note")
    told = Api(cast.surgeon_a).get(FLOW).raw.content.decode()
    for canary in (*CANARIES.values(), "canary", str(patient.pk), str(SURGERY), "1941-"):
        assert canary not in told
