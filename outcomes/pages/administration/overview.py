"""Where an administrator starts."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outcomes.pages.administration import Sites, for_administrators
from outcomes.pages.administration.changes import changes
from patients.models import Site

LAST_CHANGES = 8


@require_safe
@for_administrators
def overview(request: HttpRequest, sites: Sites) -> HttpResponse:
    """The sites one administers, with plain facts, and what was changed last."""
    working = Q(memberships__active=True, memberships__user__is_active=True)
    counted = Site.objects.filter(pk__in=[site.pk for site in sites]).annotate(
        staff=Count("memberships__user", filter=working, distinct=True),
        own_thresholds=Count(
            "thresholds", filter=Q(thresholds__value__isnull=False), distinct=True
        ),
    )
    context = {"sites": counted.order_by("name"), "changes": changes(sites, LAST_CHANGES)}
    return render(request, "administration/overview.html", context)
