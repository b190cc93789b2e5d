"""Where each person starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from patients.access import is_clinician, sites_for
from patients.models import Patient
from patients.roles import Permission


@require_safe
@page
def home(request: HttpRequest) -> HttpResponse:
    """Clinicians: what needs attention. Administrators: their sites. Others: their day."""
    user = reader(request)
    if is_clinician(user):
        return redirect("worklist")
    if sites_for(user, Permission.ADMINISTER).exists():
        return redirect("administration")
    if Patient.objects.own(user).exists():
        return redirect("phone")
    return render(request, "home.html")
