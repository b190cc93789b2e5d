"""Whose day it is: one's own, or that of one of those one cares for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from outcomes.pages.phone.frame import is_shell
from patients import audit
from patients.models import Patient


@require_safe
@page
def chooser(request: HttpRequest) -> HttpResponse:
    """Who there is to choose from; with one person, their day at once."""
    user = reader(request)
    own = list(Patient.objects.own(user).order_by("name", "study_number"))
    if len(own) == 1:
        return redirect("phone-today", own[0].pk)
    if is_shell(request):
        return render(request, "patient/chooser.html", {"shell": True})
    audit.record(by=user, action="patient.list", patient_ids=[patient.pk for patient in own])
    context = {"people": own, "offline": [reverse("phone")] if own else []}
    return render(request, "patient/chooser.html", context)
