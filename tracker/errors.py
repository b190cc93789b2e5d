"""Refusals that no view answers: a page for people, `application/problem+json` under /api/."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from tracker.middleware import current_request

API = "/api/"
PROBLEM_JSON = "application/problem+json"
# status: stable code, title, what to do
PROBLEMS = {
    403: ("forbidden", _("Your role does not allow this."), _("Ask someone whose role allows it.")),
    404: (
        "not_found",
        _("There is nothing here that you may see."),
        _("Check the address and the id."),
    ),
    500: (
        "server_error",
        _("Something went wrong on our side."),
        _("Send it again with the same id; if it fails again, report the X-Request-Id."),
    ),
}


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if not request.path.startswith(API):
        body = render_to_string(f"{status}.html", {"number": current_request.get()}, request)
        return HttpResponse(body, status=status)
    code, title, detail = PROBLEMS[status]
    problem = {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "code": code,
        "detail": str(detail),
    }
    return JsonResponse(problem, status=status, content_type=PROBLEM_JSON)
