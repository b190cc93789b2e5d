"""The audit trail of the sites one administers: who did what, without what it said."""

import datetime as dt
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes import event_words, words
from outcomes.pages import reader
from outcomes.pages.administration import Sites, for_administrators
from outcomes.pages.administration.fields import Field, Form, Option
from patients import audit, trail
from patients.documents.base import Refused
from patients.models import AuditEvent, Patient, Site, User
from tracker import spreadsheets

PAGE_SIZE = 50
CSV_ROWS = 10_000
FILTERS = ("who", "kind", "patient", "from", "to")


@dataclass(frozen=True)
class Row:
    """One event, as an administrator may read it."""

    when: str
    who: str
    role: str
    what: str
    patient: str
    count: int | None
    """Of an event about several patients: how many of them are of these sites."""
    version: int | None
    request: str


@require_safe
@for_administrators
def trail_page(request: HttpRequest, sites: Sites) -> HttpResponse:
    """The events, newest first, filtered; looking at them is an event, too."""
    form, events = _filtered(request.GET, sites)
    before = _number(request.GET.get("before"))
    cut = trail.cut(events, before, PAGE_SIZE) if not form.wrong else trail.Page([], None)
    audit.record(by=reader(request), action="audit.list")
    context = {
        "form": form,
        "rows": _rows(cut.events, sites),
        "older": cut.older,
        "first": before is None,
        "filter": _query(request.GET),
        "most": CSV_ROWS,
        "zone": sites[0].time_zone if len(_zones(sites)) == 1 else "",
    }
    status = 422 if form.wrong else 200
    return render(request, "administration/audit.html", context, status=status)


@require_safe
@for_administrators
def download(request: HttpRequest, sites: Sites) -> HttpResponse:
    """The same as CSV, the newest CSV_ROWS at most; a wrong filter leads back to its errors."""
    form, events = _filtered(request.GET, sites)
    if form.wrong:
        return trail_page(request)
    cut = trail.cut(events, None, CSV_ROWS)
    audit.record(by=reader(request), action="audit.export")
    rows = _rows(cut.events, sites)
    lines: list[Sequence[Any]] = [
        (r.when, r.who, r.role, r.what, r.patient, r.count, r.version, r.request) for r in rows
    ]
    text = io.StringIO()
    spreadsheets.write(text, _header(), [*lines, *_capped(cut)])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _header() -> list[str]:
    return [
        _("When"), _("Who"), _("Role"), _("What"), _("Patient"), _("Patients listed"),
        _("Record version"), _("Request"),
    ]  # fmt: skip


def _capped(cut: trail.Page) -> list[tuple[str]]:
    if cut.older is None:
        return []
    told = _("Only the newest {most} events are here: narrow the filter for the others.")
    return [(told.format(most=CSV_ROWS),)]


# --- what is shown ------------------------------------------------------------------------------
def _rows(events: Sequence[AuditEvent], sites: Collection[Site]) -> list[Row]:
    """The events in words; four queries, however many there are."""
    actors = trail.Actors(events, sites)
    patients = trail.study_numbers(events, sites)
    zones = {site.pk: site.time_zone for site in sites}
    return [_row(event, actors, patients, zones) for event in events]


def _row(event: AuditEvent, actors: trail.Actors, patients: dict, zones: dict) -> Row:  # type: ignore[type-arg]
    patient = patients.get(event.patient_id)
    home = patient.site_id if patient else event.site_id
    zone = zones.get(home, next(iter(zones.values())))
    roles = actors.roles(event.by_id, event.at)
    return Row(
        when=_when(event.at, zone, several=len(set(zones.values())) > 1),
        who=who(event.by, actors),
        role=", ".join(words.words("role", role) for role in roles),
        what=_what(event, actors),
        patient=patient.study_number if patient else _nobody_here(event),
        count=_count(event, patients),
        version=event.version,
        request=str(event.request_id or ""),
    )


def _when(at: dt.datetime, zone: str, *, several: bool) -> str:
    told = at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    return f"{told} {zone}" if several else told


def who(user: User | None, actors: trail.Actors) -> str:
    """The name of someone who works; patients and caregivers have none here, whatever they are
    elsewhere."""
    if user is None:
        return _("Nobody known")
    if user.pk in actors.staff and user.pk not in actors.near:
        return str(user)
    return _("Not staff")


