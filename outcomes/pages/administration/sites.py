"""A site: how it is called and reached, in which time zone, and who changed that."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes.pages.administration import asked, for_site
from outcomes.pages.administration.changes import SITE_FIELDS, site_changes, site_label
from outcomes.pages.administration.fields import Field, Form, Option
from patients import numbers
from patients.administration import change_site
from patients.documents.base import Refused
from patients.models import Site
from patients.models.sites import JURISDICTIONS

HISTORY = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_site
def site(request: HttpRequest, site: Site) -> HttpResponse:
    """The site's facts and history (GET), and changing them (POST)."""
    if request.method != "POST":
        return _shown(request, site, _form(site))
    form = _form(site, request.POST)
    try:
        changed = change_site(site=site, asked=asked(request), **form.typed(*SITE_FIELDS))
    except Refused as refused:
        form.refuse(refused.problems)
        return _shown(request, site, form, status=422)
    if changed:
        messages.success(request, _("The site is changed."))
    else:
        messages.info(request, _("Nothing was different: nothing is changed."))
    return redirect("administration-site", site.code)


def _shown(request: HttpRequest, site: Site, form: Form, status: int = 200) -> HttpResponse:
    context = {"site": site, "form": form, "changes": list(site_changes([site], HISTORY))}
    return render(request, "administration/site.html", context, status=status)


def _form(site: Site, sent: Mapping[str, Any] | None = None) -> Form:
    fields = [Field(name, site_label(name), typed=getattr(site, name)) for name in SITE_FIELDS]
    form = Form(fields, sent)
    _describe_numbers(form)
    zone = form["time_zone"]
    zone.widget, zone.options, zone.empty_label = "select", _zones(), _("Choose a time zone")
    zone.hint = _(
        "A new zone decides from now on what day it is at this site. Dates already recorded do not "
        "move."
    )
    labels = form["jurisdiction"]
    labels.widget, labels.options = "select", [Option(code, code) for code in JURISDICTIONS]
    labels.empty_label = _("Not set: the stricter label holds")
    labels.hint = _("Where the labels of the EU and the US differ, the limits of drugs follow it.")
    return form


def _describe_numbers(form: Form) -> None:
    """What each number is for: they stand on the page of warning signs, with a button to call."""
    for name in ("phone", "emergency_number", "crisis_line"):
        form[name].widget = "tel"
    form["phone"].hint = _(
        "Of the ward or whoever is on call. Patients are told to call it about warning signs."
    )
    form["phone_note"].hint = _(
        "In a few words that patients read beside the number, for example “Day and night”."
    )
    form["emergency_number"].hint = "{} {}".format(
        _("The public number that patients are told to call in an emergency."), _(numbers.WHERE)
    )
    form["emergency_number"].suggestions = list(numbers.OFFERED)
    form["crisis_line"].hint = _("A number for people who think of harming themselves.")


def _zones() -> list[Option]:
    """The IANA zones that name a place, by continent."""
    places = [z for z in sorted(zoneinfo.available_timezones()) if "/" in z and z[:4] != "Etc/"]
    return [Option("UTC", "UTC")] + [Option(z, z, z.split("/")[0]) for z in places]
