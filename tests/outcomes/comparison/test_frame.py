"""The frame of every view of the comparison: who may open it, tabs, box of limits, stamp."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.comparison import LIMITS, REGRESSION
from outcomes.pages.comparison.frame import VIEWS
from outcomes.presenters.comparison_words import WORDS, limits
from outcomes.reference import literature_version
from patients.models import Site

CAUSAL = re.compile(
    r"\b(effects?|causes?|caused|because of|due to|leads? to|benefits?|protects?)\b"
)
ROUTES = [name for name, _label in VIEWS]


def test_every_limit_has_its_words_and_none_claims_a_cause():
    assert set(WORDS) == {*LIMITS, REGRESSION}
    for limit in limits(str):
        assert limit.name
        assert limit.words.endswith(".")
        assert not CAUSAL.search(limit.words.lower())


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_limits_stamp_and_tabs_stand_on_every_view(cast, client_for, route):
    asked = {"outcome": "voids", "level": "L1", "grade": "4"}
    if route == "comparison-published":
        asked["layers"] = "doc"  # of this view alone
    page = client_for(cast.surgeon_a).get(reverse(route), asked).content.decode()

    for limit in limits(str):
        assert limit.name in page
        assert limit.words in page
    assert "Decision support, not diagnosis." in page
    assert literature_version() in page
    for other in ROUTES:
        assert f'href="{reverse(other)}?outcome=voids&amp;level=L1&amp;grade=4"' in page
    assert page.count('aria-current="page"') == 2, "in the navigation and among the tabs"


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{}, {"first_worst": "1"}, {"preop_worst": "2"}])
@pytest.mark.parametrize("route", ROUTES)
def test_where_people_are_chosen_by_a_grade_regression_to_the_mean_is_printed(
    cast, client_for, route, asked
):
    """CLINICAL.md I. Time to recovery chooses always: those below the grade to recover to."""
    page = client_for(cast.surgeon_a).get(reverse(route), asked).content.decode()
    chosen = route == "comparison-recovery" or (asked and route != "comparison-published")
    (limit,) = limits(str, [REGRESSION])
    assert (limit.words in page) == bool(chosen)


@pytest.mark.django_db
def test_the_navigation_leads_there_only_for_those_who_may(cast, client_for):
    where = f'href="{reverse(ROUTES[0])}"'
    for name, may in (("surgeon_a", True), ("physician_a", True), ("therapist_a", False)):
        page = client_for(cast.users[name]).get(reverse("notices")).content.decode()
        assert (where in page) == may, name


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_the_date_is_the_day_at_the_sites_that_consents_were_read_on(
    cast, client_for, monkeypatch, route
):
    Site.objects.update(time_zone="Asia/Seoul")
    client = client_for(cast.physician_a)
    late = timezone.now().replace(hour=22)  # in Seoul it is the next morning
    monkeypatch.setattr(timezone, "now", lambda: late)
    page = client.get(reverse(route)).content.decode()
    assert f"<dd>{late.date() + dt.timedelta(days=1)}</dd>" in page
