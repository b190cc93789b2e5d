"""Everything else, as links."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from outcomes.pages.phone.frame import show
from patients.access import load_own
from patients.models import Patient


@require_safe
@page
def more(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = reader(request)
    own = load_own(user, patient_id)
    others = Patient.objects.own(user).exclude(pk=own.patient.pk).exists()
    return show(request, "patient/more.html", own, {"others": others}, action="patient.more")
