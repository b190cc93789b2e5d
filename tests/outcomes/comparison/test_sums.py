"""The comparison's counts are those of the raw examinations, on either database."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from outcomes import simulation
from outcomes.comparison import Population, counting
from outcomes.rules.cohort_question import Question
from patients.models import Site
from patients.roles import Role
from tests.support import raw_exams
from tests.support.cast import staff

pytestmark = pytest.mark.django_db


def test_sums_are_those_of_the_raw_examinations():
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    surgeon = staff("surgeon", site, Role.SURGEON)
    now = timezone.now()
    as_of = now.date() - dt.timedelta(days=1)
    list(simulation.run(site=site, patients=90, seed=29, as_of=as_of))
    population = Population(surgeon, Question(origin="synthetic"), now)
    found = Counter()
    for cell in counting.count(population).everyone:
        found[cell.band.value, cell.outcome] += cell.people
    expected = raw_exams.counted("synthetic", population.on)
    assert found == expected
    assert len(expected) > 12
    assert raw_exams.sum_of_grades(expected) > 100
