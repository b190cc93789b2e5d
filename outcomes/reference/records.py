"""One dataclass per data file: its fields are the file's columns, their types its grammar.

A field without a default must be filled in. `source` starts with a key of sources.csv; `verified`
says whether that source was seen to say so.
"""

import operator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from patients.moments import Status

# In literature_fields.csv: the one time point of a fact that has none.
UNTIMED = "untimed"

CellValue = str | int | bool | Decimal | tuple[str, ...] | None


class Layer(StrEnum):
    """Where a literature value was read: the founding report, or the abstract of the original."""

    DOC_TABLE = "DOC_table"
    DOC_TEXT = "DOC_text"
    PRIMARY_ABSTRACT = "primary_abstract"


DOC_LAYERS = (Layer.DOC_TABLE, Layer.DOC_TEXT)


class Laterality(StrEnum):
    """How far the sides of a case's grades can be trusted."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Kind(StrEnum):
    """What a literature field holds; a range has bounds and no value."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    GRADE = "grade"
    LEVELS = "levels"
    RANGE = "range"


class Role(StrEnum):
    CLAIM = "claim"
    RESOLUTION = "resolution"


class Severity(StrEnum):
    """A hard bound refuses, a warning asks to look again, ask_unit suspects another unit."""

    HARD = "hard"
    WARN = "warn"
    ASK_UNIT = "ask_unit"


class Operator(StrEnum):
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    NOT_WHOLE = "not_whole"


