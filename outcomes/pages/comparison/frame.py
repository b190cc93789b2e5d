"""What every view of the comparison shares: who may open it, tabs, box of limits, stamp."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from outcomes.comparison.population import earliest_day
from outcomes.pages import page, reader
from outcomes.presenters.comparison_words import limits
from outcomes.reference import literature_version
from outcomes.rules import cohort_question
from outcomes.rules.text import gettext_noop as _
from patients.access import Forbidden, sites_for
from patients.roles import Permission

# route and words, in the order of the tabs
VIEWS = (
    ("comparison", _("Outcome and timing")),
    ("comparison-recovery", _("Recovery over time")),
    ("comparison-follow-up", _("Who was followed")),
    ("comparison-published", _("Published cases")),
    ("comparison-methods", _("Methods and export")),
)
# what stands under a tab without being it
UNDER = {"comparison-file": "comparison-methods"}
# what every view keeps beside its question: the grade that counts as recovered
EVERYWHERE = ("grade",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a view shows: its filter, in words already translated, of which data and on which day.

    `data_version` is empty where nothing of the registry is read; the day is that of the sites
    there too, as on every view.
    """

    filter: tuple[str, ...]
    data_version: str = ""
    on: dt.date = field(default_factory=lambda: earliest_day(timezone.now()))


def comparing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever may compare at a site; for anyone else 403, as the API answers."""

    @page
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sites_for(reader(request), Permission.COMPARE).exists():
            raise Forbidden(Permission.COMPARE)
        return view(request, *args, **kwargs)

    return inner


def show(
    request: HttpRequest, template: str, stamp: Stamp, context: dict[str, Any]
) -> HttpResponse:
    """A template that extends surgeon/frame.html, with what the frame needs."""
    tabs = _tabs(request)
    return render(
        request,
        template,
        {
            "tabs": tabs,
            "view_name": next((tab.label for tab in tabs if tab.current), ""),
            "limits": limits(gettext),
            "stamp": stamp,
            "literature_version": literature_version(),
            **context,
        },
    )


def _tabs(request: HttpRequest) -> list[Tab]:
    """Every view at the question of this one."""
    match = request.resolver_match
    here = match and UNDER.get(match.url_name or "", match.url_name)
    known = (*cohort_question.parameters(), *EVERYWHERE)
    query = urlencode({name: value for name, value in request.GET.items() if name in known})
    return [
        Tab(
            label=gettext(label),
            address=reverse(name) + (f"?{query}" if query else ""),
            current=name == here,
        )
        for name, label in VIEWS
    ]
