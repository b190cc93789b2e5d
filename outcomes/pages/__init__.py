"""Pages: load and permit together, ask readings and rules, call one action, show."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.gzip import gzip_page

from patients.access import Forbidden
from patients.models import User

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for people who have signed in, in their language; Forbidden becomes a 403."""

    # here and not as middleware, which would weaken the API's strong ETags
    @gzip_page
    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _speak_their_language(request)
        try:
            return view(request, *args, **kwargs)
        except Forbidden as refused:
            raise PermissionDenied from refused

    return inner


def reader(request: HttpRequest) -> User:
    """Who is signed in; a page has nobody else."""
    return request.user  # type: ignore[return-value]


def _speak_their_language(request: HttpRequest) -> None:
    """The account's language, unless the reader has chosen one in this browser."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(reader(request).language)
        request.LANGUAGE_CODE = translation.get_language()
