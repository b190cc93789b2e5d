"""What needs attention today: a clinician's first page."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.finding import searched
from outcomes.pages import page, reader
from outcomes.presenters import worklist as presented
from outcomes.rules.worklist import Need
from outcomes.worklist import Entry, Wish, needing, work_list
from patients import audit
from patients.access import is_clinician
from patients.models import Patient, User
from patients.roles import Permission

PAGE_SIZE = 25


@dataclass(frozen=True)
class Chip:
    """One choice of what to show, with how many there are."""

    code: str
    words: str
    count: int
    chosen: bool


@require_safe
@page
def worklist(request: HttpRequest) -> HttpResponse:
    """Everyone who needs something, the most pressing first; for clinicians alone."""
    user = reader(request)
    if not is_clinician(user):
        raise Http404
    search = searched(request.GET.get("q", ""))
    wish = Wish(search=search, mine=request.GET.get("whose") == "mine")
    need = _need(request.GET.get("need", ""))
    entries = work_list(user, timezone.now(), wish)
    chosen = needing(entries, need)
    shown = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record(by=user, action="patient.list", patient_ids=[e.candidate.id for e in shown])
    context = {
        "rows": _rows(list(shown), user),
        "page": shown,
        "search": search,
        "mine": wish.mine,
        "need": need or "",
        "chips": _chips(entries, need),
    }
    return render(request, "clinician/worklist.html", context)


def _need(typed: str) -> Need | None:
    """What to show; whatever else was typed shows everything."""
    return Need(typed) if typed in set(Need) else None


def _rows(entries: list[Entry], user: User) -> list[presented.Row]:
    """Three queries, however many patients."""
    ids = [entry.candidate.id for entry in entries]
    rows = Patient.objects.filter(pk__in=ids)
    found = {p.pk: p for p in rows.select_related("site")}
    may = {
        permission: set(rows.permitted(user, permission).values_list("pk", flat=True))
        for permission in (Permission.RECORD_OBSERVATION, Permission.MANAGE_CARE)
    }
    return [
        presented.row(
            entry,
            found[entry.candidate.id],
            may_record=entry.candidate.id in may[Permission.RECORD_OBSERVATION],
            may_manage=entry.candidate.id in may[Permission.MANAGE_CARE],
            t=gettext,
        )
        for entry in entries
    ]


def _chips(entries: list[Entry], chosen: Need | None) -> list[Chip]:
    counts = Counter(need for e in entries for need in {one.need for one in e.wanted})
    everything = Chip("", gettext("Everything"), len(needing(entries, None)), chosen is None)
    return [
        everything,
        *(
            Chip(need.value, gettext(presented.NEEDS[need]), counts[need], need is chosen)
            for need in Need
            if counts[need] or need is chosen
        ),
    ]
