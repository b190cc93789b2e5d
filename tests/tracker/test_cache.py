"""The cache on Redis: shared while Redis is there, per process and never slow while it is not."""

import logging
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from django.test import Client

from tests.support import redis
from tests.support.cast import Cast
from tests.support.ports import free_port
from tracker import cache as module
from tracker.cache import ANSWER_SECONDS, RETRY_SECONDS, Breaker, RedisOrLocalCache, breaker_of

LONGEST_REQUEST_SECONDS = 2.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class TestBreaker:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def breaker(self, clock: Clock) -> Breaker:
        return Breaker(4.0, clock)

    def test_allows_all_while_nothing_failed(self, breaker: Breaker) -> None:
        assert [breaker.allows() for _ in range(3)] == [True] * 3
        assert breaker.succeeded() is False

    @pytest.mark.parametrize(("later", "allowed"), [(0.0, False), (3.9, False), (4.0, True)])
    def test_after_a_failure_not_before_the_pause_is_over(
        self, breaker: Breaker, clock: Clock, later: float, allowed: bool
    ) -> None:
        breaker.failed()
        clock.now = later
        assert breaker.allows() is allowed

    def test_one_try_for_each_pause(self, breaker: Breaker, clock: Clock) -> None:
        breaker.failed()
        clock.now = 4.0
        assert [breaker.allows() for _ in range(3)] == [True, False, False]
        clock.now = 8.0
        assert [breaker.allows() for _ in range(2)] == [True, False]

    def test_an_outage_begins_and_ends_once(self, breaker: Breaker) -> None:
        assert [breaker.failed(), breaker.failed()] == [True, False]
        assert [breaker.succeeded(), breaker.succeeded()] == [True, False]
        assert breaker.allows()
        assert breaker.failed() is True


@pytest.fixture
def closed() -> str:
    """An address where nobody listens."""
    return f"redis://127.0.0.1:{free_port()}/0"


@pytest.fixture
def hung() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture(params=["closed", "hung"])
def gone(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(request.param)
    return address


def made(url: str) -> RedisOrLocalCache:
    return RedisOrLocalCache(url, {})


def test_every_operation_works_without_redis_and_only_the_first_waits(gone: str) -> None:
    began = time.monotonic()
    cache = made(gone)
    assert cache.add("a", 1) is True
    assert cache.add("a", 2) is False
    assert cache.incr("a") == 2
    with pytest.raises(ValueError, match="not found"):
        cache.incr("none")
    cache.set("b", ["x"], timeout=60)
    assert cache.touch("b") is True
    assert cache.get_many(["a", "b"]) == {"a": 2, "b": ["x"]}
    assert cache.set_many({"c": 3}) == []
    assert cache.has_key("c")
    assert cache.delete("c") is True
    cache.delete_many(["a"])
    assert cache.get("a", "gone") == "gone"
    assert cache.get_or_set("d", lambda: 4) == 4
    cache.clear()
    assert cache.get("d") is None
    assert time.monotonic() - began < 1.0


def test_another_thread_knows_of_the_outage(hung: str) -> None:
    """Each thread has a cache object of its own; the second one does not wait."""
    made(hung).set("a", 1)
    began = time.monotonic()
    assert made(hung).get("a") == 1
    assert time.monotonic() - began < ANSWER_SECONDS / 2


def test_no_operation_of_the_cache_is_left_unguarded() -> None:
    of_redis = {
        name
        for name in vars(RedisCache)
        if callable(getattr(RedisCache, name)) and hasattr(BaseCache, name) and name[0] != "_"
    } - {"get_backend_timeout"}
    assert of_redis <= set(vars(RedisOrLocalCache))


def test_an_outage_is_told_once_without_the_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        cache = made(f"redis://:hush-hush@127.0.0.1:{free_port()}/0")
        for _ in range(5):
            cache.get("a")
    (told,) = caplog.messages
    assert "limits hold per process" in told
    assert "hush" not in told


@pytest.mark.redis
def test_back_on_redis_after_the_pause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with redis.server() as server:
        clock = Clock()
        breaker = Breaker(RETRY_SECONDS, clock)
        monkeypatch.setattr(module, "breaker_of", lambda _server: breaker)
        cache = made(server.url)
        cache.set("a", "in redis")
        with server.client() as client:
            assert client.exists(":1:a")
        server.kill()
        assert cache.get("a") is None
        cache.set("a", "in memory")
        server.start()
        assert cache.get("a") == "in memory"
        clock.now += RETRY_SECONDS
        assert cache.get("a") is None
        cache.set("a", "in redis again")
        server.kill()
        assert cache.get("a") is None, "a count of an earlier outage came back"
    told = [text.split(" (")[0] for text in caplog.messages]
    assert told == ["The cache cannot be reached", "The cache is back.", told[0]]


@pytest.mark.redis
def test_a_server_that_restarted_unseen_is_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    with redis.server() as server:
        cache = made(server.url)
        cache.set("a", 1)
        server.kill()
        server.start()
        cache.set("a", 2)
        assert cache.get("a") == 2
    assert caplog.messages == []


@pytest.mark.redis
def test_a_full_server_is_an_outage_too() -> None:
    with redis.server() as server:
        server.configure("maxmemory", "1")
        cache = made(server.url)
        cache.set("a", 1)
        assert cache.get("a") == 1


@pytest.fixture
def on_redis_that_is_gone(settings: Any, gone: str, db: None) -> str:
    # the first request of a process imports every page: not what is measured here
    Client().get("/api/v1/me/")
    Client().get("/account/login/")
    settings.CACHES = {"default": {"BACKEND": "tracker.cache.RedisOrLocalCache", "LOCATION": gone}}
    breaker_of.cache_clear()
    return gone


def test_a_visit_through_the_api_is_kept_in_time(
    on_redis_that_is_gone: str, cast: Cast, api: Any
) -> None:
    body = {"id": str(uuid.uuid4()), "date": "2026-01-05", "kind": "unscheduled"}
    client = api(cast.physician_a)
    began = time.monotonic()
    answer = client.post(f"/api/v1/patients/{cast.ha.pk}/visits/", body, format="json")
    assert answer.status_code == 201, answer.content
    assert time.monotonic() - began < LONGEST_REQUEST_SECONDS


def test_signing_in_works_and_its_limit_holds(
    on_redis_that_is_gone: str, cast: Cast, client: Client
) -> None:
    cast.physician_a.set_password("a right long password")
    cast.physician_a.save()

    def sign_in(password: str) -> int:
        began = time.monotonic()
        answer = client.post("/account/login/", {"login": "physician_a", "password": password})
        assert time.monotonic() - began < LONGEST_REQUEST_SECONDS
        return answer.status_code

    assert sign_in("a right long password") == 302
    client.logout()
    for _ in range(10):
        assert sign_in("wrong") == 200
    assert sign_in("a right long password") == 200, "guessed on, past the limit"
