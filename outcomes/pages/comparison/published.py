"""The published cases: individuals and counts, nothing that a sample would be needed for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outcomes.pages.comparison.frame import Stamp, comparing, show


@require_safe
@comparing
def published(request: HttpRequest) -> HttpResponse:
    return show(request, "surgeon/published.html", Stamp(filter=()), {})
