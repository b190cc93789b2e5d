"""The schema and its page: made once in each language, not for each who asks."""

from functools import lru_cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class KeptGenerator(SchemaGenerator):
    """The same for everyone who reads the same language: it is public, and the code stays."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return _made(translation.get_language(), self.api_version)


@lru_cache(maxsize=8)
def _made(language: str | None, version: str | None) -> dict[str, Any]:
    """In the language that is active, `language`; two thirds of a second of work."""
    return SchemaGenerator(api_version=version).get_schema(request=None, public=True)


class Schema(SpectacularAPIView):
    generator_class = KeptGenerator


class Docs(SpectacularSwaggerSplitView):
    """The schema made readable; its scripts and styles come from this server."""

    url_name = "api-schema"
    template_name = "api/docs.html"
