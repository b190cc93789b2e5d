from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

from patients.records import as_text


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    # a number that keeps its digits (api.parsers.Number) is still a number
    return float(value) if isinstance(value, float) else as_text(value)
