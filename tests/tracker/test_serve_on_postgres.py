"""`make run` with DATABASE_URL on PostgreSQL: migrated, demo in place, healthy."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support import serving
from tests.support.ports import free_port

pytestmark = [pytest.mark.postgres, pytest.mark.serve]
NAME = "regain_serve"


@pytest.fixture
def database() -> Iterator[str]:
    server = os.environ["TEST_DATABASE_URL"]
    name = sql.Identifier(NAME)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield server.rsplit("/", 1)[0] + f"/{NAME}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_starts_with_the_demo_in_place(database: str, tmp_path: Path) -> None:
    started = serving.start(tmp_path, free_port(), DATABASE_URL=database)
    try:
        started.wait_for(200)
        with psycopg.connect(database) as connection:
            published = "SELECT count(*) FROM patients_patient WHERE origin = 'published'"
            assert connection.execute(published).fetchone() == (1,)
    finally:
        assert started.stop() == 0
    assert not (tmp_path / "regain.sqlite3").exists()