_SIGNS = {Operator.AT_MOST: "≤", Operator.AT_LEAST: "≥"}
_COMPARE = {
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


class LimitKind(StrEnum):
    """What a row of medications.csv says of its drug."""

    USUAL_DOSE = "usual_dose"
    USUAL_SINGLE_DOSE = "usual_single_dose"
    MAX_DAILY_DOSE = "max_daily_dose"
    MAX_SINGLE_DOSE = "max_single_dose"
    MIN_INTERVAL = "min_interval"
    DOSE_FACTOR = "dose_factor"
    AVOID = "avoid"
    CONTRAINDICATION = "contraindication"
    CAUTION = "caution"
    INTERACTION = "interaction"
    ALERT = "alert"
    ASK = "ask"
    MONITOR = "monitor"
    ASSESS_AFTER = "assess_after"
    DUE_EVERY = "due_every"
    OVERDUE = "overdue"
    INPUT_AGE = "input_age"
    BORDERLINE = "borderline"


class Confidence(StrEnum):
    """H: code and name paired in a source; M: code seen, name or origin weaker."""

    HIGH = "H"
    MEDIUM = "M"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    key: str
    citation: str
    locator: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteratureField:
    """A fact a case may state.

    At its `core` time points every case of the founding report states it, if only as not reported.
    """

    field: str
    kind: Kind
    unit: str = ""
    codes: tuple[str, ...] = ()
    timepoints: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    label: str
    source: str
    verified: bool

    @property
    def core_timepoints(self) -> tuple[str, ...]:
        return tuple("" if point == UNTIMED else point for point in self.core)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One literature datum, as reported; `item` numbers facts that come several times."""

    case: str
    field: str
    timepoint: str = ""
    item: int | None = None
    value: CellValue = None
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    status: Status
    verbatim: str = ""
    source: str
    layer: Layer
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A published case. Both citation numbers are kept: table and text number differently."""

    id: str
    author: str = ""
    year: int
    cite_table: int | None = None
    cite_text: int | None = None
    label: str
    laterality_confidence: Laterality | None = None
    layer: Layer
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One side of a conflict between or within sources, or how this product resolves it.

    What a conflict is about, its `topic`, stands with its resolution alone.
    """

    number: int
    cases: tuple[str, ...]
    role: Role
    topic: str = ""
    text: str
    verbatim: str = ""
    source: str
    layer: Layer | None = None
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLevel:
    """A step of a scale; `number` is its value in arithmetic, None where it has none."""

    scale: str
    code: str
    number: int | None = None
    label: str
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """A laboratory analyte; `unit` is the canonical UCUM unit."""

    code: str
    name: str
    unit: str
    loinc: str
    loinc_confidence: Confidence
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAlias:
    """A unit as typed. Canonical value = value x factor / divisor, both exact."""

    analyte: str
    alias: str
    ucum: str
    factor: Decimal
    divisor: Decimal
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A value for which `value op limit` holds is refused, warned of, or asked about.

    `than` names another field in place of a limit; `upto` ends an ask_unit bound; `suggest` is
    the unit that may have been meant.
    """

    field: str
    kind: Severity
    op: Operator
    limit: Decimal | None = None
    than: str = ""
    unit: str
    upto: Decimal | None = None
    suggest: str = ""
    source: str
    verified: bool
    note: str = ""

    @property
    def key(self) -> str:
        """What a site's own value of this bound is called, for example "pvr_ml ≥"."""
        return f"{self.field} {_SIGNS.get(self.op, self.op)}"

    def holds(self, value: Decimal, other: Decimal | None = None) -> bool:
        """Whether the value, in the bound's unit, is one the bound refuses or asks about.

        `other` is the value of the field that `than` names; unknown, nothing holds.
        """
        if self.op is Operator.NOT_WHOLE:
            return value != value.to_integral_value()
        limit = other if self.than else self.limit
        if limit is None or (self.upto is not None and value > self.upto):
            return False
        return bool(_COMPARE[self.op](value, limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    inn: str
    atc: str
    rxcui: str = ""
    rxcui_confidence: Confidence | None = None
    routes: tuple[str, ...]
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationLimit:
    """One limit or caution of a drug ("any": of every rule); all its conditions hold together.

    `threshold` belongs to the condition (age, creatinine clearance), `limit` and `unit` to the
    dose, interval or age of an input. An empty jurisdiction or route means each of them.
    """

    key: str
    drug: str
    route: str = ""
    kind: LimitKind
    condition: tuple[str, ...] = ()
    threshold: Decimal | None = None
    limit: Decimal | None = None
    unit: str = ""
    jurisdiction: str = ""
    other: str = ""
    text: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugName:
    """A common name of a drug, in small letters, and a code it goes by: one row for each code."""

    name: str
    atc: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugClass:
    """Codes that begin with `atc` are of the class `name`, by this route where one is named.

    Where `name` is a drug of drugs.csv, the code is that of a product that contains it.
    """

    name: str
    atc: str
    route: str = ""
    text: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledVisit:
    """A planned visit in days from the anchor: collection window, half-width of the analysis.

    An event (pre-op, discharge) has no window; `stale_after` is in days before incision.
    """

    kind: str
    target_day: int | None = None
    lower: int | None = None
    upper: int | None = None
    repeats_every: int | None = None
    half_width: int | None = None
    stale_after: int | None = None
    core: tuple[str, ...]
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """What an alert of this rule is called, and what to do about it."""

    rule: str
    title: str
    advice: str
    source: str
    verified: bool
    note: str = ""


class Sign(StrEnum):
    """The warning signs that can be reported, in the order in which they are asked.

    A test holds them equal to those of the diary's document, which this package does not know.
    """

    NEW_WEAKNESS = "new_weakness"
    SADDLE_NUMBNESS = "saddle_numbness"
    CANNOT_PASS_URINE = "cannot_pass_urine"
    NEW_LEAKING = "new_leaking"
    PAIN_BOTH_LEGS = "pain_both_legs"
    FEVER = "fever"
    WOUND_LEAK = "wound_leak"
    HEADACHE_SITTING_UP = "headache_sitting_up"
    FALL_NEW_PAIN = "fall_new_pain"
    CALF_SWELLING = "calf_swelling"
    CHEST_PAIN_BREATHLESS = "chest_pain_breathless"
    SELF_HARM = "self_harm"


class FlagLevel(StrEnum):
    """How pressing a warning sign is that nobody has examined."""

    URGENT = "urgent"
    EMERGENCY = "emergency"


class FirstCall(StrEnum):
    """Whom to call first about a warning sign: each has a number of the site."""

    CLINIC = "clinic"
    EMERGENCY = "emergency"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A warning sign that a patient or caregiver reports, and what they are told to do at once."""

    sign: Sign
    label: str
    level: FlagLevel
    call: FirstCall
    advice: tuple[str, ...]
    source: str
    verified: bool
    note: str = ""


# Units that are counted: a threshold in one of them is a whole number.
COUNTED = ("d", "h", "min", "{grade}", "{score}", "{volume}", "{hour}", "{attempts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdDefault:
    """A number that a site may replace by its own, within lower and upper; `does` says for what.

    The warning bounds of the other files are such numbers too, named by their key, without `does`.
    """

    key: str
    value: Decimal
    unit: str
    lower: Decimal
    upper: Decimal
    does: str
    source: str
    verified: bool
    note: str = ""

    @property
    def whole(self) -> bool:
        return self.unit in COUNTED
