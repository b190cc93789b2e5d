from collections.abc import Callable
from dataclasses import dataclass

import pytest

from patients.models import Patient, Site, User
from patients.roles import Role
from tests.api.client import Api
from tests.support import cast as people
from tests.support.copies import Once


@pytest.fixture
def as_(db: None) -> Callable[[User | None], Api]:
    """Someone's API client."""
    return Api


@dataclass(frozen=True)
class Bedside:
    """The least a test needs: a physician and a patient with an operation and two visits."""

    physician_a: User
    ha: Patient


@pytest.fixture
def bedside(request: pytest.FixtureRequest, db: None) -> Bedside | people.Cast:
    if "cast" in request.fixturenames:
        return request.getfixturevalue("cast")
    return the_least()


@Once
def the_least() -> Bedside:
    seoul = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    physician = people.staff("physician_a", seoul, Role.PHYSICIAN)
    ha = people.enrol("A-001", seoul, physician, birth_year=1947)
    people.operate(ha, physician)
    for kind, day, right, left in (("discharge", 14, "2", "4-"), ("6wk", 42, "3", "4")):
        people.visit(ha, physician, kind=kind, day=day, right=right, left=left)
    return Bedside(physician, ha)


@pytest.fixture
def physician(bedside: Bedside) -> Api:
    """Of Ha's hospital."""
    return Api(bedside.physician_a)


@pytest.fixture
def ha(bedside: Bedside) -> Patient:
    return bedside.ha
