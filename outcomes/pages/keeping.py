"""Keeping what a form holds: as it is typed, and when it was sent and could not be recorded."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone

from outcomes.actions import drafts
from outcomes.pages.drafting import FORMS, Slip, form_of, slip_sent
from patients.access import sites_for
from patients.models import Patient, User
from patients.querysets import permitted
from patients.roles import Permission

View = Callable[..., HttpResponse]
MOST_BYTES = 64_000
LONGEST = 10_000
# of these alone, nothing has been typed yet
BEFORE_TYPING = frozenset({"id", "key", "version", "site", "patient"})
TOO_MANY, TOO_LARGE = 429, 413


class Refused(Exception):
    """What was sent is no draft of a form; carries the status to answer with."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def typed_in(request: HttpRequest, slip: Slip, patient: Patient | None) -> drafts.Typed:
    """What the form holds, by its own names only; raises Refused for what no form can hold."""
    form = FORMS[slip.form]
    sent: Mapping[str, str] = request.POST.dict()  # type: ignore[assignment]
    fields = {name: value for name, value in sent.items() if value and form.has(name)}
    size = sum(len(name) + len(value.encode()) for name, value in fields.items())
    if size > MOST_BYTES or any(len(value) > LONGEST for value in fields.values()):
        raise Refused(TOO_LARGE)
    turn = request.POST.get("turn", "")
    return drafts.Typed(
        patient=patient,
        form=slip.form,
        address=slip.address,
        key=slip.key,
        page=uuid.UUID(slip.page),
        after=uuid.UUID(slip.after) if slip.after else None,
        fields=fields,
        turn=int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 9 else None,
    )


def save(typed: drafts.Typed, by: User, *, apart: tuple[type[Exception], ...] = ()) -> None:
    """Keep it. Raises Recorded, Elsewhere, or Refused (too many).

    Those of them that `apart` names make it a draft of its own instead.
    """
    _count(by)
    if BEFORE_TYPING.issuperset(typed.fields):
        return
    try:
        drafts.save(typed=typed, by=by, at=timezone.now())
    except apart:
        drafts.save(typed=_apart(typed, typed.key), by=by, at=timezone.now())


def _apart(typed: drafts.Typed, name: str) -> drafts.Typed:
    """The same as a draft of its own, under a new key: it will be recorded as another form.

    The same page and `name` give the same key.
    """
    key = str(uuid.uuid5(typed.page, name))
    named = "key" if "key" in typed.fields else "id"
    return replace(typed, key=key, fields={**typed.fields, named: key})


def _count(by: User) -> None:
    minute = int(timezone.now().timestamp() // 60)
    name = f"drafts-{by.pk}-{minute}"
    cache.add(name, 0, 120)
    with suppress(ValueError):  # the minute is over
        if cache.incr(name) > settings.DRAFTS_PER_MINUTE:
            raise Refused(TOO_MANY)


def keep_for_author(request: HttpRequest, slip: Slip, *, status: int = 0) -> bool:
    """Keep a form that was sent and could not be recorded; whether it is kept."""
    # a form that was recorded before, sent with other content, is something else that was typed
    apart = (drafts.Elsewhere, drafts.Recorded) if status == 409 else (drafts.Elsewhere,)
    author = User.objects.filter(pk=slip.author, is_active=True).first()
    if author is None:
        return False
    try:
        typed = typed_in(request, slip, _patient_of(slip, author))
        save(typed, author, apart=apart)
    except (Refused, drafts.Recorded, drafts.Elsewhere, Patient.DoesNotExist, DatabaseError):
        return False
    return True


def keep_for_sender(request: HttpRequest, slip: Slip) -> bool:
    """Keep what someone else than the author sent as a draft of the sender's own; whether it is.

    Only where they may record such a form, and only what their own page or browser sent: a request
    without their token may come from anywhere.
    """
    sender: User = request.user  # type: ignore[assignment]
    if "discard" in request.POST or not getattr(request, "csrf_processing_done", False):
        return False
    try:
        typed = typed_in(request, slip, _recordable(slip, sender))
        save(_apart(typed, f"{sender.pk} {typed.key}"), sender)
    except (Refused, drafts.Recorded, drafts.Elsewhere, Patient.DoesNotExist, DatabaseError):
        return False
    return True


def _recordable(slip: Slip, sender: User) -> Patient | None:
    """Raises DoesNotExist where the sender may not record the form."""
    needed = FORMS[slip.form].permission
    if slip.patient is not None:
        return Patient.objects.visible_to(sender).permitted(sender, needed).get(pk=slip.patient)
    if not sites_for(sender, needed).exists():
        raise Patient.DoesNotExist
    return None


def _patient_of(slip: Slip, author: User) -> Patient | None:
    """Raises DoesNotExist where the author may no longer open the record."""
    if slip.patient is None:
        return None
    known = permitted(author, Permission.VIEW_RECORD)
    return Patient.objects.filter(known, entered_in_error=False).get(pk=slip.patient)


def keeping(view: View) -> View:
    """A page whose form, sent and not recorded, is kept as a draft of whoever opened it.

    A form is recorded only for its author, and only at the address that it was made for.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or "slip" not in request.POST:
            return view(request, *args, **kwargs)
        slip = slip_sent(request)
        if slip is None or request.user.pk != slip.author:
            return _for_script(request, _not_theirs(request, slip))
        return _for_script(request, _theirs(request, slip, lambda: view(request, *args, **kwargs)))

    return inner


def _theirs(request: HttpRequest, slip: Slip, view: Callable[[], HttpResponse]) -> HttpResponse:
    if form_of(request) not in FORMS:
        return view()
    if slip.address != request.path:
        raise Http404
    try:
        answer = view()
    except Exception:
        keep_for_author(request, slip)
        raise
    if answer.status_code >= 400:
        keep_for_author(request, slip, status=answer.status_code)
    return answer


def _not_theirs(request: HttpRequest, slip: Slip | None) -> HttpResponse:
    """The form is of someone who is not signed in, and never recorded as another's.

    Nobody signed in: it is kept for its author. What somebody else sends never touches that draft.
    """
    recent = slip_sent(request, max_age=settings.DRAFT_SLIP_SECONDS)
    if request.user.is_authenticated:
        kept = recent is not None and keep_for_sender(request, recent)
        return render(request, "not_yours.html", {"kept": kept}, status=403)
    kept = recent is not None and keep_for_author(request, recent)
    where = {"next": slip.address if slip else request.path} | ({"kept": "1"} if kept else {})
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode(where)}")


def _for_script(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A script cannot see where a redirect leads: it is told."""
    if request.headers.get("X-Regain-Form") and answer.status_code in (302, 303):
        return JsonResponse({"to": answer["Location"]})
    return answer
