"""By which ways a person may be reached, and of what: their own switches."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

from outcomes.models import PushSubscription, ReminderChoice
from outcomes.rules.waiting import Kind

PUSH, EMAIL = "push", "email"
# codes of why a notice does not go out by a way
SWITCHED_OFF, WAY_OFF = "switched_off", "channel_off"
NO_DEVICE, NO_ADDRESS = "no_device", "no_address"


@dataclass(frozen=True)
class Reachable:
    """Of some people: what they chose, their browsers, their confirmed addresses."""

    choices: dict[int, ReminderChoice]
    devices: Counter[int]
    addresses: dict[int, str]

    def channels(self, user_id: int, kind: str) -> list[str]:
        ways = settings.NOTIFICATION_PROVIDERS
        return [way for way in ways if not self.obstacle(user_id, kind, way)]

    def obstacle(self, user_id: int, kind: str, channel: str) -> str:
        """The code of why a notice of a kind does not go this way; empty where it does.

        Only what one can be reminded of can be switched off: an alert, or a notice that was asked
        for to try the ways out, cannot.
        """
        choice = self.choices.get(user_id) or ReminderChoice()
        if kind in set(Kind) and not getattr(choice, kind):
            return SWITCHED_OFF
        if channel == PUSH:
            return self._not_by(choice.push, self.devices[user_id] > 0, NO_DEVICE)
        if channel == EMAIL:
            return self._not_by(choice.email, user_id in self.addresses, NO_ADDRESS)
        return ""

    @staticmethod
    def _not_by(chosen: bool, possible: bool, lacking: str) -> str:
        if not chosen:
            return WAY_OFF
        return "" if possible else lacking


def reachable(user_ids: Collection[int]) -> Reachable:
    """Three queries, however many people."""
    choices = ReminderChoice.objects.filter(user__in=user_ids)
    live = PushSubscription.objects.filter(user__in=user_ids, ended_at=None)
    return Reachable(
        choices={choice.user_id: choice for choice in choices},
        devices=Counter(live.values_list("user_id", flat=True)),
        addresses=addresses(user_ids),
    )


def addresses(user_ids: Collection[int]) -> dict[int, str]:
    """The confirmed address of each person, the primary one where there are several."""
    confirmed = EmailAddress.objects.filter(user__in=user_ids, verified=True)
    rows: Any = confirmed.order_by("primary", "pk").values_list("user_id", "email")
    return dict(rows)
