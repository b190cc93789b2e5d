"""Finishing touches that the schema generator cannot make by itself."""

from typing import Any

from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import ResolvedComponent
from pydantic.json_schema import model_json_schema


class Bearer(OpenApiAuthenticationExtension):
    target_class = "api.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "manage.py api_token USERNAME"}


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
    return result
