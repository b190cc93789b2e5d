"""Numbers with their units in running text."""

import re

from django import template

register = template.Library()

_UNIT = re.compile(r"(?<=\d) (?=%|h(?![A-Za-z]))")


@register.filter
def unbroken(words: str) -> str:
    """The words, with no line break between a number and its % or h."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", words)
