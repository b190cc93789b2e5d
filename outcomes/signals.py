"""Signing out ends the notices of that browser: whoever uses it next is not told instead.

Where every sign-in of a person is ended, as of a lost phone, so are the notices of every browser.
"""

import datetime as dt
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from outcomes.actions.reminders import end_push
from patients import sessions
from patients.models import User
from patients.records import Asked

SUBSCRIPTION = "push_subscription"
"""In the session: the browser's subscription."""


def connect() -> None:
    user_logged_out.connect(_signed_out)
    sessions.ended.connect(_shut_out)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    own = request.session.get(SUBSCRIPTION)
    if own is not None and user is not None and user.is_authenticated:
        end_push(user=user, only=own, asked=Asked(by=user, at=timezone.now()))


def _shut_out(sender: Any, user: User, at: dt.datetime, **_kwargs: Any) -> None:
    end_push(user=user, asked=Asked(by=None, at=at))
