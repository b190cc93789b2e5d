"""The small pictures of the phone's pages, always beside words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from outcomes.phone_files import SCRIPTS

register = template.Library()

# lines on 24 by 24; own drawings
PICTURES = {
    "void": "M12 3c3.5 4.5 6 7.5 6 11a6 6 0 0 1-12 0c0-3.5 2.5-6.5 6-11z",
    "leak": "M8 4c2 2.6 3.5 4.4 3.5 6.5a3.5 3.5 0 0 1-7 0C4.5 8.4 6 6.6 8 4zM17 12c1.5 "
    "1.9 2.5 3.2 2.5 4.8a2.5 2.5 0 0 1-5 0c0-1.6 1-2.9 2.5-4.8z",
    "catheter": "M5 3v5a5 5 0 0 0 5 5h4a4 4 0 0 1 4 4v4M15 21h6M2 3h6",
    "pain": "M13 2 5 13h6l-1 9 9-12h-6z",
    "walking": "M13 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM12 8l-2 6 4 3 1 5M10 14l-3 7M12 8l4 4h3"
    "M12 8 8 9l-1 4",
    "pills": "M4.5 13.5l9-9a4.2 4.2 0 0 1 6 6l-9 9a4.2 4.2 0 0 1-6-6zM9 9l6 6",
    "fall": "M18 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM16 8l-5 3 2 5-6 1M11 11l-5-3M3 21h18",
    "mood": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c2 2 5 2 7 0M9 9.5v.5M15 9.5v.5",
    "note": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "signs": "M12 3l9.5 17h-19zM12 10v4.5M12 17.5v.1",
}


@register.simple_tag
def picture(name: str) -> SafeString:
    return _drawn(PICTURES[name])


@register.simple_tag
def face(number: int) -> SafeString:
    """A face for a pain of 0 to 10: the mouth sinks and the brows tilt as it grows."""
    bend = 4.0 - 0.8 * number
    tilt = 0.15 * number
    mouth = 15.5 - bend / 4
    return _drawn(
        "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z"
        f"M7.5 {mouth:.2f}q4.5 {bend:.2f} 9 0"
        f"M8.5 10v.8M15.5 10v.8M6.8 {7 + tilt:.2f}L9.8 {7 - tilt:.2f}"
        f"M17.2 {7 + tilt:.2f}L14.2 {7 - tilt:.2f}"
    )


def _drawn(path: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        mark_safe(path),
    )


@register.simple_tag
def phone_scripts() -> tuple[str, ...]:
    return SCRIPTS
