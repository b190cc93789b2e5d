"""The page of outcome and timing: what remains, what is said, and of whom nothing is."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.comparison import Comparison, Population, answer
from outcomes.models import CohortEntry
from outcomes.rules.cohort_question import Question
from outcomes.rules.cohort_summary import Band
from patients.models import AuditEvent, CareTeamMember
from tests.support.cast import Cast, operate
from tests.support.cohort import people, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole(templates_as_in_life: None, cast: Cast) -> None:
    """None of the cast counts, only whom a test adds."""
    CohortEntry.objects.all().delete()


def shown(client: Any, **asked: str) -> str:
    answer = client.get(reverse("comparison"), asked)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", answer.content.decode())


def cells(page: str) -> list[list[str]]:
    """The lines of the table of who remains."""
    table = page[page.index("remaining") : page.index("</table>")]
    lines = re.findall(r"<tr.*?</tr>", table)[1:]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]


def test_each_filter_says_who_remains_and_of_whom_what_is_known(
    cast: Cast, client_for: Any
) -> None:
    people(
        cast.seoul,
        cast.physician_a,
        [
            *[{"origin": "synthetic", "levels": "L1"}] * 3,
            {"origin": "synthetic", "levels": "T12, L1", "worst": None},
            {"origin": "synthetic", "levels": "T12", "band": Band.UNKNOWN},
            {"origin": "synthetic", "levels": "L1", "consent": False},
        ],
    )
    page = shown(client_for(cast.surgeon_a), origin="synthetic", level="L1")
    assert cells(page) == [
        ["Everyone with research consent today", "5", "4", "4", "3"],
        ["Fracture level: L1", "4", "4", "3", "3"],
    ]
    assert "Synthetic data." in page
    assert "3 of 3 people decompressed 24 h or less after cement ended at grade 3 or better" in page
    assert "exact 95 % interval 29–100 %" in page
    assert "Limits of this comparison" in page


def test_below_the_preset_number_there_is_no_estimate_and_from_it_on_there_is(
    cast: Cast, client_for: Any
) -> None:
    early = [{"origin": "synthetic", "worst": grade} for grade in (3, 4, 5, 2, 4, 3, 5, 4, 3)]
    later = [{"origin": "synthetic", "worst": 2, "band": Band.LATER}] * 10
    people(cast.seoul, cast.physician_a, [*early, *later])
    client = client_for(cast.surgeon_a)
    page = shown(client, origin="synthetic")
    assert "Fewer than 10 people with timing and outcome in a group (9 and 10)" in page
    assert "test: p" not in page
    assert "% of pairs" not in page
    person(99, cast.seoul, cast.physician_a, origin="synthetic", worst=4)
    page = shown(client, origin="synthetic")
    assert "% of pairs" in page
    assert "test: p " in page
    assert "In pairs: 20 people, of 1 first grade that both groups have." in page
    assert "no part of the primary analysis: exploratory" in page
    for other in ({"window": "6mo"}, {"outcome": "weaker_leg"}, {"first_worst": "2"}):
        assert "test: p" not in shown(client, origin="synthetic", **other)
        assert "Exploratory" in shown(client, origin="synthetic", **other)
        assert "no part of the primary" not in shown(client, origin="synthetic", **other)
    CohortEntry.objects.update(first_worst=None)
    nobody = shown(client, origin="synthetic")
    assert "No first grade was found in both groups" in nobody
    assert "Fewer than 10" not in nobody
    last = shown(client, origin="synthetic", window="last")
    assert "% of pairs" not in last
    assert "interval" not in last
    assert "the outcome is known of" in last
    assert "followed no longer" not in last, "an examination that is the last was never due"


def test_groups_without_a_common_first_grade_are_not_called_too_small(
    cast: Cast, client_for: Any
) -> None:
    wanted = [{"first": 2}] * 10 + [{"first": 3, "band": Band.LATER}] * 10
    people(cast.seoul, cast.physician_a, wanted)
    page = shown(client_for(cast.physician_a))
    assert "No first grade was found in both groups" in page
    assert "Fewer than 10 people with timing" not in page


def test_of_others_there_are_rounded_counts_and_nobody(cast: Cast, client_for: Any) -> None:
    own = person(0, cast.seoul, cast.physician_a, worst=4)
    operate(own, cast.physician_a, operator=cast.surgeon_a)
    people(cast.seoul, cast.physician_a, [{"worst": 3}] * 12, start=1)
    people(cast.seoul, cast.physician_a, [{"worst": 2, "levels": "L1"}] * 3, start=20)
    page = shown(client_for(cast.surgeon_a))
    assert cells(page) == [
        ["Everyone with research consent today"],
        ["whose records you may open", *["1"] * 4],
        # of nobody else it would say that timing and outcome are known
        ["others", "about 15", *["not told"] * 3],
    ]
    assert "Person 1" in page
    assert "Person 2" not in page
    apart = shown(client_for(cast.surgeon_a), level="unknown")
    assert "too few set apart by the filter" in apart
    assert "about 10" not in apart
    # who may open every record of the site is told exactly; there is another site
    page = shown(client_for(cast.physician_a))
    assert cells(page)[1][1:] == ["16"] * 4
    assert cells(page)[2][1:] == ["not told"] * 4


def test_the_locked_analysis_is_of_the_whole_registry(cast: Cast, client_for: Any) -> None:
    """One p-value, not one for each part that somebody may open (CLINICAL.md I)."""
    wanted = [{"worst": n % 4 + 1, "band": (Band.DAY, Band.LATER)[n % 2]} for n in range(24)]
    people(cast.seoul, cast.physician_a, wanted)
    own = shown(client_for(cast.physician_a))
    assert "The primary analysis is of the whole registry" in own
    assert "% of pairs" in own
    assert "test: p" not in own
    people(cast.berlin, cast.physician_b, [*wanted, *wanted], start=30)
    page = shown(client_for(cast.physician_a))
    own, others = page.split("These people alone")
    assert "The primary analysis is of the whole registry" in own
    assert "Exploratory: no p-value." in others
    assert "% of pairs" in others
    assert "In pairs: people of first grade 2, of whom 20 or more in each group" in others
    assert "test: p" not in page


def test_the_estimate_of_others_hangs_on_nobody_of_ones_own(cast: Cast) -> None:
    """With these in its pairs, what is known of them would tell of the others."""
    CohortEntry.objects.all().delete()
    bands = (Band.DAY, Band.LATER)
    wanted: list[dict[str, Any]] = [{"worst": n % 6, "band": bands[n % 2]} for n in range(44)]
    people(cast.berlin, cast.physician_b, wanted)

    def asked() -> Comparison:
        return answer(Population(cast.surgeon_a, Question(), timezone.now()))

    def own(start: int, **of_each: Any) -> None:
        for one in people(cast.seoul, cast.physician_a, [of_each] * 6, start=start):
            CareTeamMember.objects.create(patient=one, user=cast.surgeon_a, since=timezone.now())

    alone = asked().others_win
    assert alone is not None
    assert alone.firsts == (2,)
    for worst, start in ((0, 100), (5, 200)):
        own(start, worst=worst)
        assert asked().others_win == alone
    assert asked().analysis.people == 12
    # of another first grade, whom one's own would make a pair with
    people(cast.berlin, cast.physician_b, [{"first": 0, "band": Band.LATER}], start=300)
    own(400, first=0)
    assert asked().others_win == alone


def test_too_few_in_pairs_are_said(cast: Cast, client_for: Any) -> None:
    wanted = [
        {"first": 2 if n < 4 else None, "band": (Band.DAY, Band.LATER)[n % 2]} for n in range(24)
    ]
    people(cast.seoul, cast.physician_a, wanted)
    page = shown(client_for(cast.physician_a))
    assert "Fewer than 10 people in a group have a first grade that the other has too" in page
    assert "(2 and 2)" in page
    assert "% of pairs" not in page


def test_with_the_last_filter_no_more_is_said_than_by_the_answer(
    cast: Cast, client_for: Any
) -> None:
    """Four cells of eight are 32: "about 30" would settle them."""
    found: list[dict[str, Any]] = [
        {"worst": None}, {"outcome": {"dead": True}},
        {"outcome": {"walks_alone": False}}, {"outcome": {"walks_alone": True}},
    ]  # fmt: skip
    people(cast.berlin, cast.physician_b, [one for one in found for _ in range(8)])
    rows = cells(shown(client_for(cast.surgeon_a), outcome="walks_alone"))
    assert rows[-1] == ["others", "not told", "not told", "about 25", "not told"]


def test_what_is_no_question_is_said_with_the_form(cast: Cast, client_for: Any) -> None:
    for sent in ({"window": "2wk"}, {"patient": "1"}):
        answer = client_for(cast.surgeon_a).get(reverse("comparison"), sent)
        assert answer.status_code == 400
        assert "<select" in answer.content.decode()
    sent = {"level": "L1", "residual_cement": "much", "origin": "synthetic"}
    answer = client_for(cast.surgeon_a).get(reverse("comparison"), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert '<option value="L1" selected>' in page
    assert f'{reverse("comparison-recovery")}?origin=synthetic&amp;level=L1"' in page


def test_a_form_leads_to_the_short_address(cast: Cast, client_for: Any) -> None:
    sent = {"outcome": "worst_leg", "window": "6mo", "level": "", "etiology": "", "grade": "4"}
    answer = client_for(cast.surgeon_a).get(reverse("comparison"), sent)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('comparison')}?window=6mo&grade=4"


@pytest.mark.parametrize("who", ["therapist_a", "administrator_a", "patient_user", "sees"])
def test_others_are_refused(who: str, cast: Cast, client_for: Any) -> None:
    answer = client_for(getattr(cast, who)).get(reverse("comparison"))
    assert answer.status_code == 403


def test_opening_it_is_audited_with_whom_it_told_of(cast: Cast, client_for: Any) -> None:
    own = person(0, cast.seoul, cast.physician_a)
    person(1, cast.berlin, cast.physician_b)
    shown(client_for(cast.physician_a))
    event = AuditEvent.objects.filter(action="comparison.view").latest("pk")
    assert event.patient_ids == [str(own.pk)]


def test_the_cost_does_not_grow(
    cast: Cast, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    people(cast.seoul, cast.physician_a, [{"worst": 3}] * 9)
    client = client_for(cast.surgeon_a)
    shown(client)
    with django_assert_max_num_queries(18):
        shown(client, level="L1", technique="laminectomy")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "There is nobody whose record you may open"),
        ({"level": "S2"}, "Nobody is left. Take a filter away."),
        ({"origin": "synthetic"}, "Nobody to show."),
        ({"origin": "synthetic", "level": "S2"}, "Nobody is left. Take a filter away."),
    ],
)
def test_where_nobody_is_shown_a_filter_is_blamed_only_where_there_is_one(
    cast: Cast, client_for: Any, asked: dict[str, str], said: str
) -> None:
    page = shown(client_for(cast.physician_a), **asked)
    view = page[page.index("</details>") : page.index('class="stamp"')]
    words = {
        "There is nobody whose record you may open",
        "Nobody is left. Take a filter away.",
        "Nobody to show.",
    }
    assert {one for one in words if one in view} == {said}
