"""The cache on Redis, which may go away: then each process counts for itself until it is back.

Request throttles and sign-in limits live in the cache, so that without this an outage of Redis
would refuse every visit a clinician enters. What is given up meanwhile: limits hold per process,
not per site. Redis is only a wake-up and a counter here; whatever it loses, the database has.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

# One failing call is all that a request waits for: connecting and answering together stay under
# a second. The client's own retries would multiply that.
CONNECT_SECONDS, ANSWER_SECONDS = 0.4, 0.5
RETRY_SECONDS = 4.0


class Breaker:
    """After a failure it allows nothing for `pause` seconds, then one try for each such pause."""

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic):
        self._pause, self._clock = pause, clock
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def allows(self) -> bool:
        if self._next_try is None:
            return True
        with self._lock:
            if self._next_try is None:
                return True
            if self._clock() < self._next_try:
                return False
            # whoever comes meanwhile does not wait for this try
            self._next_try = self._clock() + self._pause
            return True

    def failed(self) -> bool:
        """Whether this failure begins an outage."""
        with self._lock:
            begins = self._next_try is None
            self._next_try = self._clock() + self._pause
            return begins

    def succeeded(self) -> bool:
        """Whether this success ends an outage."""
        if self._next_try is None:
            return False
        with self._lock:
            ends = self._next_try is not None
            self._next_try = None
            return ends


@cache
def breaker_of(server: str) -> Breaker:
    """Django makes a cache per thread; they share what they learn about a server."""
    return Breaker(RETRY_SECONDS)


def _guarded(operation: str) -> Any:
    def call(self: "RedisOrLocalCache", *args: Any, **kwargs: Any) -> Any:
        if self.breaker.allows():
            try:
                answer = getattr(RedisCache, operation)(self, *args, **kwargs)
            # also a full or read-only server, and a password it refuses
            except RedisError as error:
                self.note_failure(error)
            else:
                self.note_success()
                return answer
        return getattr(self.local, operation)(*args, **kwargs)

    return call


class RedisOrLocalCache(RedisCache):
    """Django's Redis cache; in an outage, an in-memory cache of the process."""

    def __init__(self, server: str, params: dict[str, Any]):
        options = {
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": ANSWER_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        } | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self.breaker = breaker_of(server)
        self.local = LocMemCache(f"instead of {server}", params)

    def note_failure(self, error: RedisError) -> None:
        if self.breaker.failed():
            log.warning(
                "The cache cannot be reached (%s: %s): limits hold per process until it is back.",
                type(error).__name__,
                error,
            )

    def note_success(self) -> None:
        if self.breaker.succeeded():
            # what was counted in this outage says nothing in the next
            self.local.clear()
            log.warning("The cache is back.")

    add = _guarded("add")
    get = _guarded("get")
    set = _guarded("set")
    touch = _guarded("touch")
    delete = _guarded("delete")
    get_many = _guarded("get_many")
    has_key = _guarded("has_key")
    incr = _guarded("incr")
    set_many = _guarded("set_many")
    delete_many = _guarded("delete_many")
    clear = _guarded("clear")
