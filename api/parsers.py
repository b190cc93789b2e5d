"""JSON read strictly: what two readers could understand differently is refused."""

import json
from typing import Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from api.errors import TooLarge

MOST_DIGITS = 40


class Number(float):
    """A JSON number with a fraction; `text` keeps its digits as sent."""

    text: str

    def __new__(cls, text: str) -> "Number":
        number = super().__new__(cls, text)
        number.text = text
        return number


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        return strict_json(body)


def strict_json(body: bytes) -> Any:
    """Raises ParseError on a key given twice, NaN, infinity, broken text, or too deep nesting."""
    try:
        text = body.decode("utf-8")
        data = json.loads(
            text,
            parse_float=Number,
            parse_int=_whole,
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
        if "\\ud" in text.lower():
            json.dumps(data, ensure_ascii=False).encode("utf-8")  # lone surrogates
        return data
    except RecursionError:
        raise ParseError("The body is nested too deeply.") from None
    except UnicodeError:
        raise ParseError("The body is not UTF-8 text.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from None


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a value, leave out what is not known")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is given twice")
    return result
