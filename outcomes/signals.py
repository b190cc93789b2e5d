"""Signing out ends the notices of that browser: whoever uses it next is not told instead."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from outcomes.actions.reminders import end_push
from patients.models import User
from patients.records import Asked

SUBSCRIPTION = "push_subscription"
"""In the session: the browser's subscription."""


def connect() -> None:
    user_logged_out.connect(_signed_out)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    own = request.session.get(SUBSCRIPTION)
    if own is not None and user is not None and user.is_authenticated:
        end_push(user=user, only=own, asked=Asked(by=user, at=timezone.now()))
