"""Finishing touches that the schema generator cannot make by itself."""

import contextlib
import re
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import ResolvedComponent
from pydantic.json_schema import model_json_schema

from outcomes import words


class Bearer(OpenApiAuthenticationExtension):
    target_class = "api.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "manage.py api_token USERNAME"}


class Session(SessionScheme):
    target_class = "api.authentication.WebSession"


class Documents(PydanticExtension):
    """Pydantic shapes as they are read: fields with a default are optional."""

    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema = model_json_schema(self.target, ref_template="#/components/schemas/{model}")
        for name, inner in schema.pop("$defs", {}).items():
            component = ResolvedComponent(name, ResolvedComponent.SCHEMA, inner, name)
            auto_schema.registry.register_on_missing(component)
        return schema


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say in words what each field is and what each of its codes means."""
    for name, component in result["components"]["schemas"].items():
        root = _root(name)
        for field, inner in component.get("properties", {}).items():
            _describe(f"{root}.{field}", inner)
    return result


_AROUND = re.compile(r"^Patched|(Document|Part|Patch)?(Request)?$")
_ROOTS = {
    "enrolment": "patient",
    "course": "medication",
    "loss_to_follow_up": "loss",
    "leg": "motor",
}


def _root(component: str) -> str:
    """`SensationPart` is about `sensation`, `VisitDocumentRequest` about `visit`."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", _AROUND.sub("", component)).lower()
    return _ROOTS.get(snake, snake)


def _describe(path: str, schema: dict[str, Any]) -> None:
    with contextlib.suppress(KeyError):
        schema.setdefault("description", words.name(path))
    meant = {code: words.answer(path, str(code)) for code in _codes(schema)}
    told = [f"`{code}`: {meaning}" for code, meaning in meant.items() if meaning]
    if told:
        schema["description"] = "; ".join([schema["description"].rstrip("."), *told])


def _codes(schema: dict[str, Any]) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    return [code for inner in schema.get("anyOf", ()) for code in _codes(inner)]
