"""The broker that wakes background work: does it answer, and will it keep what it is given?"""

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_SECONDS = 0.5


def fault() -> str:
    """Why the broker cannot be reached and what to do, without its address; empty when it can."""
    if not on_redis():
        return ""
    try:
        with _client() as client:
            client.ping()
    except redis.AuthenticationError:
        return "it refuses the user or password; correct them in CELERY_BROKER_URL"
    except redis.TimeoutError:
        return f"no answer in {ANSWER_SECONDS} s; look after the Redis server"
    except redis.RedisError as error:
        what = "it is still loading" if isinstance(error, redis.BusyLoadingError) else "no answer"
        return f"{what}; start the Redis server, or correct CELERY_BROKER_URL"
    return ""


def warning() -> str:
    """What to change on a Redis server that would throw queued work away; empty when nothing."""
    if not on_redis():
        return ""
    try:
        with _client() as client:
            policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except redis.RedisError:
        return ""  # gone, which `fault` tells, or it keeps its policy to itself
    if policy == "noeviction":
        return ""
    return (
        f"The Redis server may throw away queued work (maxmemory-policy {policy}). "
        "Set it to keep everything: redis-cli CONFIG SET maxmemory-policy noeviction, "
        "and the same in redis.conf."
    )


def on_redis() -> bool:
    return str(settings.CELERY_BROKER_URL).startswith("redis")


def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
