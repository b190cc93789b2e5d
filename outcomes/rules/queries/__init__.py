"""Questions that the data themselves raise: what is missing, out of order or in doubt.

A rule looks at the whole course and names everything it asks about as the course stands; what it no
longer finds is closed by the data. Nobody can answer for a published case, so none is asked there.
Sources: CLINICAL.md G (schedule, baseline), J (Time, basis), A3.17 (sides), DESIGN.md 7.
"""

from collections.abc import Mapping

from outcomes.rules.facts import Facts
from outcomes.rules.queries import doubtful, missing, order
from outcomes.rules.queries.base import Found, Rule
from outcomes.rules.queries.missing import PARTS
from outcomes.rules.text import gettext_noop as _

__all__ = ["BY_HAND", "PARTS", "QUESTIONS", "RULES", "Found", "Rule", "find"]

BY_HAND = "by_hand"


def find(facts: Facts) -> list[Found]:
    """Everything that the course as it stands leaves to be asked."""
    if facts.person.get("origin") == "published":
        return []
    return [found for rule in RULES for found in rule(facts)]


RULES: tuple[Rule, ...] = (
    missing.core_missing, missing.parts_left_out, missing.basis_missing, missing.method_missing,
    order.before_cement, order.wrong_side_of_surgery, order.visits_out_of_order,
    order.doses_outside, order.complications_early, order.after_death, order.outside_window,
    order.order_unknown, doubtful.sides_swapped, doubtful.stale_baseline,
    doubtful.unchanged_source,
)  # fmt: skip

# what each asks, for the words of `part`, `value` and `against`; with the source
QUESTIONS: Mapping[str, str] = {
    "core_missing": _("{part} was not recorded at this visit. Add it, or say why it was not done."),
    "parts_left_out": _("Left out at this visit: {value}. Add what was examined, or say why not."),
    "basis_missing": _("What do the leg grades stand for? Without it they compare with no other."),
    "method_missing": _("A residual, but not how the bladder is emptied: it is judged as voiding."),
    "before_cement": _("{value} is before the cement procedure: check both dates."),
    "wrong_side_of_surgery": _("{value} is on the wrong side of the operation for “{against}”."),
    "visits_out_of_order": _("{value} is before an earlier visit of the schedule, {against}."),
    "dose_before_course": _("The dose of {value} is before the start of its drug, {against}."),
    "dose_after_course": _("The dose of {value} is after its drug was stopped, {against}."),
    "complication_before": _("{value} is before the operation that it followed, {against}."),
    "after_death": _("{value} is after the day of death, {against}: check both dates."),
    "outside_window": _("By its day this visit belongs to “{against}”, not “{value}”."),
    "order_unknown": _("Before or after the operation of that day? Give the time of examination."),
    "sides_swapped": _(
        "{part}: right : left is {value}, before it was {against}. Are right and left exchanged?"
    ),
    "stale_baseline": _("The last examination before the operation, {value}, is over 14 days old: "
                        "is there a later one?"),
    "unchanged_source": _("The values of {part} were copied as unchanged and no longer match the "
                          "examination before, or an operation lies between: check them."),
}  # fmt: skip
