"""The documents of a patient on pages: listed, recorded, corrected with a reason.

One set of views serves every kind of document; what differs is in the tables of `outcomes.kinds`
and `outcomes.forms.layout`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from outcomes.kinds import BY_PATH, Kind
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.pages import page, reader
from outcomes.pages.bases import base_about
from outcomes.pages.editing import Editor, named_visit
from outcomes.pages.headings import HEADINGS
from outcomes.presenters import documents as presented
from outcomes.readings import surgery
from outcomes.sharing import hidden_until, waits
from patients import audit
from patients.access import holds, load_at_work, load_for, load_record_for
from patients.models import Patient, User
from patients.roles import Permission

View = Callable[..., HttpResponse]
PAGE_SIZE = 50
RELATED = {"complications": ("procedure", "reoperation")}


def list_page(kind: Kind) -> View:
    """Every record of a kind, the latest recorded first; those entered in error apart."""

    @require_safe
    @page
    def listed(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
        user = reader(request)
        patient = _for_list(user, kind, patient_id)
        audit.record(by=user, action=f"{kind.name}.list", patient_id=patient.pk)
        rows = kind.model.objects.visible_to(user).filter(patient=patient)
        ordered = rows.select_related("recorded_by", *RELATED.get(kind.path, ()))
        ordered = ordered.order_by("entered_in_error", "-position")
        if kind is BY_PATH["medications"]:
            ordered = ordered.prefetch_related(given_doses(user))
        shown = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
        course, wait = surgery(patient), waits(patient.site)
        context = {
            "patient": patient,
            "kind": kind,
            "heading": HEADINGS[kind.path],
            "page": shown,
            "entries": [
                replace(presented.entry(row, course, gettext), hidden_until=hidden_until(row, wait))
                for row in shown
            ],
            "share": f"{kind.name}-share",
            "may_record": holds(user, kind.permission, patient),
            "new": f"{kind.name}-new",
            "change": f"{kind.name}-change",
            **base_about(user, patient),
        }
        return render(request, "clinician/documents.html", context)

    return listed


def _for_list(user: User, kind: Kind, patient_id: uuid.UUID) -> Patient:
    """Consent is the patient's own matter; other lists are for clinicians."""
    if kind is BY_PATH["consents"]:
        return load_for(user, Permission.VIEW_RECORD, patient_id)
    return load_at_work(user, patient_id)


def given_doses(user: User) -> Prefetch:
    doses = MedicationDose.objects.visible_to(user).current().order_by("position")
    return Prefetch("doses_given", doses, to_attr="given")


def new_page(kind: Kind) -> View:
    """The form of a kind (GET), and recording what was typed in it (POST)."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @page
    def new(request: HttpRequest, patient_id: uuid.UUID, **place: uuid.UUID) -> HttpResponse:
        user = reader(request)
        patient = load_for(user, kind.permission, patient_id)
        more = course_of(user, patient, place)
        editor = Editor(
            request,
            kind,
            patient,
            initial=named_visit(request) if kind is BY_PATH["visits"] else {},
        )
        if request.method != "POST":
            return editor.show()
        return editor.record(
            lambda document, asked: kind.record(
                patient=patient, document=document, asked=asked, **more
            )
        )

    return new


def change_page(kind: Kind) -> View:
    """Correcting a document, or marking it as entered in error; always with a reason."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @page
    def change(
        request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID, **place: uuid.UUID
    ) -> HttpResponse:
        row = load_record_for(reader(request), kind.permission, kind.model, id)
        place["patient_id"] = patient_id
        if any(getattr(row, name) != value for name, value in place.items()):
            raise Http404
        # sent twice, it gets the first answer
        if row.entered_in_error and request.method != "POST":
            raise Http404
        editor = Editor(request, kind, row.patient, row=row)
        return editor.change() if request.method == "POST" else editor.show()

    return change


def course_of(
    user: User, patient: Patient, place: Mapping[str, uuid.UUID]
) -> dict[str, MedicationCourse]:
    """The course that a dose belongs to, where the address names one."""
    if "course_id" not in place:
        return {}
    permission = BY_PATH["medications"].permission
    course = load_record_for(user, permission, MedicationCourse, place["course_id"])
    if course.patient_id != patient.pk:
        raise Http404
    return {"course": course}
