"""Every refusal as `application/problem+json` (RFC 9457) with a stable `code` and what to do."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from patients import audit
from patients.access import Forbidden
from patients.documents.base import Refused
from patients.records import Conflict, Stale

PROBLEM_JSON = "application/problem+json"


class Problem(exceptions.APIException):
    """A refusal with its own status, code and extra members."""

    def __init__(self, status: int, code: str, detail: Any, **members: Any):
        super().__init__(detail, code)
        self.status_code = status
        self.code, self.members = code, members


class TooLarge(Problem):
    def __init__(self) -> None:
        super().__init__(413, "too_large", _("Send at most 1 MB in one request."))


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None (a 500) for what nobody foresaw."""
    set_rollback()
    known = _problem(exc)
    if known is None:
        return None
    _audit_denial(known, context)
    response = problem_response(known)
    if wait := getattr(exc, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    if header := getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _audit_denial(known: Problem, context: dict[str, Any]) -> None:
    """Keep who tried to reach whose record; whether it exists makes no difference."""
    ids = {name: value for name, value in context["kwargs"].items() if isinstance(value, UUID)}
    if known.status_code in {403, 404} and ids:
        request = context["request"]
        audit.record(
            by=request.user if request.user.is_authenticated else None,
            action=f"denied.{request.method.lower()}",
            patient_id=ids.get("patient_id"),
            record_id=ids.get("id") or ids.get("course_id"),
        )


def problem_response(known: Problem) -> Response:
    body = {
        "type": "about:blank",
        "title": TITLES.get(known.status_code, _("The request was refused.")),
        "status": known.status_code,
        "code": known.code,
        "detail": str(known.detail),
        **known.members,
    }
    body["title"] = str(body["title"])
    return Response(body, status=known.status_code, content_type=PROBLEM_JSON)


TITLES = {
    400: _("The request cannot be read."),
    401: _("Sign in first."),
    403: _("Your role does not allow this."),
    404: _("There is nothing here that you may see."),
    405: _("This address does not take that method."),
    409: _("This id is already used."),
    412: _("The record has changed since you read it."),
    413: _("The request is too large."),
    415: _("Send JSON."),
    422: _("Some values cannot be stored."),
    428: _("Say which version you are changing."),
    429: _("Too many requests."),
}


def _problem(exc: Exception) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, Refused):
        detail = _("Correct the fields named in errors and send it again.")
        return Problem(422, "refused", detail, errors=[told(p) for p in exc.problems])
    if isinstance(exc, Http404 | exceptions.NotFound):
        return Problem(404, "not_found", _("Check the address and the id."))
    if isinstance(exc, Forbidden | PermissionDenied):
        return Problem(403, "forbidden", _("Ask someone whose role allows it."))
    if isinstance(exc, Conflict):
        detail = _("Use a new UUID for a new record; to change one, use PATCH with If-Match.")
        return Problem(409, "conflict", detail)
    if isinstance(exc, Stale):
        detail = _("Read the record again, compare the two versions and send the change anew.")
        return Problem(412, "stale", detail)
    if isinstance(exc, exceptions.APIException):
        return Problem(exc.status_code, CODES.get(exc.status_code, "refused"), _detail(exc))
    return None


CODES = {
    400: "unreadable",
    401: "unauthenticated",
    403: "forbidden",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    429: "throttled",
}


def _detail(exc: exceptions.APIException) -> str:
    return exc.detail if isinstance(exc.detail, str) else str(exc.default_detail)


def told(found: dict[str, Any]) -> dict[str, str]:
    """A problem or warning in the reader's language, with a JSON pointer."""
    pointer = "".join(f"/{_escaped(step)}" for step in found["path"])
    detail = gettext(found["message"]).format(**found["values"])
    return {"pointer": pointer, "code": found["code"], "detail": detail}


def _escaped(step: Any) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
