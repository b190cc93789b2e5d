"""Laboratory values: read as reported, converted to the canonical unit, held against bounds.

Units are never guessed: a closed table of aliases per analyte (outcomes/reference/units.csv), and
everything else is refused with what to do. Sources: CLINICAL.md E (units), F (bounds) and J
(Units) [POLICY]; the numbers are reference data, each row with its own source.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from outcomes.reference import Bound, Severity, UnitAlias, analytes, lab_bounds, units
from outcomes.rules.bounds import DEFAULTS, at_site
from outcomes.rules.text import gettext_noop as _

# A conversion that does not end is rounded here; a value that ends sooner keeps its own digits.
PLACES = Decimal("0.00001")

_VALUE = re.compile(r"(?P<comparator><=|>=|[<>≤≥])? ?(?P<number>\d{1,9}(\.\d{1,6})?)", re.ASCII)
_COMPARATORS = {"≤": "<=", "≥": ">="}

NO_ANALYTE = _("{analyte} is not in the reference data: choose one of {known}.")
NO_VALUE = _("Give the value of {name} as the laboratory reported it.")
NOT_A_NUMBER = _(
    "“{value}” is not a plain number: type digits with a point for decimals, for example 1.5; "
    "a value below the limit of detection is written <0.5."
)
NO_UNIT = _("Give the unit of {name} as the laboratory reported it: one of {units}.")
NO_UNIT_ASK = _(
    "Give the unit of {name} as the laboratory reported it: one of {units}. "
    "Is {value} in {suggest}?"
)
UNKNOWN_UNIT = _("“{unit}” is not a known unit of {name}: write one of {units}.")
IMPOSSIBLE = _("{value} {unit} is not possible for {name}: check the number and the unit.")
IMPOSSIBLE_ASK = _("{value} {unit} is not possible for {name}: is the unit {suggest}?")
UNUSUAL = _("{value} {unit} is unusual for {name}: check the number and the unit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabQuantity:
    """A laboratory value in the analyte's canonical UCUM unit.

    With a comparator (`<`, `<=`, `>`, `>=`) the limit is a bound and `value` is None.
    """

    comparator: str
    limit: Decimal
    unit: str

    @property
    def value(self) -> Decimal | None:
        return None if self.comparator else self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class LabWarning:
    """A value to look at again; `message` is a template for `values`."""

    code: str
    message: str
    values: Mapping[str, str] = field(hash=False)


class LabRefused(ValueError):
    """A laboratory value that may not be stored; `message` says what to do.

    `code` is one of lab_analyte_unknown, lab_value_missing, lab_value_not_a_number,
    lab_unit_missing, lab_unit_unknown, lab_value_impossible.
    """

    def __init__(self, code: str, message: str, **values: str) -> None:
        super().__init__(message.format(**values))
        self.code, self.message, self.values = code, message, values

    def text(self, *, t: Callable[[str], str] = str) -> str:
        return t(self.message).format(**self.values)


def canonical(analyte: str, value: str, unit: str) -> LabQuantity:
    """The value in the analyte's canonical unit. Blanks around value and unit are trimmed.

    Raises LabRefused for an unknown analyte, a missing or unknown unit, anything but a plain
    number with or without a comparator, and a value that is not possible.
    """
    name = known(analyte)
    comparator, number = _number(name, value.strip())
    alias = _unit(analyte, name, number, unit.strip())
    quantity = LabQuantity(
        comparator=comparator, limit=_converted(number, alias), unit=analytes()[analyte].unit
    )
    if _breaks(analyte, quantity, Severity.HARD):
        raise _impossible(analyte, name, value.strip(), alias, quantity)
    return quantity


def warnings(
    analyte: str, quantity: LabQuantity, own: Mapping[str, Decimal] = DEFAULTS
) -> tuple[LabWarning, ...]:
    """What to look at again in a canonical value; a bound warns only where it is certain.

    `own` holds a site's own limits by the key of their bound.
    """
    values = {
        "name": known(analyte),
        "value": f"{quantity.comparator}{quantity.limit}",
        "unit": quantity.unit,
    }
    broken = _breaks(analyte, quantity, Severity.WARN, own)
    return tuple(
        LabWarning(code="lab_value_unusual", message=UNUSUAL, values=values) for _bound in broken
    )


def known(analyte: str) -> str:
    """The analyte's name; raises LabRefused (lab_analyte_unknown) for one not in the table."""
    table = analytes()
    if analyte not in table:
        raise LabRefused("lab_analyte_unknown", NO_ANALYTE, analyte=analyte, known=", ".join(table))
    return table[analyte].name


def _number(name: str, value: str) -> tuple[str, Decimal]:
    if not value:
        raise LabRefused("lab_value_missing", NO_VALUE, name=name)
    match = _VALUE.fullmatch(value)
    if not match:
        raise LabRefused("lab_value_not_a_number", NOT_A_NUMBER, value=value)
    comparator = match["comparator"] or ""
    return _COMPARATORS.get(comparator, comparator), Decimal(match["number"])


def _unit(analyte: str, name: str, number: Decimal, unit: str) -> UnitAlias:
    known = units(analyte)
    if unit in known:
        return known[unit]
    values = {"name": name, "units": ", ".join(dict.fromkeys(u.ucum for u in known.values()))}
    if unit:
        raise LabRefused("lab_unit_unknown", UNKNOWN_UNIT, unit=unit, **values)
    suggest = _suggested(analyte, number)
    if suggest:
        values |= {"value": str(number), "suggest": suggest}
    raise LabRefused("lab_unit_missing", NO_UNIT_ASK if suggest else NO_UNIT, **values)


def _converted(number: Decimal, alias: UnitAlias) -> Decimal:
    converted = number * alias.factor / alias.divisor
    rounded = converted.quantize(PLACES, rounding=ROUND_HALF_EVEN)
    return converted if converted == rounded else rounded


def _breaks(
    analyte: str,
    quantity: LabQuantity,
    severity: Severity,
    own: Mapping[str, Decimal] = DEFAULTS,
) -> list[Bound]:
    bounds = [at_site(bound, own) for bound in lab_bounds(analyte) if bound.kind is severity]
    return [bound for bound in bounds if _certainly(bound, quantity)]


def _certainly(bound: Bound, quantity: LabQuantity) -> bool:
    """Whether every value the quantity allows is on the wrong side of the bound."""
    if not quantity.comparator:
        return bound.holds(quantity.limit)
    if quantity.comparator[0] != bound.op[0]:
        return False
    strict = len(quantity.comparator) == 1
    return bound.holds(quantity.limit) or (strict and quantity.limit == bound.limit)


def _impossible(
    analyte: str, name: str, value: str, alias: UnitAlias, quantity: LabQuantity
) -> LabRefused:
    values = {"name": name, "value": value, "unit": alias.alias}
    in_canonical = alias.ucum == quantity.unit
    suggest = _suggested(analyte, quantity.limit) if in_canonical else ""
    if suggest:
        return LabRefused("lab_value_impossible", IMPOSSIBLE_ASK, suggest=suggest, **values)
    return LabRefused("lab_value_impossible", IMPOSSIBLE, **values)


def _suggested(analyte: str, number: Decimal) -> str:
    """The unit that a number of this size may have been meant in, to ask and never to convert."""
    asked = [b for b in lab_bounds(analyte) if b.kind is Severity.ASK_UNIT and b.holds(number)]
    return asked[0].suggest if asked else ""
