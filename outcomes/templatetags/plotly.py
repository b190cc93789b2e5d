"""The words of plotly's own buttons, which it knows in English alone."""

import json

from django import template
from django.utils.translation import gettext

from outcomes.rules.text import gettext_noop as _

register = template.Library()

# as they stand in the bundle, of the buttons that static/charts.js leaves
WORDS = (
    _("Download plot as a PNG"),
    _("Zoom"),
    _("Pan"),
    _("Zoom in"),
    _("Zoom out"),
    _("Reset axes"),
    _("Double-click to zoom back out"),
    _("Double-click on legend to isolate one trace"),
)


@register.simple_tag
def plotly_words() -> str:
    return json.dumps({word: gettext(word) for word in WORDS}, ensure_ascii=False)
