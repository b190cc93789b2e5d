"""Words for patients, from scales.csv: one phrase a code, marked for translation.

A test keeps `MARKED` equal to the file.
"""

from functools import cache

from django.utils.translation import gettext

from outcomes.reference import scale
from outcomes.rules.text import gettext_noop as _


def plain(name: str, code: str) -> str:
    """The phrase for a code of one of the scales for patients; KeyError where there is none."""
    return gettext(_labels(name)[code])


def known(name: str, code: str) -> bool:
    return code in _labels(name)


def codes(name: str) -> list[str]:
    """The codes of a scale, from the lowest step to the highest."""
    return list(_labels(name))


@cache
def _labels(name: str) -> dict[str, str]:
    return {level.code: level.label for level in scale(name)}


SCALES = (
    "mrc_plain",
    "mrc_short",
    "fac_plain",
    "walks_plain",
    "walks_short",
    "aid_plain",
    "emptying_plain",
    "emptying_short",
    "leaks_plain",
    "leaks_short",
    "range_plain",
)
MARKED = (
    _("no movement could be seen or felt"),
    _("the muscles tighten without moving anything"),
    _("it moves when it does not have to carry its own weight"),
    _("it can lift its own weight but not against resistance"),
    _("it can lift its own weight and hold against a light push"),
    _("it can lift its own weight and hold against a push"),
    _("it can lift its own weight and hold against a strong push"),
    _("it has full strength"),
    _("none"),
    _("tightens"),
    _("moves"),
    _("lifts"),
    _("holds"),
    _("full"),
    _("cannot walk or only between bars or with two people"),
    _("walks while one person holds on all the time"),
    _("walks while one person holds on lightly"),
    _("walks with somebody beside who does not have to hold on"),
    _("walks alone on level ground"),
    _("walks alone anywhere"),
    _("walks alone"),
    _("does not walk alone"),
    _("hardly"),
    _("not alone"),
    _("with help"),
    _("alone"),
    _("without an aid"),
    _("with a stick"),
    _("with crutches"),
    _("with a walking frame"),
    _("between bars"),
    _("uses a wheelchair"),
    _("with another aid"),
    _("empties without a catheter"),
    _("empties by a reflex set off on purpose"),
    _("empties by a reflex that comes by itself"),
    _("empties by straining"),
    _("empties by pressing on the belly"),
    _("is emptied with a catheter each time and by oneself"),
    _("is emptied with a catheter each time and by a helper"),
    _("is emptied through a catheter that stays in"),
    _("is emptied through a catheter that stays in above the pubic bone"),
    _("empties with the help of a nerve stimulator"),
    _("is emptied through an opening made in an operation"),
    _("empties in another way"),
    _("catheter"),
    _("other way"),
    _("by itself"),
    _("no urine leaks"),
    _("some urine leaks every month"),
    _("some urine leaks every week"),
    _("some urine leaks every day"),
    _("daily leaks"),
    _("weekly"),
    _("monthly"),
    _("no leaks"),
    _("within the laboratory's range"),
    _("below the laboratory's range"),
    _("above the laboratory's range"),
    _("outside the laboratory's range"),
    _("the laboratory gave no range"),
    _("whether it lies within the laboratory's range cannot be told"),
)
