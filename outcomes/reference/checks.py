"""What makes a row wrong beyond its grammar. Each check yields every problem, not the first."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from outcomes.reference.cells import typed_value
from outcomes.reference.files import Tables
from outcomes.reference.records import (
    DOC_LAYERS,
    AlertRule,
    Bound,
    Cell,
    Drug,
    DrugClass,
    DrugName,
    Kind,
    LimitKind,
    LiteratureField,
    MedicationLimit,
    Operator,
    RedFlag,
    Role,
    ScheduledVisit,
    Severity,
    Sign,
    ThresholdDefault,
)
from outcomes.reference.tables import ReferenceProblem, Row, Table
from patients.moments import Status

Problems = Iterator[ReferenceProblem]
Reasons = Iterator[str]


class Sourced(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def verified(self) -> bool: ...


# Level 5 of the WHO index: anatomical main group, two digits, two letters, two digits.
ATC = re.compile(r"[ABCDGHJLMNPRSV]\d{2}[A-Z]{2}\d{2}", re.ASCII)
ATC_START = re.compile(r"[ABCDGHJLMNPRSV]\d{2}([A-Z]([A-Z](\d{2})?)?)?", re.ASCII)
LOINC = re.compile(r"\d{1,6}-\d", re.ASCII)
RXCUI = re.compile(r"\d+", re.ASCII)
DOC = "Baek 2021"
ANY_DRUG = "any"
BOTH_SIDES = {"below", "above"}
# as an alert keeps it
LONGEST_RULE = 40
THRESHOLD_KEY = re.compile(r"[a-z][a-z_]*", re.ASCII)
BARE = (Status.NOT_REPORTED, Status.NOT_APPLICABLE)
# What is watched while a drug is taken.
WATCHED = (
    "blood_pressure", "creatinine", "hb", "alt", "sedation", "bowels", "falls", "pvr",
    "bladder_type", "calcium", "oral_exam", "next_due",
)  # fmt: skip
# Kinds of limit that mean nothing without a number and its unit.
QUANTIFIED = (
    LimitKind.USUAL_DOSE,
    LimitKind.USUAL_SINGLE_DOSE,
    LimitKind.MAX_DAILY_DOSE,
    LimitKind.MAX_SINGLE_DOSE,
    LimitKind.MIN_INTERVAL,
    LimitKind.DOSE_FACTOR,
    LimitKind.ASSESS_AFTER,
    LimitKind.DUE_EVERY,
    LimitKind.OVERDUE,
    LimitKind.INPUT_AGE,
)

KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("key",),
    "literature_fields": ("field",),
    "literature_cases": ("id",),
    "literature_cells": ("case", "field", "timepoint", "item", "layer"),
    "claims": ("number", "text"),
    "scales": ("scale", "code"),
    "analytes": ("code",),
    "units": ("analyte", "alias"),
    "lab_bounds": ("field", "kind", "op"),
    "vital_bounds": ("field", "kind", "op", "than"),
    "drugs": ("inn",),
    "drug_classes": ("name", "atc"),
    "drug_names": ("name", "atc"),
    "medications": ("key",),
    "schedule": ("kind",),
    "thresholds": ("key",),
    "alert_rules": ("rule",),
    "red_flags": ("sign",),
}


def check(tables: Tables) -> Problems:
    """Every problem that no single column shows."""
    for name, key in KEYS.items():
        yield from _duplicates(getattr(tables, name), key)
    yield from _sources(tables)
    for check_table in (_cells, _core_cells, _cases, _claims, _analytes, _units):
        yield from check_table(tables)
    for check_table in (_lab_bounds, _vital_bounds, _drugs, _medications, _schedule, _thresholds):
        yield from check_table(tables)
    yield from _each(tables.alert_rules, _alert_rule_reasons)
    yield from _red_flags(tables)


def _each(table: Table[Any], reasons: Callable[..., Reasons], *context: object) -> Problems:
    for row in table.rows:
        for reason in reasons(row.record, *context):
            yield table.problem(row, reason)


def _duplicates(table: Table[Any], key: tuple[str, ...]) -> Problems:
    first: dict[tuple[Any, ...], Row[Any]] = {}
    for row in table.rows:
        content = tuple(getattr(row.record, column) for column in key)
        earlier = first.setdefault(content, row)
        if earlier is not row:
            yield table.problem(row, f"the same {', '.join(key)} as on line {earlier.line}")


def _sources(tables: Tables) -> Problems:
    known = {source.key: source.verified for source in tables.sources}
    for table in tables:
        if table is not tables.sources:
            yield from _each(table, _source_reasons, known)


def _source_reasons(record: Sourced, known: dict[str, bool]) -> Reasons:
    key = _source_key(record)
    if key not in known:
        yield f"source: {key!r} is not in sources.csv"
    elif record.verified and not known[key]:
        yield f"verified: cannot be yes, the source {key!r} is not verified"


def _source_key(record: Sourced) -> str:
    """A source reads `key` or `key, place in it`."""
    return record.source.split(", ")[0]


def _cells(tables: Tables) -> Problems:
    known = {field.field: field for field in tables.literature_fields}
    cases = {case.id for case in tables.literature_cases}
    for row in tables.literature_cells.rows:
        cell, field = row.record, known.get(row.record.field)
        reasons = [] if cell.case in cases else [f"case: {cell.case!r} is unknown"]
        if field is None:
            reasons.append(f"field: {cell.field!r} is not in literature_fields.csv")
        else:
            reasons += [*_place_reasons(cell, field), *_value_reasons(cell, field)]
        reasons += [*_status_reasons(cell, field), *_origin_reasons(cell)]
        yield from (tables.literature_cells.problem(row, reason) for reason in reasons)


def _place_reasons(cell: Cell, field: LiteratureField) -> Reasons:
    timepoints = field.timepoints or ("",)
    if cell.timepoint not in timepoints:
        yield f"timepoint: {cell.timepoint!r} is none of {', '.join(map(repr, timepoints))}"
    stated = (cell.value, cell.lower, cell.upper) != (None, None, None)
    if stated and cell.unit != field.unit:
        yield f"unit: {cell.unit!r}, but {cell.field} is in {field.unit!r}"


def _value_reasons(cell: Cell, field: LiteratureField) -> Reasons:
    try:
        value = typed_value(field.kind, cell.value)
    except ValueError as error:
        yield f"value: {error}"
        return
    if value is None:
        return
    for code in value if isinstance(value, tuple) else (value,):
        if field.codes and code not in field.codes:
            yield f"value: {code!r} is none of {', '.join(field.codes)}"
    if field.kind in (Kind.NUMBER, Kind.WHOLE) and not _within(Decimal(str(value)), cell):
        yield f"value: {value} is outside its bounds {cell.lower} to {cell.upper}"


def _within(value: Decimal, cell: Cell) -> bool:
    above = cell.lower is None or cell.lower <= value
    return above and (cell.upper is None or value <= cell.upper)


def _status_reasons(cell: Cell, field: LiteratureField | None) -> Reasons:
    bounds = [bound for bound in (cell.lower, cell.upper) if bound is not None]
    if bounds != sorted(bounds):
        yield f"lower: {cell.lower} is above upper {cell.upper}"
    if field is not None and field.kind is Kind.RANGE:
        if len(bounds) < 2:
            yield "lower: a range needs lower and upper"
    elif cell.status in (Status.KNOWN, Status.APPROXIMATE) and cell.value is None:
        yield f"value: is empty, but the status is {cell.status}"
    if cell.status is Status.INTERVAL_CENSORED and (cell.value is not None or not bounds):
        yield "status: interval_censored needs a bound and no value"
    if cell.status in BARE and (cell.value is not None or bounds):
        yield f"status: {cell.status} goes with neither value nor bounds"
    if cell.status is Status.CONFLICT and not cell.note:
        yield "note: is empty, but a conflict says what contradicts what"


def _origin_reasons(cell: Cell) -> Reasons:
    from_doc = cell.layer in DOC_LAYERS
    if from_doc and cell.status not in BARE and not cell.verbatim:
        yield "verbatim: is empty, but the founding report says something here: quote it"
    if from_doc != (_source_key(cell) == DOC):
        yield f"layer: {cell.layer} does not go with the source {cell.source!r}"


def _core_cells(tables: Tables) -> Problems:
    """Each case of the founding report states every core field, if only as not reported."""
    stated = {
        (cell.case, cell.field, cell.timepoint)
        for cell in tables.literature_cells
        if cell.layer in DOC_LAYERS
    }
    for row in tables.literature_cases.rows:
        if row.record.layer in DOC_LAYERS:
            for name in _missing_core(row.record.id, tables, stated):
                yield tables.literature_cases.problem(
                    row, f"{row.record.id} has no cell for {name}"
                )


def _missing_core(case: str, tables: Tables, stated: set[tuple[str, str, str]]) -> Reasons:
    for field in tables.literature_fields:
        for point in field.core_timepoints:
            if (case, field.field, point) not in stated:
                yield f"{point} {field.field}".strip()


def _cases(tables: Tables) -> Problems:
    fields = {field.field: field.kind for field in tables.literature_fields}
    graded = {
        cell.case
        for cell in tables.literature_cells
        if fields.get(cell.field) is Kind.GRADE and cell.value is not None
    }
    for row in tables.literature_cases.rows:
        case = row.record
        if case.layer in DOC_LAYERS and not case.author:
            yield tables.literature_cases.problem(row, "author: is empty")
        if case.id in graded and case.laterality_confidence is None:
            yield tables.literature_cases.problem(
                row, "laterality_confidence: is empty, but the case has grades of a side"
            )


def _claims(tables: Tables) -> Problems:
    cases = {case.id for case in tables.literature_cases}
    roles = Counter((claim.number, claim.role) for claim in tables.claims)
    for row in tables.claims.rows:
        claim = row.record
        for case in claim.cases:
            if case not in cases:
                yield tables.claims.problem(row, f"cases: {case!r} is unknown")
        if claim.role is Role.CLAIM and claim.layer is None:
            yield tables.claims.problem(row, "layer: is empty, but a claim has one")
        if (claim.role is Role.RESOLUTION) != bool(claim.topic):
            yield tables.claims.problem(row, "topic: a resolution has one, and nothing else has")
        if roles[claim.number, Role.CLAIM] == 0:
            yield tables.claims.problem(row, f"number: {claim.number} resolves no claim")
        if roles[claim.number, Role.RESOLUTION] != 1:
            yield tables.claims.problem(row, f"number: {claim.number} needs one resolution")


def _analytes(tables: Tables) -> Problems:
    canonical = {(unit.analyte, unit.alias) for unit in tables.units}
    for row in tables.analytes.rows:
        analyte = row.record
        if not _is_loinc(analyte.loinc):
            yield tables.analytes.problem(row, f"loinc: {analyte.loinc!r} is not a LOINC code")
        if (analyte.code, analyte.unit) not in canonical:
            yield tables.analytes.problem(row, f"unit: {analyte.unit!r} is not in units.csv")


def _is_loinc(code: str) -> bool:
    """LOINC codes end in a check digit (Luhn, modulus 10)."""
    if not LOINC.fullmatch(code):
        return False
    digits = [int(digit) for digit in code.replace("-", "")][::-1]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _units(tables: Tables) -> Problems:
    analytes = {analyte.code: analyte for analyte in tables.analytes}
    ratios = defaultdict(set)
    for row in tables.units.rows:
        unit = row.record
        ratios[unit.analyte, unit.ucum].add((unit.factor, unit.divisor))
        analyte = analytes.get(unit.analyte)
        if analyte is None:
            yield tables.units.problem(row, f"analyte: {unit.analyte!r} is not in analytes.csv")
        elif unit.ucum == analyte.unit and unit.factor != unit.divisor:
            yield tables.units.problem(row, "factor: the canonical unit is not converted")
        if unit.factor <= 0 or unit.divisor <= 0:
            yield tables.units.problem(row, "factor: factor and divisor must be above 0")
        if len(ratios[unit.analyte, unit.ucum]) > 1:
            yield tables.units.problem(row, f"factor: {unit.ucum} has another one above")


def _lab_bounds(tables: Tables) -> Problems:
    analytes = {analyte.code: analyte.unit for analyte in tables.analytes}
    aliases = {(unit.analyte, unit.alias) for unit in tables.units}
    table = tables.lab_bounds
    yield from _each(table, _bound_reasons)
    for row in table.rows:
        bound = row.record
        if bound.field not in analytes:
            yield table.problem(row, f"field: {bound.field!r} is not in analytes.csv")
        elif bound.unit != analytes[bound.field]:
            yield table.problem(row, f"unit: must be {analytes[bound.field]!r}")
        if bound.suggest and (bound.field, bound.suggest) not in aliases:
            yield table.problem(row, f"suggest: {bound.suggest!r} is not in units.csv")
    for measured in tables.analytes.rows:
        if not _closed_sides(measured.record.code, table) >= BOTH_SIDES:
            yield tables.analytes.problem(
                measured, "code: lab_bounds.csv has no hard bound on both sides"
            )


def _closed_sides(field: str, table: Table[Bound]) -> set[str]:
    below = (Operator.BELOW, Operator.AT_MOST)
    return {
        "below" if bound.op in below else "above"
        for bound in table
        if bound.field == field and bound.kind is Severity.HARD
    }


def _vital_bounds(tables: Tables) -> Problems:
    known = {bound.field for bound in tables.vital_bounds}
    table = tables.vital_bounds
    yield from _each(table, _bound_reasons)
    for row in table.rows:
        if row.record.than and row.record.than not in known:
            yield table.problem(row, f"than: {row.record.than!r} is no field here")
        # within them a site may set its own
        closed = _closed_sides(row.record.field, table) >= BOTH_SIDES
        if row.record.kind is Severity.WARN and not closed:
            yield table.problem(row, "kind: a warning needs hard bounds on both sides")


def _bound_reasons(bound: Bound) -> Reasons:
    compares = bound.op is not Operator.NOT_WHOLE
    if compares != ((bound.limit is not None) != bool(bound.than)):
        yield "limit: a comparison needs one limit or another field, not_whole needs none"
    if (bound.kind is Severity.ASK_UNIT) != bool(bound.suggest):
        yield "suggest: ask_unit, and only that, names the unit that may be meant"
    if bound.upto is not None and (bound.limit is None or bound.upto <= bound.limit):
        yield "upto: must be above the limit"


def _drugs(tables: Tables) -> Problems:
    yield from _each(tables.drugs, _drug_reasons)


def _drug_reasons(drug: Drug) -> Reasons:
    if not ATC.fullmatch(drug.atc):
        yield f"atc: {drug.atc!r} is not an ATC code of a substance, such as N02AX02"
    if drug.rxcui and not RXCUI.fullmatch(drug.rxcui):
        yield f"rxcui: {drug.rxcui!r} is not a number"
    if bool(drug.rxcui) != (drug.rxcui_confidence is not None):
        yield "rxcui_confidence: goes with an rxcui, and only with one"


def _medications(tables: Tables) -> Problems:
    routes = {drug.inn: drug.routes for drug in tables.drugs}
    named = {*routes, *WATCHED, *(group.name for group in tables.drug_classes)}
    yield from _each(tables.drug_classes, _class_reasons)
    yield from _each(tables.drug_names, _name_reasons)
    yield from _each(tables.medications, _limit_reasons, routes)
    for row in tables.medications.rows:
        if row.record.other and row.record.other not in named:
            reason = f"other: {row.record.other!r} is no drug, class or measurement"
            yield tables.medications.problem(row, reason)


def _class_reasons(group: DrugClass) -> Reasons:
    if not ATC_START.fullmatch(group.atc):
        yield f"atc: {group.atc!r} is not the beginning of an ATC code, such as B01AA"


def _name_reasons(known: DrugName) -> Reasons:
    if not ATC.fullmatch(known.atc):
        yield f"atc: {known.atc!r} is not an ATC code of a substance, such as N02AX02"
    if known.name != known.name.strip().lower():
        yield f"name: {known.name!r} is not in small letters"


def _limit_reasons(limit: MedicationLimit, routes: dict[str, tuple[str, ...]]) -> Reasons:
    if limit.drug != ANY_DRUG and limit.drug not in routes:
        yield f"drug: {limit.drug!r} is not in drugs.csv"
    elif limit.route and limit.route not in routes[limit.drug]:
        yield f"route: {limit.route!r} is none of {', '.join(routes[limit.drug])}"
    if limit.kind in QUANTIFIED and (limit.limit is None or not limit.unit):
        yield f"limit: {limit.kind} needs a limit and its unit"
    if limit.threshold is not None and not limit.condition:
        yield "threshold: needs the condition it belongs to"


def _schedule(tables: Tables) -> Problems:
    table = tables.schedule
    yield from _each(table, _visit_reasons)
    windows = sorted(
        (row.record.lower, row.record.upper, row)
        for row in table.rows
        if row.record.lower is not None and row.record.upper is not None
    )
    for (_lower, upper, earlier), (lower, _upper, later) in pairwise(windows):
        if lower <= upper:
            yield table.problem(later, f"lower: overlaps the window of {earlier.record.kind}")


def _visit_reasons(visit: ScheduledVisit) -> Reasons:
    lower, upper, target, half = visit.lower, visit.upper, visit.target_day, visit.half_width
    if lower is None or upper is None:
        if (lower, upper, target, half) != (None, None, None, None):
            yield "lower: a window needs both bounds"
        return
    if lower > upper:
        yield f"lower: {lower} is above upper {upper}"
    if target is not None and not lower <= target <= upper:
        yield f"target_day: {target} is outside its window {lower} to {upper}"
    if half is not None and not (target and lower <= target - half and target + half <= upper):
        yield "half_width: the analysis window leaves the collection window"
    if visit.repeats_every is not None and lower + visit.repeats_every <= upper:
        yield "repeats_every: the window overlaps its own repetition"


def _thresholds(tables: Tables) -> Problems:
    yield from _each(tables.thresholds, _threshold_reasons)


def _threshold_reasons(threshold: ThresholdDefault) -> Reasons:
    lower, value, upper = threshold.lower, threshold.value, threshold.upper
    if not THRESHOLD_KEY.fullmatch(threshold.key):
        yield f"key: {threshold.key!r} is not a name of small letters and _"
    if not lower <= value <= upper:
        yield f"value: {value} is outside its bounds {lower} to {upper}"
    for number in (lower, value, upper):
        if threshold.whole and number != number.to_integral_value():
            yield f"value: {number} is not whole, but {threshold.unit} is counted"


def _alert_rule_reasons(rule: AlertRule) -> Reasons:
    if not THRESHOLD_KEY.fullmatch(rule.rule) or len(rule.rule) > LONGEST_RULE:
        yield f"rule: {rule.rule!r} is not a name of small letters and _, {LONGEST_RULE} at most"


def _red_flags(tables: Tables) -> Problems:
    """Every sign that can be reported has its row."""
    held = {flag.sign for flag in tables.red_flags}
    for sign in Sign:
        if sign not in held:
            yield ReferenceProblem(tables.red_flags.file, 0, f"sign: {sign} has no row")
    yield from _each(tables.red_flags, _red_flag_reasons)


def _red_flag_reasons(flag: RedFlag) -> Reasons:
    for sentence in flag.advice:
        if not sentence.endswith((".", "!", "?")):
            yield f"advice: {sentence!r} is not a whole sentence"
