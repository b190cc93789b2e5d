"""The scheduler's file of when it last sent what, and a line where it could not send."""

import logging
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError

log = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's own, less the stack it prints for each entry that a broker in trouble refuses.

    Nothing is lost by it: what is due stands in the database, and the next round asks again.
    """

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            log.error("%s. It is sent again when it is next due.", error)
