"""Kombu's Redis transport, less a crash of the worker that loses Redis amid a task.

Acknowledging or giving back a message over a connection that is gone, kombu 5.7 fails with an
AttributeError, which Celery takes for a fault in the program and ends the worker. Said as what it
is, a lost connection, the worker reconnects; the message comes again after the visibility timeout.
"""

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):  # type: ignore[misc]
    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("the connection of this channel is gone")
        return super()._connparams(asynchronous)


def install() -> None:
    redis.Transport.Channel = Channel
