from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Problem


class Pages(CursorPagination):
    """`{"next": URL or null, "results": […]}`, 50 rows a page unless `limit` says otherwise."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = ("recorded_at", "id")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        limit = request.query_params.get("limit", "1")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= self.max_page_size):
            raise Problem(400, "limit", _("Give limit as a whole number from 1 to 200."))
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.get_next_link(), "results": data})


def refuse_unknown_parameters(request: Request, *known: str) -> None:
    unknown = set(request.query_params) - {"cursor", "limit", *known}
    if unknown:
        detail = _("Remove these parameters: {names}.").format(names=", ".join(sorted(unknown)))
        raise Problem(400, "unknown_parameter", detail)
