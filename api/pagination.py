"""Pages of rows in the order they were recorded, and the parameters a list takes."""

import base64
import binascii
import datetime as dt
import re
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from api.errors import Problem

PAGE, MOST = 50, 200


def page(rows: Any, request: Request, when: str = "recorded_at") -> tuple[list[Any], str | None]:
    """The rows of a page and the address of the next; 50 rows unless `limit` says otherwise.

    A cursor names the last row of the page before by when it was recorded and its id, so no row is
    passed over or shown twice, however many were recorded in one instant. `when` is the column.
    """
    count = limit(request)
    ordered = rows.order_by(when, "id")
    if cursor := request.query_params.get("cursor"):
        at, record_id = _position(cursor)
        later = Q(**{f"{when}__gt": at}) | Q(**{when: at, "id__gt": record_id})
        ordered = ordered.filter(later)
    found = list(ordered[: count + 1])
    if len(found) <= count:
        return found, None
    return found[:count], next_address(request, _cursor(found[count - 1], when))


def next_address(request: Request, cursor: object) -> str:
    query = request.query_params.copy()
    query["cursor"] = str(cursor)
    return request.build_absolute_uri(f"?{query.urlencode()}")


def limit(request: Request, default: int = PAGE) -> int:
    sent = request.query_params.get("limit", str(default))
    if not re.fullmatch("[0-9]{1,3}", sent) or not 1 <= int(sent) <= MOST:
        raise Problem(400, "limit", _("Give limit as a whole number from 1 to 200."))
    return int(sent)


def _cursor(row: Any, when: str) -> str:
    text = f"{getattr(row, when).isoformat()}|{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(cursor: str) -> tuple[dt.datetime, UUID]:
    try:
        at, _bar, record_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError
        return moment, UUID(record_id)
    except (ValueError, binascii.Error):
        raise Problem(400, "cursor", _("Use the cursor of next.")) from None


def refuse_unknown_parameters(request: Request, *known: str) -> None:
    unknown = set(request.query_params) - {"cursor", "limit", *known}
    if unknown:
        detail = _("Remove these parameters: {names}.").format(names=", ".join(sorted(unknown)))
        raise Problem(400, "unknown_parameter", detail)


Choice = TypeVar("Choice", bound=str)


def one_of(request: Request, name: str, known: tuple[Choice, ...]) -> Choice:
    """A parameter with few values, the first when left out."""
    value = request.query_params.get(name, known[0])
    for choice in known:
        if value == choice:
            return choice
    detail = _("Give {name} as one of: {known}.").format(name=name, known=", ".join(known))
    raise Problem(400, name, detail)
