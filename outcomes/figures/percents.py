"""A share with its interval in percent, never rounded into a certainty that it is not."""

import math

from outcomes.rules.statistics.proportions import Interval


def percent(interval: Interval) -> str:
    """ "15–95 %", one number where both ends are the same.

    In whole percents unless that would say 0 or 100 of an end that is not, or make one of two.
    """
    # what was computed may miss 0 and 1 by the last bits
    ends = round(interval.lower, 9), round(interval.upper, 9)
    for digits in range(MOST_DIGITS + 1):
        told = [_digits(100 * end, digits) for end in ends]
        certain = any(
            float(one) in (0, 100) and end not in (0, 1)
            for one, end in zip(told, ends, strict=True)
        )
        if not certain and (told[0] == told[1]) == (ends[0] == ends[1]):
            break
    return f"{told[0]} %" if told[0] == told[1] else f"{told[0]}–{told[1]} %"


MOST_DIGITS = 4


def _digits(value: float, digits: int) -> str:
    """A half upwards."""
    scale = 10**digits
    return f"{math.floor(value * scale + 0.5) / scale:.{digits}f}"
