"""What was said, day by day, and what became of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from outcomes.pages.phone.frame import show
from patients.access import load_own


@require_safe
@page
def entries(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    own = load_own(reader(request), patient_id)
    return show(request, "patient/entries.html", own, {}, action="patient.entries")
