"""Pasting or uploading laboratory results: what would happen, importing, and how it went."""

import io
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import lab_imports as reading
from outcomes.actions import lab_imports
from outcomes.lab_files import Unreadable
from outcomes.lab_files.base import MOST_BYTES
from outcomes.lab_files.reading import EMPTY, TOO_LARGE
from outcomes.models import LabImport
from outcomes.pages import page, reader
from outcomes.presenters import lab_imports as presented
from outcomes.reference import analytes
from outcomes.rules.text import gettext_noop as _
from patients import audit
from patients.access import Forbidden, load_for
from patients.models import Patient, Site
from patients.roles import Permission
from tracker import spreadsheets

RECENT = 10
BOTH = _("Paste the results or choose a file, not both.")
NO_SITE = _("Choose the site whose patients the file is about.")


@dataclass
class Sending:
    """The form: what was typed, and what is wrong with which field."""

    text: str = ""
    site: str = ""
    field: str = ""
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Results of one patient; rows about anybody else are refused."""
    user = reader(request)
    patient = load_for(user, Permission.RECORD_OBSERVATION, patient_id)
    audit.record(by=user, action="patient.view", patient_id=patient.pk)
    return _form(request, patient, [patient.site])


@require_http_methods(["GET", "HEAD", "POST"])
@page
def of_site(request: HttpRequest) -> HttpResponse:
    """Results of several patients of a site, each row with a record or study number."""
    sites = list(reading.sites_to_import_for(reader(request)))
    if not sites:
        raise Forbidden(Permission.RECORD_OBSERVATION)
    audit.record(by=reader(request), action="lab_import.list")
    return _form(request, None, sites)


def _form(request: HttpRequest, patient: Patient | None, sites: list[Site]) -> HttpResponse:
    sending = Sending(text=request.POST.get("text", ""), site=request.POST.get("site", ""))
    if request.method == "POST":
        try:
            return redirect("lab-import", _sent(request, patient, sites, sending).pk)
        except Unreadable as unreadable:
            sending.field = sending.field or ("file" if request.FILES else "text")
            sending.error = unreadable.problem.text(gettext)
    context = {
        "patient": patient,
        "sites": sites,
        "sending": sending,
        "analytes": ", ".join(analytes()),
        "recent": [
            {"batch": one, "state": gettext(presented.STATES[one.state]),
             "counts": presented.counted(one, gettext) if one.counts else ()}
            for one in reading.imports_of(reader(request), patient)[:RECENT]
        ],
    }  # fmt: skip
    status = 422 if sending.error else 200
    return render(request, "clinician/lab_import_new.html", context, status=status)


def _sent(
    request: HttpRequest, patient: Patient | None, sites: list[Site], sending: Sending
) -> LabImport:
    """The file or the pasted text, taken in. Raises Unreadable."""
    chosen = [site for site in sites if site.code == sending.site] if len(sites) > 1 else sites
    if not chosen:
        sending.field = "site"
        raise Unreadable("no_site", NO_SITE)
    content = _content(request, sending)
    return lab_imports.upload(
        content=content, site=chosen[0], patient=patient, by=reader(request), at=timezone.now()
    )


def _content(request: HttpRequest, sending: Sending) -> bytes:
    file = request.FILES.get("file")
    if file is not None and sending.text.strip():
        raise Unreadable("both", BOTH)
    if file is None:
        if not sending.text.strip():
            raise Unreadable("empty", EMPTY)
        return sending.text.encode()
    if (file.size or 0) > MOST_BYTES:
        raise Unreadable("too_large", TOO_LARGE, most=str(MOST_BYTES // 1_000_000))
    return bytes(file.read())


@require_http_methods(["GET", "HEAD", "POST"])
@page
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    """One file: its preview, its progress, its result; POST starts it or gives it up."""
    user = reader(request)
    batch = reading.load_import_for(user, id)
    if request.method == "POST":
        act = lab_imports.discard if "discard" in request.POST else lab_imports.start
        act(batch=batch, by=user)
        return redirect("lab-import", batch.pk)
    groups = [] if batch.working else _groups(batch)
    shown = [row for group in groups for row in group.rows]
    people = reading.rows_of(batch).exclude(patient=None) if shown else ()
    reading.audit_seen(user, batch, "view", people)
    context = {
        "batch": batch,
        "patient": batch.patient,
        "state": gettext(presented.STATES[batch.state]),
        "counts": presented.counted(batch, gettext),
        "to_import": batch.counts.get("new", 0) + batch.counts.get("corrects", 0),
        "groups": groups,
        "refused": batch.counts.get("refused", 0),
        "problem": batch.problem and presented.in_words(batch.problem, gettext),
        "said": _said(batch),
    }
    return render(request, "clinician/lab_import.html", context)


def _groups(batch: LabImport) -> list[presented.Group]:
    """Refused and doubtful rows first, in view; the rest folds."""
    rows = reading.rows_of(batch)
    new = gettext("Added") if batch.state == "done" else gettext("New")
    written = ("new", "corrects", "added", "corrected")
    kinds = (
        ("refused", gettext("Refused"), rows.filter(outcome="refused")),
        ("warned", gettext("To look at"), rows.filter(outcome__in=written).exclude(warnings=[])),
        ("new", new, rows.filter(outcome__in=("new", "added"), warnings=[])),
        ("corrects", gettext("Corrections by the laboratory"),
         rows.filter(outcome__in=("corrects", "corrected"), warnings=[])),
        ("known", gettext("Known already"), rows.filter(outcome="known")),
    )  # fmt: skip
    groups = [
        presented.group(code, title, found[: presented.SHOWN], found.count(), gettext)
        for code, title, found in kinds
    ]
    return [group for group in groups if group.count]


def _said(batch: LabImport) -> str:
    """How far it is, in a sentence."""
    if batch.state == "reading":
        return gettext("The file is being read.")
    if batch.state == "importing":
        values = {"done": batch.done, "total": batch.total or 0}
        return gettext("{done} of {total} results are imported.").format(**values)
    return gettext(presented.STATES[batch.state])


@require_safe
@page
def progress(request: HttpRequest, id: UUID) -> HttpResponse:
    """How far an import is, for the script that keeps the page up to date."""
    batch = reading.load_import_for(reader(request), id)
    told = {
        "working": batch.working, "state": batch.state, "done": batch.done, "total": batch.total,
        "said": _said(batch),
    }  # fmt: skip
    return JsonResponse(told)


@require_safe
@page
def refused(request: HttpRequest, id: UUID) -> HttpResponse:
    """The refused rows as CSV, each with why: correct them there and send them again."""
    user = reader(request)
    batch = reading.load_import_for(user, id)
    rows = list(reading.rows_of(batch, "refused"))
    reading.audit_seen(user, batch, "export", rows)
    out = io.StringIO()
    header = [gettext(name) for name in presented.HEADER]
    spreadsheets.write(out, header, presented.refused_lines(rows, gettext))
    name = f"refused-{batch.created_at:%Y-%m-%d}.csv"
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
