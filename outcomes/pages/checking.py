"""What a form would be asked about or refused for, before it is saved. Writes nothing."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from outcomes.actions.common import Known
from outcomes.actions.visits import with_defaults
from outcomes.documents.visit import VisitDocument
from outcomes.forms import DocumentForm
from outcomes.kinds import Kind
from outcomes.pages import page, reader
from outcomes.pages.documents import course_of
from outcomes.pages.editing import Editor, in_words
from patients import audit
from patients.access import load_for, reporter
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Checked

# said once it is saved: while typing, what is not there yet is no mistake
NOT_YET = {"missing", "no_time", "no_result", "no_unit", "empty", "empty_visit", "id"}

Said = dict[str, str]


def check_page(kind: Kind) -> Callable[..., HttpResponse]:
    """The questions and refusals of what is typed so far: `{"questions": [{field, text}], …}`.

    `field` is the id of the field on the form. What was left empty is not asked for yet.
    """

    @require_POST
    @page
    def check(request: HttpRequest, patient_id: uuid.UUID, **place: uuid.UUID) -> HttpResponse:
        user = reader(request)
        patient = load_for(user, kind.permission, patient_id)
        more = course_of(user, patient, place)
        audit.record(by=user, action=f"{kind.name}.check", patient_id=patient.pk)
        form = Editor(request, kind, patient, row=_row(kind, patient, request)).form
        asked = Asked(by=user, at=timezone.now(), reporter=reporter(user, patient))
        try:
            found = _checked(kind, form, Known(patient, asked), more)
        except Refused as refused:
            return _answer((), _refused(form, refused.problems))
        asks = [w for w in found.warnings if w["code"] not in NOT_YET]
        return _answer(({"field": _field(form, w), "text": in_words(w)} for w in asks), ())

    return check


def _row(kind: Kind, patient: Patient, request: HttpRequest) -> Any:
    """The record being corrected, None for a new one."""
    try:
        id = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return None
    rows = kind.model.objects.visible_to(reader(request)).current()
    return rows.filter(patient=patient, pk=id).first()


def _checked(kind: Kind, form: DocumentForm, known: Known, more: Mapping[str, Any]) -> Checked:
    document: Any = read(kind.shape, form.document())
    if isinstance(document, VisitDocument):
        document = with_defaults(document)
    return kind.check(known, document, **more)


def _refused(form: DocumentForm, problems: Iterable[Mapping[str, Any]]) -> list[Said]:
    form.refuse(p for p in problems if p["code"] not in NOT_YET)
    told = [{"field": f.id, "text": text} for f in form.refused if f.typed for text in f.errors]
    return told + [{"field": "", "text": text} for text in form.general]


def _field(form: DocumentForm, warning: Mapping[str, Any]) -> str:
    found = form.field_of(tuple(warning["path"]))
    return found.id if found else ""


def _answer(questions: Iterable[Said], refused: Iterable[Said]) -> HttpResponse:
    return JsonResponse({"questions": list(questions), "refused": list(refused)})
