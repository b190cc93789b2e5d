"""The administrator's pages: sites, staff, thresholds and the audit trail; no clinical content.

Whoever administers no site gets the answer of a page that does not exist, and so does an
administrator about a site of someone else.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from outcomes.pages import page, reader
from patients.access import sites_for
from patients.models import Site
from patients.records import Asked
from patients.roles import Permission

Sites = Sequence[Site]


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is given the sites which the reader administers; 404 for everyone else."""

    @page
    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sites = list(sites_for(reader(request), Permission.ADMINISTER))
        if not sites:
            raise Http404
        return view(request, sites, **kwargs)

    return inner


def for_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about one site that the reader administers."""

    @for_administrators
    @wraps(view)
    def inner(request: HttpRequest, sites: Sites, code: str, **kwargs: Any) -> HttpResponse:
        site = next((site for site in sites if site.code == code), None)
        if site is None:
            raise Http404
        return view(request, site, **kwargs)

    return inner


def asked(request: HttpRequest) -> Asked:
    return Asked(by=reader(request), at=timezone.now())


def told(at: dt.datetime, zone: str) -> str:
    """A moment as the clock at a site showed it."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
