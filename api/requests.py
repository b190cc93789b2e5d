from typing import TYPE_CHECKING, Any

from rest_framework.request import Request

if TYPE_CHECKING:
    from patients.models import User


class ApiRequest(Request):
    """A request by someone signed in; the project's default permission sees to that."""

    user: "User"
    data: Any
