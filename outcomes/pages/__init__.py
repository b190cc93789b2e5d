"""Pages: load and permit together, ask readings and rules, call one action, show."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.gzip import gzip_page

from outcomes.pages.keeping import keeping
from patients import audit
from patients.access import Forbidden, OwnRecord
from patients.models import User

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for people who have signed in, in their language; Forbidden becomes a 403.

    A refusal (403 or 404) leaves one event in the audit trail. Who opens a clinicians' page of the
    own record is sent to the page that tells the same in plain words.
    """

    # here and not as middleware, which would weaken the API's strong ETags
    @gzip_page
    @keeping
    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _speak_their_language(request)
        try:
            return view(request, *args, **kwargs)
        except OwnRecord as own:
            return redirect("phone-recovery", own.patient_id)
        except (Forbidden, PermissionDenied, Http404) as refused:
            _audit_refusal(request, kwargs)
            if isinstance(refused, Forbidden):
                raise PermissionDenied from refused
            raise

    return inner


def _audit_refusal(request: HttpRequest, kwargs: Mapping[str, Any]) -> None:
    """Keep who tried to reach what, as the API does; whether it exists makes no difference."""
    ids = {name: value for name, value in kwargs.items() if isinstance(value, UUID)}
    audit.record(
        by=reader(request),
        action=f"denied.{str(request.method).lower()}",
        patient_id=ids.pop("patient_id", None),
        record_id=next(iter(ids.values()), None),
    )


def reader(request: HttpRequest) -> User:
    """Who is signed in; a page has nobody else."""
    return request.user  # type: ignore[return-value]


def _speak_their_language(request: HttpRequest) -> None:
    """The account's language, unless the reader has chosen one in this browser."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(reader(request).language)
        request.LANGUAGE_CODE = translation.get_language()
