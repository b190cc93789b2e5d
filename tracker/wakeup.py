"""Wakes the worker. Never needed: beat sends the same tasks soon; so it never fails or waits."""

import logging

from tracker.celery import app

log = logging.getLogger(__name__)

# No retries, about a second at most: whoever wrote is waiting for an answer.
PATIENCE = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
EXPIRES_SECONDS = 60


class _Broker:
    """Whether it answered last time, so that its absence is told once."""

    answers = True


def wake(task: str) -> None:
    """Ask the worker to run a task (by its dotted name) now, where the broker can be reached."""
    try:
        with app.connection_for_write(transport_options=PATIENCE) as connection:
            app.send_task(task, connection=connection, retry=False, expires=EXPIRES_SECONDS)
    except Exception as error:  # whatever a broker's client raises
        if _Broker.answers:
            log.warning("the broker cannot be reached (%s): beat will do it", type(error).__name__)
        _Broker.answers = False
    else:
        _Broker.answers = True
