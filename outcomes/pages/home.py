"""Where each person starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from outcomes.pages import page, reader
from patients.access import sites_for
from patients.models import Patient, User
from patients.roles import Permission, Reach, roles_reaching


@require_safe
@page
def home(request: HttpRequest) -> HttpResponse:
    """Clinicians: the list. Administrators: their sites. Others: the one record they may open."""
    user = reader(request)
    if _is_clinician(user):
        return redirect("patients")
    if sites_for(user, Permission.ADMINISTER).exists():
        return redirect("administration")
    visible = list(Patient.objects.visible_to(user).values_list("pk", flat=True)[:2])
    if len(visible) == 1:
        return redirect("patient", visible[0])
    if visible:
        return redirect("patients")
    return render(request, "home.html")


def _is_clinician(user: User) -> bool:
    roles = [
        role
        for reach in (Reach.SITE, Reach.CARE_TEAM)
        for role in roles_reaching(Permission.VIEW_RECORD, reach)
    ]
    return user.memberships.filter(active=True, role__in=roles).exists()
