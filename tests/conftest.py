"""What every test shares: the cast, signed-in clients, and skips that nobody overlooks."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.template import Template
from django.test import Client, TransactionTestCase, client
from django.test.utils import _TestState
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from rest_framework.test import APIClient

from patients import triggers
from patients.models import User
from tests.support import needs, serving
from tests.support.cast import Cast, the_cast

# what lands is decided by the code, not by the luck of a draw: new examples are sought elsewhere
hypothesis.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    derandomize=needs.REQUIRE_ALL,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis.register_profile(
    "full", parent=hypothesis.get_profile("quick"), max_examples=1000, derandomize=False
)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ON_POSTGRES = not settings.IS_SQLITE
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "cast"}


def touches_database(item: pytest.Item) -> bool:
    return bool(
        item.get_closest_marker("django_db")
        or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    )


# where alone the last part of `make test` looks for what it runs
APART = {"serve": ("tracker", "faults"), "faults": ("faults",), "browser": ("browser",)}


def pytest_itemcollected(item: pytest.Item) -> None:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    for mark, rooms in APART.items():
        if item.get_closest_marker(mark) and room not in rooms:
            raise pytest.UsageError(f"{item.nodeid}: marked {mark}, so it belongs in {rooms}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the database; elsewhere not what is for PostgreSQL alone."""

    def here(item: pytest.Item) -> bool:
        alone = item.get_closest_marker("postgres") is not None
        return (alone or touches_database(item)) if ON_POSTGRES else not alone

    kept = [item for item in items if here(item)]
    config.hook.pytest_deselected(items=[item for item in items if not here(item)])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for garbage cost a sixth of the whole time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
    for reason, count in skipped.items():
        line = f"{count} test(s): {reason}"
        terminalreporter.write_line(line, red=True)
        needs.remember(line)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> Iterator[None]:
    """Tests that commit are cleaned up by emptying the tables, which the triggers forbid.

    The flush's own post_migrate installs them again.
    """
    teardown = TransactionTestCase._fixture_teardown

    def unguarded(case: TransactionTestCase) -> None:
        triggers.uninstall()
        teardown(case)

    TransactionTestCase._fixture_teardown = unguarded
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True, scope="session")
def _context_of_the_page_alone() -> Iterator[None]:
    """`answer.context` keeps what the page is drawn with, not a copy for each of its parts."""
    store = client.store_rendered_templates

    def outermost(kept: dict[str, Any], *given: Any, **more: Any) -> None:
        if "context" not in kept:
            store(kept, *given, **more)

    client.store_rendered_templates = outermost
    yield
    client.store_rendered_templates = store


@pytest.fixture(scope="module")
def templates_as_in_life(django_test_environment: None) -> Iterator[None]:
    """Without the copies that Django's test environment makes of each context that is drawn: they
    cost a sixth of every page, and only `answer.context` needs them.
    """
    watched = Template._render
    Template._render = _TestState.saved_data.template_render
    yield
    Template._render = watched


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the product's first start on an empty folder left, its output in serve.log: not to be
    changed. One for all the workers of a run, and for all runs that name a folder in FIRST_START.
    """
    own = tmp_path_factory.getbasetemp()
    beside = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return serving.first_start(Path(os.environ.get("FIRST_START") or beside / "first"))


@pytest.fixture(scope="module")
def started_before(first_start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for the tests of a file: the next start on it is the second."""
    copy = tmp_path_factory.mktemp("copy") / "var"
    shutil.copytree(first_start, copy)
    return copy


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of no demo, in which nobody is yet: not to be changed."""
    place = tmp_path_factory.mktemp("migrated")
    done = serving.manage(place, "migrate", "-v", "0", DEMO="0")
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and throttles count per test."""
    yield
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Two hospitals, their people and patients: see tests/support/cast.py."""
    return the_cast()


@pytest.fixture
def client_for() -> Callable[[User | None], Client]:
    """A browser's session signed in as someone, or as nobody."""

    def sign_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """An API client of someone, by bearer token; of nobody without."""

    def authorised(user: User | None) -> APIClient:
        from knox.models import AuthToken

        client = APIClient()
        if user is not None:
            _stored, token = AuthToken.objects.create(user=user)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return authorised
