"""kill -9 of worker and beat in the middle, two beats, a broker flushed or gone: of so many
reminders none is lost and none doubled at a provider that honours the key (TRUST.md 29)."""

import contextlib
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import provider
from tests.faults.background import Background, Redis, run, ticks
from tests.support import needs

pytestmark = pytest.mark.faults

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
# for each broker: full makes 10,000 reminders and 100 kills of both together
PATIENTS, RECIPIENTS, KILLS = (500, 10, 50) if FULL else (30, 5, 5)
SEED = int(os.environ.get("FAULT_SEED", "2029"))
# no longer than this between two kills, however slow the machine
PATIENCE_SECONDS = 6.0
END_SECONDS = 270.0 if FULL else 150.0
GONE_SECONDS = 4.0


@pytest.fixture(scope="module")
def registry(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A database with its reminders all due, and what must go out."""
    place = tmp_path_factory.mktemp("registry") / "var"
    shutil.copytree(migrated, place)
    expected = run(place, "-m", "tests.faults.seed", str(PATIENTS), str(RECIPIENTS))
    return place, set(expected.split("\n")) - {""}


@pytest.fixture
def background(
    registry: tuple[Path, set[str]], tmp_path: Path
) -> Iterator[Callable[[str], Background]]:
    place, _expected = registry
    shutil.copy(place / "regain.sqlite3", tmp_path)
    shutil.copy(place / "secret_key", tmp_path)
    (tmp_path / "provider" / "accepted").mkdir(parents=True)
    started: list[Background] = []

    def start(broker: str) -> Background:
        started.append(Background(tmp_path, broker))
        started[0].tend()
        return started[0]

    yield start
    for one in started:
        one.stop()


def test_on_the_filesystem_broker(background, registry):
    running = background("filesystem://localhost")
    torment(running, len(registry[1]), {})
    nothing_lost_nothing_doubled(running, registry[1])


@pytest.mark.redis
def test_on_redis_flushed_and_gone(background, registry, tmp_path):
    program = needs.program(
        "redis-server", "valkey-server", what="Redis", fix="install redis-server"
    )
    redis = Redis(program, tmp_path)
    redis.start()
    try:
        running = background(redis.url)
        torment(running, len(registry[1]), {0.3: redis.flush, 0.5: lambda: away(redis)})
        nothing_lost_nothing_doubled(running, registry[1])
    finally:
        redis.kill()


def away(redis: Redis) -> None:
    """Killed, absent for a while, and back without memory."""
    redis.kill()
    time.sleep(GONE_SECONDS)
    redis.start()


def torment(running: Background, total: int, more: dict[float, Callable[[], None]]) -> None:
    """Kill at random, spread over the work; do `more` when so great a part of it is done."""
    chance, pending = random.Random(SEED), dict(more)
    last, following = time.monotonic(), chance.random()
    for _tick in ticks(0.02, END_SECONDS):
        running.tend()
        done = running.taken() / total
        for part in [part for part in pending if done >= part]:
            pending.pop(part)()
        late = time.monotonic() - last > PATIENCE_SECONDS
        if running.kills < KILLS and (late or done >= (running.kills + following) / KILLS):
            strike(running, chance)
            last, following = time.monotonic(), chance.random()
        if done >= 1 and running.kills >= KILLS and settled(running, total):
            break
    assert pending == {}, "the broker was not tormented"


def strike(running: Background, chance: random.Random) -> None:
    """Anyone at any moment, and every other time both workers once a message was accepted."""
    if running.kills % 3:
        time.sleep(chance.uniform(0, 0.3))
        running.kill(chance.choice(list(running.commands)))
        return
    hold = running.store / provider.HOLD
    hold.touch()
    before = running.taken()
    # a worker that was killed just now needs seconds to begin, more on a busy machine
    for _tick in ticks(0.0005, 20.0):
        if running.taken() != before:
            break
    for name in ("worker-1", "worker-2"):
        running.kill(name)
    hold.unlink()


def settled(running: Background, total: int) -> bool:
    return [state for state, _what in running.outbox().values()].count("sent") == total


def nothing_lost_nothing_doubled(running: Background, expected: set[str]) -> None:
    rows, taken = running.outbox(), provider.accepted(running.store)
    repeated = running.repeated()
    told = [rows[key][1] if key in rows else "nobody knows" for key in taken]
    missing, doubled = expected - set(told), len(told) - len(set(told))
    print(
        f"\n{running.broker.partition(':')[0]}: {len(expected)} reminders, {running.kills} kills, "
        f"{len(missing)} missing, {doubled} doubled, {repeated} sent again under their key"
    )
    assert (missing, doubled) == (set(), 0), running.logs()
    assert set(told) == expected, "somebody was told who was not to be"
    assert {state for state, _what in rows.values()} == {"sent"}, running.logs()
    assert len(rows) == len(expected)
    assert taken == {key: what.split()[1] for key, (_state, what) in rows.items()}
    assert running.kills >= KILLS
    assert repeated > 0, "no crash fell between sending and marking: this test had no power"


OLDER = """
INSERT INTO outcomes_notification
    (patient_id, recipient_id, kind, slot, channel, due_at, state, attempts, sent_at, created_at)
SELECT NULL, id, 'visit', '{state}', 'page', '2026-01-01', '{state}', 0, NULL, '2026-01-01'
FROM patients_user
"""


FIRST_RELEASE = """
from django.core.management import call_command
from patients.models import User
call_command("migrate", "patients", verbosity=0)
call_command("migrate", "outcomes", "0001", verbosity=0)
User.objects.create(username="one")
"""


def test_an_outbox_of_the_first_release_is_kept_and_completed(tmp_path):
    run(tmp_path, "manage.py", "shell", "-v", "0", "-c", FIRST_RELEASE)
    with contextlib.closing(sqlite3.connect(tmp_path / "regain.sqlite3")) as database:
        for state in ("waiting", "sending", "sent", "unknown", "cancelled"):
            database.execute(OLDER.format(state=state))
        database.commit()
    run(tmp_path, "manage.py", "migrate", "--verbosity", "0")
    with contextlib.closing(sqlite3.connect(tmp_path / "regain.sqlite3")) as database:
        rows = database.execute("SELECT slot, state, key, sent_at FROM outcomes_notification")
        found = {was: (state, key, sent_at) for was, state, key, sent_at in rows}
    assert {was: state for was, (state, _key, _at) in found.items()} == {
        "waiting": "waiting", "sending": "waiting", "sent": "sent",
        "unknown": "unknown", "cancelled": "cancelled",
    }  # fmt: skip
    assert len({key for _state, key, _at in found.values()} - {None}) == len(found)
    assert {was for was, (_state, _key, at) in found.items() if at} == {"sent"}
