"""What every request and response gets, whoever asks."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

current_request: ContextVar[uuid.UUID | None] = ContextVar("current_request", default=None)
"""The id of the request being answered; None in tasks and commands."""


def request_id(get_response: Handler) -> Handler:
    """Give each request an id that the audit trail and the answer share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4()
        token = current_request.set(number)
        try:
            response = get_response(request)
        finally:
            current_request.reset(token)
        response["X-Request-Id"] = str(number)
        return response

    return middleware


def no_store(get_response: Handler) -> Handler:
    """Keep health data out of shared and browser caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
