"""Providers that tests put in the place of the page's, and what became of the notices."""

from typing import Any
from uuid import UUID

from outcomes.actions import notifications
from outcomes.delivery import NotSent
from outcomes.models import Notification
from patients.models import User


class Kept:
    """Takes everything and remembers it; raises `failing` first, where there is one."""

    honours_key = True

    def __init__(self, failing: Exception | None = None, honours_key: bool = True) -> None:
        self.sent: list[tuple[UUID, str, str]] = []
        self.failing, self.honours_key = failing, honours_key

    def send(self, key: UUID, recipient: User, text: str) -> None:
        if self.failing is not None:
            raise self.failing
        self.sent.append((key, recipient.username, text))


REFUSES, BREAKS = NotSent("full"), ConnectionResetError("midway")


def deliver_all(now: Any) -> None:
    while rows := notifications.claim(now, 10):
        for row in rows:
            notifications.deliver(row, now)


def states() -> dict[str, tuple[str, str]]:
    """Of each recipient's notice: its state and the reason."""
    rows = Notification.objects.select_related("recipient")
    return {row.recipient.username: (row.state, row.reason) for row in rows}
