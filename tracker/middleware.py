"""What every request and response gets, whoever asks."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Handler) -> Handler:
    """Give each request an id that the audit trail and the answer share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4()  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = str(request.id)  # type: ignore[attr-defined]
        return response

    return middleware


def no_store(get_response: Handler) -> Handler:
    """Keep health data out of shared and browser caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
