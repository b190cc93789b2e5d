"""The notices of whoever is signed in."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outcomes.notices import doubtful, messages_of, once
from outcomes.notices import notices as read
from outcomes.pages import page, reader
from outcomes.pages.bases import base_of
from patients import audit

PAGE_SIZE = 25


@require_safe
@page
def notices(request: HttpRequest) -> HttpResponse:
    """What was delivered to the reader, newest first, 25 a page."""
    user = reader(request)
    shown = Paginator(messages_of(user), PAGE_SIZE).get_page(request.GET.get("page"))
    found = read(list(shown), user)
    named = [notice.patient.pk for notice in found if notice.patient]
    audit.record(by=user, action="notice.list", patient_ids=named)
    context = {"notices": once(found), "page": shown, "doubtful": doubtful(user), **base_of(user)}
    return render(request, "notices.html", context)
