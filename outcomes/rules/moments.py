"""A moment as a short text without a language: what an alert keeps of when something was seen."""

from outcomes.rules.values import Moment, Span


def moment_text(when: Moment, day: Span) -> str:
    """ISO date (and time), else its bounds with a slash between, else the day after surgery.

    "2026-03-01 14:05", "2026-03-01/2026-03-05", "2026-03-01/" (or later), "+41 d", "+28/+42 d";
    the phase where there is no day, empty where nothing is known.
    """
    if when.date is not None:
        return f"{when.date} {when.time:%H:%M}" if when.time else str(when.date)
    if when.date_lower or when.date_upper:
        return f"{when.date_lower or ''}/{when.date_upper or ''}"
    if day.best is not None:
        return f"{day.best:+g} d"
    if day.lower is not None or day.upper is not None:
        low, high = ("" if v is None else f"{v:+g}" for v in (day.lower, day.upper))
        return f"{low}/{high} d"
    return str(when.phase or "")
