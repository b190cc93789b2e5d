"""Short pages about drugs: start one, change its dose, stop it, give a dose."""

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from outcomes.actions.medications import change_course, stop_course
from outcomes.forms import DocumentForm, short
from outcomes.forms.choices import suggestions
from outcomes.forms.fields import typed_from
from outcomes.forms.layout import Layout
from outcomes.kinds import BY_PATH, DOSE
from outcomes.models import MedicationCourse
from outcomes.pages import page, reader
from outcomes.pages.editing import Editor
from outcomes.pages.headings import Heading
from outcomes.presenters.documents import Difference
from outcomes.presenters.history import course_label
from patients.access import load_for, load_record_for
from patients.documents.base import Refused
from patients.models import Patient
from patients.models.record import civil_date
from patients.records import Asked, Stale, Written
from patients.roles import Permission

COURSE = BY_PATH["medications"]
# what a course says of its own end and unknown times, which a new one does not inherit
OVER = ("stop", "stop_reason", "timing")
NONE = _("No medication recorded.")
STARTED = Heading(_("Medication"), _("Start a drug"), "", _("The drug is recorded."), NONE)
CHANGED = Heading(_("Medication"), _("Change the dose"), "", _("The new dose is recorded."), NONE)
STOPPED = Heading(_("Medication"), _("Stop the drug"), "", _("The drug is stopped."), NONE)
GIVEN = Heading(_("Doses given"), _("Give a dose"), "", _("The dose is recorded."), NONE)


class CourseEditor(Editor):
    """A short form about one course: what it does not show stays as the course has it."""

    def __init__(
        self,
        request: HttpRequest,
        course: MedicationCourse,
        layout: Layout,
        heading: Heading,
        initial: Mapping[str, str],
    ):
        self.course = course
        told = course_label(course, gettext)
        about = told if not course.indication else f"{told}, {course.indication}"
        super().__init__(
            request, COURSE, course.patient, layout=layout, heading=heading,
            extra={"about": about}, initial=initial,
        )  # fmt: skip
        self.extra = {**self.extra, "based_on": self._based_on()}

    def _based_on(self) -> int:
        """The version that the form was made for, also when it is shown again."""
        typed = self.typed.get("version", "")
        known = typed.isascii() and typed.isdigit() and len(typed) < 9
        return int(typed) if known else self.course.version

    @cached_property
    def form(self) -> DocumentForm:
        return DocumentForm(
            self.layout,
            self.typed or self.fresh,
            kept={k: v for k, v in self.course.document().items() if k not in OVER},
            suggestions=suggestions(COURSE.path),
        )

    def _differences(self) -> list[Difference]:
        return []

    def save(self, action: Any) -> HttpResponse:
        """Record; a course that someone changed meanwhile is shown as it stands now."""
        try:
            return self.record(action)
        except Stale as stale:
            stands = course_label(stale.current, gettext)
            based_on = {"based_on": stale.current.version, "about": stands}
            # the message below says it all: there is no form of the course to compare with
            self.extra = {**self.extra, **based_on, "stale": False}
            self.form.general.append(
                gettext(
                    "Someone changed this drug while you were typing: it is {drug} now. Nothing is "
                    "saved yet: look again and save."
                ).format(drug=stands)
            )
            return self.show(412)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def start(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Start a drug, from today unless said otherwise."""
    patient = load_for(reader(request), Permission.PRESCRIBE, patient_id)
    editor = Editor(
        request, COURSE, patient, layout=short.START, heading=STARTED,
        initial={"start": _today(patient).isoformat()},
    )  # fmt: skip
    if request.method != "POST":
        return editor.show()
    return editor.record(
        lambda document, asked: COURSE.record(patient=patient, document=document, asked=asked)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change_dose(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Another dose of the same drug from a day on; the course so far ends there."""
    course = _course(request, patient_id, id)
    as_it_is = typed_from(short.CHANGE.shape, course.document())
    shown = {name: as_it_is.get(name, "") for name in short.HOW_MUCH}
    initial = {**shown, "start": _today(course.patient).isoformat()}
    editor = CourseEditor(request, course, short.CHANGE, CHANGED, initial)
    if request.method != "POST":
        return editor.show()

    def record(document: Any, asked: Asked) -> Written:
        on = _needed(document.start, "start")
        return change_course(
            row=course, document=document, on=on,
            reason_code="switched", expected=editor.extra["based_on"], asked=asked,
        )  # fmt: skip

    return editor.save(record)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def stop(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Stop a drug, today unless said otherwise, with its reason."""
    course = _course(request, patient_id, id)
    initial = {"stop": _today(course.patient).isoformat()}
    editor = CourseEditor(request, course, short.STOP, STOPPED, initial)
    if request.method != "POST":
        return editor.show()

    def record(document: Any, asked: Asked) -> Written:
        return stop_course(
            row=course,
            on=_needed(document.stop, "stop"),
            reason_code=_needed(document.stop_reason, "stop_reason"),
            note=document.note,
            expected=editor.extra["based_on"],
            # the form's own id: sent twice, it gets the first answer
            asked=Asked(by=asked.by, at=asked.at, key=str(document.id)),
        )

    return editor.save(record)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def give(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Record a dose given, today unless said otherwise; dose and route as the course says."""
    course = _course(request, patient_id, id)
    ordered = typed_from(short.START.shape, course.document())
    initial = {name: ordered.get(name, "") for name in ("dose", "dose_unit", "route")}
    editor = Editor(
        request, DOSE, course.patient, layout=short.GIVE, heading=GIVEN,
        initial={**initial, "date": _today(course.patient).isoformat()},
        extra={"about": course_label(course, gettext)},
    )  # fmt: skip
    if request.method != "POST":
        return editor.show()
    return editor.record(
        lambda document, asked: DOSE.record(
            patient=course.patient, course=course, document=document, asked=asked
        )
    )


def _course(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> MedicationCourse:
    course = load_record_for(reader(request), Permission.PRESCRIBE, MedicationCourse, id)
    if course.patient_id != patient_id or course.entered_in_error:
        raise Http404
    return course


def _today(patient: Patient) -> dt.date:
    return civil_date(timezone.now(), patient.site.time_zone)


def _needed(value: Any, name: str) -> Any:
    if value is None:
        raise Refused.at(name, code="missing", message="This is required.")
    return value
