"""Arithmetic of numbers with bounds: unknown in, unknown out, and never a midpoint."""

from collections.abc import Sequence

from outcomes.rules.values import Span, Status

ZERO = Span(best=0, lower=0, upper=0, status=Status.KNOWN)


def nothing(status: Status) -> Span:
    return Span(best=None, lower=None, upper=None, status=status)


def is_empty(span: Span) -> bool:
    return span.best is None and span.lower is None and span.upper is None


def make_span(
    best: float | None, lower: float | None, upper: float | None, *sources: Status
) -> Span:
    return Span(best=best, lower=lower, upper=upper, status=_status(best, lower, upper, sources))


def _status(
    best: float | None, lower: float | None, upper: float | None, sources: Sequence[Status]
) -> Status:
    if Status.CONFLICT in sources:
        return Status.CONFLICT
    if best is None:
        return Status.INTERVAL_CENSORED if (lower, upper) != (None, None) else Status.NOT_REPORTED
    exact = lower == upper == best and all(source is Status.KNOWN for source in sources)
    return Status.KNOWN if exact else Status.APPROXIMATE


def plus(a: Span, b: Span) -> Span:
    for span in (a, b):
        if is_empty(span):
            return span
    return make_span(
        _sum(a.best, b.best), _sum(a.lower, b.lower), _sum(a.upper, b.upper), a.status, b.status
    )


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def negated(span: Span) -> Span:
    best, lower, upper = (
        None if value is None else -value for value in (span.best, span.upper, span.lower)
    )
    return Span(best=best, lower=lower, upper=upper, status=span.status)


def hull(spans: Sequence[Span]) -> Span:
    """One span that covers all; a best value survives only where all agree."""
    if all(span == spans[0] for span in spans):
        return spans[0]
    lowers = [span.lower for span in spans if span.lower is not None]
    uppers = [span.upper for span in spans if span.upper is not None]
    return make_span(
        None,
        min(lowers) if len(lowers) == len(spans) else None,
        max(uppers) if len(uppers) == len(spans) else None,
    )