def _what(event: AuditEvent, actors: trail.Actors) -> str:
    told = event_words.words(event.action)
    if event.about is None:
        return told
    return _("{what}: {person}").format(what=told, person=who(event.about, actors))


def _nobody_here(event: AuditEvent) -> str:
    return _("None of your sites") if event.patient_id else ""


def _count(event: AuditEvent, patients: dict) -> int | None:  # type: ignore[type-arg]
    if event.patient_id or not (event.patient_ids or event.action == "patient.list"):
        return None
    known = {str(number) for number in patients}
    return len(known & set(event.patient_ids))


# --- what is asked for --------------------------------------------------------------------------
def _filtered(sent: QueryDict, sites: Sites) -> tuple[Form, QuerySet[AuditEvent]]:
    """The filter as typed, with what is wrong in it, and the events it leaves."""
    form = _form(sent, sites)
    events = trail.of_sites(sites)
    for narrow in (_by_person, _by_kind, _by_patient, _by_days):
        try:
            events = narrow(events, form, sites)
        except Refused as refused:
            form.refuse(refused.problems)
    return form, events


def _form(sent: QueryDict, sites: Sites) -> Form:
    working = User.objects.filter(memberships__site__in=sites).distinct()
    people = [
        Option(str(user.pk), f"{user} ({user.username})")
        for user in working.order_by("last_name", "first_name", "username")
    ]
    kinds = [Option(kind, str(label)) for kind, (label, _q) in event_words.KINDS.items()]
    return Form(
        [
            Field("who", _("Person"), widget="select", options=people, empty_label=_("Everyone")),
            Field("kind", _("Kind"), widget="select", options=kinds, empty_label=_("Everything")),
            Field("patient", _("Patient's study number"), hint=_("Without lists of patients.")),
            Field("from", _("From day"), widget="date"),
            Field("to", _("To day"), widget="date"),
        ],
        sent,
    )


def _chosen(form: Form, name: str) -> str:
    field = form[name]
    if field.unlisted:
        raise Refused.at(name, code="unlisted", message=_("Choose one of the list."))
    return field.typed


def _by_person(events: QuerySet[AuditEvent], form: Form, sites: Sites) -> QuerySet[AuditEvent]:
    chosen = _chosen(form, "who")
    return events.filter(by=int(chosen)) if chosen else events


def _by_kind(events: QuerySet[AuditEvent], form: Form, sites: Sites) -> QuerySet[AuditEvent]:
    chosen = _chosen(form, "kind")
    return events.filter(event_words.KINDS[chosen][1]) if chosen else events


def _by_patient(events: QuerySet[AuditEvent], form: Form, sites: Sites) -> QuerySet[AuditEvent]:
    number = form["patient"].typed.strip()
    if not number:
        return events
    found = Patient.objects.filter(study_number=number, site__in=sites).first()
    if found is None:
        message = _("No patient of your sites has this study number: check it.")
        raise Refused.at("patient", code="unknown_patient", message=message)
    return events.filter(patient_id=found.pk)


def _by_days(events: QuerySet[AuditEvent], form: Form, sites: Sites) -> QuerySet[AuditEvent]:
    """Days at the site; of several sites, at the first."""
    zone = ZoneInfo(sites[0].time_zone)
    first, last = _day(form, "from"), _day(form, "to")
    if first and last and first > last:
        message = _("This is before the first day: exchange the two.")
        raise Refused.at("to", code="order", message=message)
    if first:
        events = events.filter(at__gte=dt.datetime.combine(first, dt.time(), zone))
    if last:
        after = last + dt.timedelta(days=1)
        events = events.filter(at__lt=dt.datetime.combine(after, dt.time(), zone))
    return events


def _day(form: Form, name: str) -> dt.date | None:
    typed = form[name].typed.strip()
    if not typed:
        return None
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        day = dt.date.min
    if not dt.date(1900, 1, 1) <= day <= dt.date(2200, 1, 1):
        message = _("Write the day as year-month-day, for example 2026-03-01.")
        raise Refused.at(name, code="date", message=message)
    return day


def _number(text: str | None) -> int | None:
    """Where a page begins; anything else begins at the newest."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(sent: QueryDict) -> str:
    """The filter as it goes into the links of the page."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if typed := sent.get(name):
            kept[name] = str(typed)
    return kept.urlencode()


def _zones(sites: Iterable[Site]) -> set[str]:
    return {site.time_zone for site in sites}
