"""What the database itself refuses, on SQLite and PostgreSQL, whoever writes past the actions.

Each fault goes in four ways (bulk_create, queryset.update, SQL INSERT and UPDATE), beside a control
row without the fault that is accepted; its version stands in the history, so that only the
constraint under test can refuse it.
"""

import copy
import datetime as dt
import itertools
import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import (
    DataError,
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.db.models import CheckConstraint, UniqueConstraint

from outcomes.documents.visit import PARTS, VisitDocument
from outcomes.models import (
    Alert,
    DataQuery,
    DiaryEntry,
    LabResult,
    MedicationCourse,
    MedicationDose,
    Visit,
)
from patients.documents.base import EARLIEST, LATEST
from patients.models import (
    AuditEvent,
    Background,
    BoneDensity,
    Complication,
    Consent,
    DocumentVersion,
    Patient,
    Procedure,
    Record,
    Site,
    User,
)
from patients.models.columns import Leaf, attname, leaves
from patients.roles import Role
from patients.triggers import APPEND_ONLY, clinical_models
from tests.support.cast import enrol, staff
from tests.support.worlds import kept

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 1)
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
# a check or trigger; the last two are the fields' own
REFUSAL: tuple[type[Exception], ...] = (IntegrityError, ValueError, ValidationError)
if connection.vendor == "postgresql":
    # a value of another type
    REFUSAL += (DataError, ProgrammingError)
NAN, INFINITY = float("nan"), float("inf")


@pytest.fixture(scope="module")
def enrolled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Patient]:
    def make() -> Patient:
        site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
        return enrol("A-001", site, staff("physician", site, Role.PHYSICIAN), birth_year=1947)

    with kept(django_db_blocker, make) as patient:
        yield patient


@pytest.fixture
def patient(db: None, enrolled: Patient) -> Patient:
    return copy.deepcopy(enrolled)


@pytest.fixture
def stranger(patient: Patient) -> Patient:
    return enrol("A-002", patient.site, staff("other", patient.site, Role.PHYSICIAN))


# --- rows as somebody might write them ----------------------------------------------------------


def sample(leaf: Leaf) -> Any:
    """A value the column accepts."""
    if leaf.choices:
        return leaf.choices[0]
    if leaf.type in {int, float} and leaf.above is not None:
        return leaf.above + 1
    if leaf.type in {int, float} and leaf.least is not None:
        return leaf.least
    by_type = {bool: True, int: 1, float: 1.0, str: "x", dt.date: DAY, dt.time: dt.time(9)}
    return {**by_type, dt.datetime: NOON, uuid.UUID: uuid.uuid4()}[leaf.type]


def minimal(model: type[Record], patient: Patient) -> dict[str, Any]:
    """The fewest columns an acceptable row has, by attribute name."""
    columns = {attname(model, x.column): sample(x) for x in leaves(model.SHAPE) if x.required}
    names = {leaf.column for leaf in leaves(model.SHAPE)}
    if "date" in names:
        columns["date"] = DAY
    if model is Patient:
        return columns | {"site_id": patient.site_id, "study_number": f"S-{uuid.uuid4().hex[:8]}"}
    more: dict[Any, Callable[[], dict[str, Any]]] = {
        Complication: lambda: {"procedure_id": stored(Procedure, patient).pk},
        LabResult: lambda: {
            "date": DAY, "specimen_at": str(DAY), "value": "5", "unit": "mg/L",
            "canonical": Decimal(5), "canonical_unit": "mg/L",
        },
        DataQuery: lambda: {"opened_at": NOON},
        DiaryEntry: lambda: {"date": DAY, "occurred_at": NOON},
        MedicationDose: lambda: {"course_id": stored(MedicationCourse, patient).pk},
    }  # fmt: skip
    whose = {"patient_id": patient.pk, "time_zone": "Asia/Seoul"}
    return columns | whose | more.get(model, dict)()


def vouched(model: Any, record_id: Any, version: int, patient_id: Any, **other: Any) -> int:
    """A place in the history for this version of a row."""
    told = {
        "table": model._meta.label_lower,
        "record_id": record_id,
        "version": version,
        "patient_id": patient_id,
        "content": {},
        "at": NOON,
        "reason": "" if version == 1 else "a slip",
        "hash": "-",
        "operation": str(uuid.uuid4()),
        "fingerprint": "-",
    }
    return DocumentVersion.objects.create(**told | other).position


def row(model: type[Record], patient: Patient, **columns: Any) -> Any:
    """An unsaved row whose version 1 stands in the history."""
    id_ = uuid.uuid4()
    given = minimal(model, patient) | columns
    owner = id_ if model is Patient else given["patient_id"]
    kept = {
        "id": id_,
        "version": 1,
        "position": vouched(model, id_, 1, owner),
        "recorded_at": NOON,
        "written_on": DAY,
    }
    return model(**kept | given)


def stored(model: type[Record], patient: Patient, **columns: Any) -> Any:
    new = row(model, patient, **columns)
    model._default_manager.bulk_create([new])
    return new


def in_sql(field: models.Field, value: Any) -> Any:
    """As the driver takes it; plain values as they are, unseen by the field."""
    if value is None or isinstance(value, int | float | str | bytes):
        return value
    return field.get_db_prep_save(value, connection)


def execute(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def by_bulk_create(model: Any, patient: Patient, ok: dict, fault: dict) -> None:
    model._default_manager.bulk_create([row(model, patient, **ok | fault)])


def by_insert(model: Any, patient: Patient, ok: dict, fault: dict) -> None:
    new = row(model, patient, **ok)
    fields = model._meta.concrete_fields
    columns = {f: getattr(new, f.attname) for f in fields}
    columns |= {model._meta.get_field(name): value for name, value in fault.items()}
    values = [in_sql(f, value) for f, value in columns.items()]
    names = ", ".join(f'"{f.column}"' for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    execute(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", values)


def next_version(kept: Any) -> dict[str, Any]:
    owner = kept.pk if isinstance(kept, Patient) else kept.patient_id
    version = kept.version + 1
    return {"version": version, "position": vouched(type(kept), kept.pk, version, owner)}


def by_queryset_update(model: Any, patient: Patient, ok: dict, fault: dict) -> None:
    kept = stored(model, patient, **ok)
    model._default_manager.filter(pk=kept.pk).update(**next_version(kept), **fault)


def by_update(model: Any, patient: Patient, ok: dict, fault: dict) -> None:
    kept = stored(model, patient, **ok)
    columns = {model._meta.get_field(n): v for n, v in (next_version(kept) | fault).items()}
    names = ", ".join(f'"{field.column}" = %s' for field in columns)
    values = [in_sql(field, value) for field, value in columns.items()]
    pk = in_sql(model._meta.pk, kept.pk)
    execute(f"UPDATE {model._meta.db_table} SET {names} WHERE id = %s", [*values, pk])


WAYS = (by_bulk_create, by_queryset_update, by_insert, by_update)


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__.replace("_", " "))
def way(request: pytest.FixtureRequest) -> Callable[..., None]:
    return request.param


def refusal_of(write: Callable[[], Any]) -> str:
    with pytest.raises(REFUSAL) as raised, transaction.atomic():
        write()
    return str(raised.value)


def accepted(write: Callable[[], Any]) -> None:
    """It is stored; then undone, so that the next is tried alone."""
    with transaction.atomic():
        mark = transaction.savepoint()
        write()
        transaction.savepoint_rollback(mark)


# --- one fault at a time ------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A row is accepted with `ok` and refused with `fault` besides, by the constraint named."""

    model: type[Record]
    by: str
    fault: dict[str, Any]
    ok: dict[str, Any]


def case(model: type[Record], by: str, fault: dict[str, Any], **ok: Any) -> Case:
    return Case(model, by, fault, ok)


def timing(status: str | None = "known", day: int | None = 10, **more: Any) -> dict[str, Any]:
    told = {"status": status, "anchor": "cement", "day": day} | more
    return {"date": None} | {f"timing_{key}": value for key, value in told.items()}


RIGHT = "motor_right"
CASES = {
    # motor: the MRC scale; not testable is a reason, never a grade
    "grade 6": case(Visit, "visit_motor_right_grade", {"motor_right_grade": "6"}),
    "grade x": case(Visit, "visit_motor_left_grade", {"motor_left_grade": "x"}),
    "grade 4.5": case(Visit, "visit_motor_left_grade", {"motor_left_grade": "4.5"}),
    "grade 4,5": case(Visit, "visit_motor_left_grade", {"motor_left_grade": "4,5"}),
    "an empty grade": case(Visit, "visit_motor_left_grade", {"motor_left_grade": ""}),
    "muscle 6": case(Visit, "visit_motor_right_muscles_l2", {"motor_right_muscles_l2": 6}),
    "muscle -1": case(Visit, "visit_motor_left_muscles_s1", {"motor_left_muscles_s1": -1}),
    "a leg not testable and graded": case(
        Visit, "visit_motor_right_or_reason",
        {"motor_right_not_testable": "pain"}, motor_right_grade="0",
    ),
    "a leg graded and not testable": case(
        Visit, "visit_motor_right_or_reason",
        {"motor_right_grade": "0"}, motor_right_not_testable="pain",
    ),
    "a leg not testable with a muscle": case(
        Visit, "visit_motor_left_or_reason",
        {"motor_left_not_testable": "pain"}, motor_left_muscles_l5=3,
    ),
    "a muscle not testable and graded": case(
        Visit, "visit_motor_right_muscles_l3_or_reason",
        {"motor_right_muscles_l3_not_testable": "pain"}, motor_right_muscles_l3=0,
    ),
    "an unknown reason": case(
        Visit, "visit_motor_right_not_testable", {"motor_right_not_testable": "lazy"}
    ),
    "a grade on a remote visit": case(
        Visit, "visit_remote_has_no_grade", {"motor_right_grade": "3"}, mode="remote"
    ),
    "a muscle on a remote visit": case(
        Visit, "visit_remote_has_no_grade", {"motor_left_muscles_l4": 3}, mode="remote"
    ),
    "a basis on a remote visit": case(
        Visit, "visit_remote_has_no_grade", {"motor_basis": "gestalt"}, mode="remote"
    ),
    "remote, with a grade": case(
        Visit, "visit_remote_has_no_grade", {"mode": "remote"}, motor_right_grade="3"
    ),
    # pressures
    "lying pressures equal": case(
        Visit, "visit_pressure_lying",
        {"vitals_diastolic_lying": 120}, vitals_systolic_lying=120,
    ),
    "standing pressures swapped": case(
        Visit, "visit_pressure_standing",
        {"vitals_diastolic_standing": 130}, vitals_systolic_standing=90,
    ),
    # time: a date, bounds, or a timing; one of them
    "no time at all": case(Visit, "visit_timing_consistent", {"date": None}),
    "no time, but its phase": case(
        Visit, "visit_timing_consistent", {"date": None, "timing_phase": "post_op"}
    ),
    "a date and a timing": case(Visit, "visit_timing_consistent", {"date": DAY}, **timing()),
    "a date and a phase": case(Visit, "visit_timing_consistent", {"timing_phase": "post_op"}),
    "a date and the words of a timing": case(
        Visit, "visit_timing_consistent", {"timing_verbatim": "about three weeks"}
    ),
    "a bound of a date and a timing": case(
        Visit, "visit_timing_consistent", {"date_lower": DAY}, **timing()
    ),
    "a time of day without a date": case(
        Visit, "visit_time_has_date", {"time": dt.time(9)}, **timing()
    ),
    "a day without a status": case(
        Visit, "visit_timing_consistent", {"timing_status": None}, **timing()
    ),
    "a day without an anchor": case(
        Visit, "visit_timing_consistent", {"timing_anchor": None}, **timing()
    ),
    "a bound without an anchor": case(
        Visit, "visit_timing_consistent", {"timing_anchor": None},
        **timing("interval_censored", None, upper=5),
    ),
    "known without a day": case(
        Visit, "visit_timing_consistent", {"timing_day": None}, **timing()
    ),
    "known with bounds and no day": case(
        Visit, "visit_timing_consistent", {"timing_day": None}, **timing(lower=5, upper=15)
    ),
    "approximate without a day": case(
        Visit, "visit_timing_consistent", {"timing_day": None}, **timing("approximate")
    ),
    "between bounds, with a day": case(
        Visit, "visit_timing_consistent", {"timing_day": 8},
        **timing("interval_censored", None, lower=5, upper=15),
    ),
    "between bounds, without bounds": case(
        Visit, "visit_timing_consistent", {"timing_upper": None},
        **timing("interval_censored", None, upper=15),
    ),
    "not reported, with a day": case(
        Visit, "visit_timing_consistent", {"timing_day": 8}, **timing("not_reported", None)
    ),
    "in words only, with a bound": case(
        Visit, "visit_timing_consistent", {"timing_lower": 8}, **timing("descriptive_only", None)
    ),
    "days out of order": case(
        Visit, "visit_timing_lower_before_timing_upper", {"timing_lower": 20},
        **timing("interval_censored", None, upper=15),
    ),
    "the day below its bounds": case(
        Visit, "visit_timing_lower_before_timing_day", {"timing_lower": 11}, **timing()
    ),
    "the day above its bounds": case(
        Visit, "visit_timing_day_before_timing_upper", {"timing_upper": 9}, **timing()
    ),
    "dates out of order": case(
        Visit, "visit_date_lower_before_date_upper", {"date_upper": DAY - ONE_DAY},
        date=None, date_lower=DAY,
    ),
    "the date below its bounds": case(
        Visit, "visit_date_lower_before_date", {"date": DAY - ONE_DAY}, date_lower=DAY
    ),
    "the date above its bounds": case(
        Visit, "visit_date_before_date_upper", {"date_upper": DAY - ONE_DAY}
    ),
    # laboratory
    "a value without a unit": case(LabResult, "lab_value_has_unit", {"unit": None}),
    "a value with an empty unit": case(LabResult, "", {"unit": ""}),
    "a value without its canonical": case(LabResult, "lab_value_has_unit", {"canonical": None}),
    "a canonical without its unit": case(
        LabResult, "lab_value_has_unit", {"canonical_unit": ""}
    ),
    "a canonical without a value": case(
        LabResult, "lab_value_has_unit", {"value": None}, interpretation="N"
    ),
    "neither value nor interpretation": case(
        LabResult, "lab_result_or_interpretation", {"interpretation": None},
        interpretation="N", value=None, unit=None, canonical=None, canonical_unit="",
    ),
    "a negative result": case(LabResult, "lab_canonical_is_a_number", {"canonical": -1}),
    "an unknown comparator": case(LabResult, "lab_comparator", {"comparator": "~"}),
    "a result without any time": case(
        LabResult, "lab_has_a_time", {"date": None, "specimen_at": None}
    ),
    "a result without its civil date": case(LabResult, "lab_has_a_time", {"date": None}),
    "a result of an unknown time and no phase": case(
        LabResult, "lab_has_a_time", {"timing_phase": None}, specimen_at=None,
        **timing("not_reported", None, anchor=None, phase="post_op"),
    ),
    "a result with a date and a timing": case(
        LabResult, "lab_has_a_time",
        {"timing_status": "known", "timing_anchor": "cement", "timing_day": 3},
    ),
    "a result's time of day without a date": case(
        LabResult, "lab_time_has_date", {"time": dt.time(9)}, specimen_at=None, **timing()
    ),
    "a result before 1900": case(LabResult, "lab_date_plausible", {"date": EARLIEST - ONE_DAY}),
    # medication
    "a dose without a unit": case(
        MedicationCourse, "course_dose_has_unit", {"dose_unit": None}, dose=50.0, dose_unit="mg"
    ),
    "a daily maximum without a unit": case(
        MedicationCourse, "course_daily_max_has_unit", {"daily_max": 400.0}
    ),
    "a dose of 0": case(MedicationCourse, "course_dose", {"dose": 0.0}, dose_unit="mg"),
    "a stop before the start": case(
        MedicationCourse, "course_stop_after_start", {"stop": DAY - ONE_DAY}, start=DAY
    ),
    "a start and a timing": case(
        MedicationCourse, "course_start_or_timing",
        {"timing_status": "known", "timing_anchor": "cement", "timing_day": 3}, start=DAY,
    ),
    "an injection without a unit": case(MedicationDose, "dose_has_unit", {"dose": 3.0}),
    "an injection of 0": case(MedicationDose, "dose_dose", {"dose": 0.0}, dose_unit="mg"),
    # the patient
    "a birth date and a birth year": case(
        Patient, "patient_one_birth", {"birth_year": 1947}, birth_date=dt.date(1947, 5, 1)
    ),
    "a birth year and an age": case(
        Patient, "patient_one_birth", {"age_at_index": 79}, birth_year=1947
    ),
    "a birth date and an age": case(
        Patient, "patient_one_birth", {"age_at_index": 79}, birth_date=dt.date(1947, 5, 1)
    ),
    "died, without the status": case(
        Patient, "patient_died_status", {"died_on": DAY}, status="active"
    ),
    "died, with no status": case(Patient, "patient_died_status", {"died_on": DAY}),
    "died, and active again": case(
        Patient, "patient_died_status", {"status": "active"}, status="died", died_on=DAY
    ),
    "died before birth": case(
        Patient, "patient_died_after_birth", {"died_on": DAY - ONE_DAY},
        birth_date=DAY, status="died",
    ),
    "a study number taken": case(Patient, "study_number", {"study_number": "A-001"}),
    # operations
    "an index without a reason": case(
        Procedure, "procedure_index_reasoned", {"is_index": True}, kind="decompression"
    ),
    "a cement procedure as index": case(
        Procedure, "procedure_index_reasoned", {"kind": "cement"},
        kind="decompression", is_index=True, index_reason="said so",
    ),
    "a decompression before the cement by its day": case(
        Procedure, "procedure_after_cement", {"timing_day": -1},
        kind="decompression", **timing(),
    ),
    "a decompression before the cement by its bounds": case(
        Procedure, "procedure_after_cement", {"timing_upper": -1}, kind="decompression",
        **timing("interval_censored", None, upper=0),
    ),
    # the rest
    "an unknown reporter": case(Consent, "consent_reporter", {"reporter": "robot"}),
    "an acknowledgement by nobody": case(
        Alert, "alert_acknowledged_by_someone",
        {"acknowledged_at": NOON, "acknowledgement_note": "seen"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", CASES.values(), ids=CASES)
def test_a_fault_is_refused_and_its_control_is_not(patient, way, fault):
    accepted(lambda: way(fault.model, patient, fault.ok, {}))
    count = fault.model._default_manager.count()
    assert fault.by in refusal_of(lambda: way(fault.model, patient, fault.ok, fault.fault))
    # an update comes after its own accepted row was written; both went
    assert fault.model._default_manager.count() == count


@pytest.mark.parametrize("part", PARTS)
def test_a_part_not_done_has_no_findings(patient, part):
    columns = [x.column for x in leaves(VisitDocument) if x.path[0] == part and len(x.path) > 1]
    reason = f"{part}_not_done"
    findings = {x.column: x for x in leaves(VisitDocument) if x.column in columns}
    del findings[reason]
    assert findings
    stored(Visit, patient, **{reason: "declined"})
    for column, leaf in findings.items():
        stored(Visit, patient, **{column: sample(leaf)})
        both = {reason: "declined", column: sample(leaf)}
        why = refusal_of(lambda both=both: stored(Visit, patient, **both))
        assert f"visit_{part}_or_reason" in why, column


def test_a_patient_has_one_current_background(patient):
    first = stored(Background, patient)
    refusal_of(lambda: stored(Background, patient))
    Background.objects.filter(pk=first.pk).update(**next_version(first), entered_in_error=True)
    stored(Background, patient)
    again = {"version": 3, "position": vouched(Background, first.pk, 3, patient.pk)}
    revived = Background.objects.filter(pk=first.pk)
    refusal_of(lambda: revived.update(**again, entered_in_error=False))


# --- every column: numbers, dates, and what the documents say of their leaves ---------------------

NUMBERS = [
    (model, field)
    for model in clinical_models()
    for field in model._meta.concrete_fields
    if isinstance(field, models.FloatField | models.DecimalField)
]


NEEDS = {
    "dose": {"dose_unit": "mg"},
    "daily_max": {"dose_unit": "mg"},
    "died_on": {"status": "died"},
}


def beside(model: Any, name: str) -> dict[str, Any]:
    """The other columns of a row in which a right value of this column is accepted."""
    if model is DataQuery and name == "note":
        by = User.objects.values_list("pk", flat=True)[0]
        return {"state": "answered", "settled_at": NOON, "settled_by_id": by}
    if not name.startswith("timing_"):
        return ({"date": None} if name in {"date_lower", "date_upper"} else {}) | NEEDS.get(
            name, {}
        )
    bound = name.removeprefix("timing_")
    told = (
        timing("interval_censored", None, **{bound: 0}) if bound in {"lower", "upper"} else timing()
    )
    if model is MedicationCourse:
        del told["date"]
    return told | ({"specimen_at": None} if model is LabResult else {})


@pytest.mark.parametrize(
    ("model", "field"), NUMBERS, ids=[f"{m.__name__} {f.name}" for m, f in NUMBERS]
)
def test_no_number_column_keeps_nan_or_infinity(patient, model, field):
    other = beside(model, field.name)
    for value, way in itertools.product((NAN, INFINITY, -INFINITY), WAYS):
        unseen = connection.vendor == "sqlite" and value is NAN and way in {by_insert, by_update}
        if unseen and field.null and model is not LabResult:
            # the driver binds NaN as NULL before SQLite sees it: missing, but never a value
            way(model, patient, other, {field.name: value})
            assert not model._default_manager.exclude(**{field.name: None}).exists()
            continue
        refusal_of(lambda v=value, w=way: w(model, patient, other, {field.name: v}))
    for text in ("NaN", "Infinity", "1,5", "x"):
        refusal_of(lambda t=text: by_insert(model, patient, other, {field.name: t}))


def test_number_columns_are_found():
    assert {m for m, _ in NUMBERS} >= {Visit, LabResult, MedicationCourse, MedicationDose}
    assert (BoneDensity, "t_score") in {(m, f.name) for m, f in NUMBERS}


PLANNED = {"start", "stop", "date_upper", "written_on"}
DATES = [
    (model, field.name)
    for model in clinical_models()
    for field in model._meta.concrete_fields
    if type(field) is models.DateField and field.name != "written_on"
]
PAST = [(model, name) for model, name in DATES if name not in PLANNED]


def named(pairs: list[tuple[Any, str]]) -> list[str]:
    return [f"{model.__name__} {name}" for model, name in pairs]


@pytest.mark.parametrize(("model", "name"), PAST, ids=named(PAST))
def test_nothing_observed_is_later_than_the_day_it_was_written(patient, way, model, name):
    ok = beside(model, name) | {name: DAY}
    accepted(lambda: way(model, patient, ok, {}))
    why = refusal_of(lambda: way(model, patient, ok, {name: DAY + ONE_DAY}))
    assert f"{name}_not_future" in why


# a diary's date follows its instant
OWN = [(model, name) for model, name in DATES if model is not DiaryEntry]


@pytest.mark.parametrize(("model", "name"), OWN, ids=named(OWN))
def test_no_date_is_before_1900(patient, way, model, name):
    ok = beside(model, name) | {name: EARLIEST}
    accepted(lambda: way(model, patient, ok, {}))
    refusal_of(lambda: way(model, patient, ok, {name: EARLIEST - ONE_DAY}))


def wrong_values(leaf: Leaf) -> Iterator[Any]:
    """Values just outside what the document allows for this leaf."""
    step = ONE_DAY if leaf.type is dt.date else 1
    if leaf.choices:
        yield from ("not_a_choice", "", leaf.choices[0] + " ")
    if leaf.least is not None:
        yield leaf.least - step
    if leaf.most is not None:
        yield leaf.most + step
    if leaf.above is not None:
        yield leaf.above
    if leaf.min_length:
        yield ""


def constrained(model: Any) -> list[Leaf]:
    return [leaf for leaf in leaves(model.SHAPE) if any(True for _ in wrong_values(leaf))]


def right_value(leaf: Leaf) -> Any:
    fixed = {"timing_status": "known", "timing_day": 10, "study_number": "S-1", "state": "open"}
    return fixed.get(leaf.column, sample(leaf))


@pytest.mark.parametrize("model", clinical_models(), ids=lambda m: m.__name__)
def test_every_leaf_of_every_document_is_constrained(patient, model):
    assert constrained(model)
    for leaf in constrained(model):
        name, other = attname(model, leaf.column), beside(model, leaf.column)
        right = {name: right_value(leaf)}
        accepted(lambda o=other, r=right: by_bulk_create(model, patient, o, r))
        for wrong in wrong_values(leaf):
            refusal_of(lambda n=name, o=other, w=wrong: by_insert(model, patient, o, {n: w}))


@pytest.mark.parametrize("model", clinical_models(), ids=lambda m: m.__name__)
def test_the_database_has_every_constraint_of_the_models(db, model):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    named = {
        c.name for c in model._meta.constraints if isinstance(c, CheckConstraint | UniqueConstraint)
    }
    assert named
    assert named <= set(found)


# --- SQLite keeps any type in any column unless told otherwise ----------------------------------

MISTYPED = {
    "an integer as 4.5": (Visit, "motor_right_muscles_l2", 4.5),
    "an integer as text": (Visit, "motor_right_muscles_l2", "four"),
    "an unbounded integer as text": (Visit, "bladder_pvr_ml", "12 ml"),
    "a boolean of 2": (Visit, "spasticity_present", 2),
    "a boolean as text": (Visit, "walking_walks_alone", "maybe"),
    "a day that is none": (Visit, "date", "2026-02-30"),
    "a date in words": (Visit, "date", "2026-03-01 or so"),
    "a bound in words": (Visit, "date_upper", "2026-03-xx"),
    "a time of 25:00": (Visit, "time", "25:00:00"),
    "an instant in words": (DiaryEntry, "occurred_at", "about noon"),
    "an instant that is none": (DiaryEntry, "occurred_at", "2026-02-30 12:00:00"),
    "an instant with words": (DiaryEntry, "occurred_at", "2026-03-01 12:00:00 or so"),
    "a time with words": (Visit, "time", "09:00:00 or so"),
    "a text beyond its column": (Visit, "time_zone", "x" * 61),
}
if connection.vendor == "sqlite":
    # PostgreSQL makes text of bytes by itself
    MISTYPED["a text of bytes"] = (Visit, "note", b"\x00\x01")


@pytest.mark.parametrize(("model", "name", "value"), MISTYPED.values(), ids=MISTYPED)
@pytest.mark.parametrize("way", [by_insert, by_update])
def test_a_value_of_another_type_is_refused(patient, way, model, name, value):
    if connection.vendor == "postgresql" and value == 4.5:
        # PostgreSQL rounds before any check can see it; the field refuses it earlier
        way = {by_insert: by_bulk_create, by_update: by_queryset_update}[way]
    way(model, patient, {}, {})
    refusal_of(lambda: way(model, patient, {}, {name: value}))


@pytest.mark.parametrize("micro", [0, 1, 499, 500, 999_499, 999_500, 999_999])
@pytest.mark.parametrize("second", [0, 59])
def test_every_fraction_of_a_second_fits(patient, micro, second):
    late = dt.datetime(2026, 2, 28, 23, 59, second, micro, tzinfo=dt.UTC)
    stored(Visit, patient, time=late.time(), recorded_at=late)
    assert Visit.objects.get().recorded_at == late
    assert Visit.objects.get().time == late.time()


# --- the order of operations ----------------------------------------------------------------------

CEMENT, DECOMPRESSION = {"kind": "cement"}, {"kind": "decompression"}


def on(day: int, **more: Any) -> dict[str, Any]:
    return {"date": DAY - 100 * ONE_DAY + day * ONE_DAY} | more


def between(lower: int | None, upper: int | None) -> dict[str, Any]:
    return {
        "date": None,
        "date_lower": None if lower is None else on(lower)["date"],
        "date_upper": None if upper is None else on(upper)["date"],
    }


from_index = {"timing_anchor": "index_decompression"}
UNKNOWN = timing("not_reported", None, anchor=None, phase="post_op")
# the operations in the order in which they are entered; the last is refused
OUT_OF_ORDER = {
    "by dates": [CEMENT | on(2), DECOMPRESSION | on(1)],
    "by dates, the cement entered last": [DECOMPRESSION | on(1), CEMENT | on(2)],
    "by bounds": [CEMENT | between(5, 8), DECOMPRESSION | between(1, 4)],
    "by bounds, the cement entered last": [DECOMPRESSION | between(1, 4), CEMENT | between(5, 8)],
    "by a date and a bound": [CEMENT | between(5, None), DECOMPRESSION | on(4)],
    "by the hour": [
        CEMENT | on(1, time=dt.time(9)), DECOMPRESSION | on(1, time=dt.time(8, 59)),
    ],
    "by the cement's day from the decompression": [
        DECOMPRESSION | on(1), CEMENT | timing(day=1) | from_index,
    ],
    "before both cement procedures": [CEMENT | on(5), CEMENT | on(9), DECOMPRESSION | on(4)],
    "not stated what it was for": [
        CEMENT | on(2), DECOMPRESSION | on(1, intended="not_stated"),
    ],
}  # fmt: skip
IN_ORDER = {
    "after": [CEMENT | on(1), DECOMPRESSION | on(2)],
    "on one day": [CEMENT | on(1), DECOMPRESSION | on(1)],
    "on one day, one without its hour": [CEMENT | on(1, time=dt.time(9)), DECOMPRESSION | on(1)],
    "on one day, an hour later": [
        CEMENT | on(1, time=dt.time(9)), DECOMPRESSION | on(1, time=dt.time(10)),
    ],
    "bounds that overlap": [CEMENT | between(1, 5), DECOMPRESSION | between(4, 8)],
    "bounds that touch": [CEMENT | between(4, 8), DECOMPRESSION | between(1, 4)],
    "a bound without a date": [CEMENT | on(3), DECOMPRESSION | between(None, 4)],
    "an unknown cement time": [CEMENT | UNKNOWN, DECOMPRESSION | on(1)],
    "an unknown decompression time": [CEMENT | on(1), DECOMPRESSION | UNKNOWN],
    "a decompression for something else": [CEMENT | on(2), DECOMPRESSION | on(1, intended="other")],
    "a second cement later": [CEMENT | on(1), DECOMPRESSION | on(2), CEMENT | on(3)],
    "a revision": [CEMENT | on(2), {"kind": "revision"} | on(1)],
    "no cement yet": [DECOMPRESSION | on(1)],
    "a cement entered in error": [
        CEMENT | on(2) | {"entered_in_error": True}, DECOMPRESSION | on(1),
    ],
    "a decompression entered in error": [
        DECOMPRESSION | on(1) | {"entered_in_error": True}, CEMENT | on(2),
    ],
    "the day of the cement": [DECOMPRESSION | timing(day=0)],
    "perhaps after": [DECOMPRESSION | timing("interval_censored", None, lower=-5)],
}  # fmt: skip
BEFORE_CEMENT = "the index decompression is before the cement procedure"


@pytest.mark.parametrize("operations", OUT_OF_ORDER.values(), ids=OUT_OF_ORDER)
@pytest.mark.parametrize("way", [by_bulk_create, by_insert])
def test_an_index_decompression_before_the_cement_is_refused(patient, way, operations):
    *before, last = operations
    for operation in before:
        stored(Procedure, patient, **operation)
    assert BEFORE_CEMENT in refusal_of(lambda: way(Procedure, patient, last, {}))
    # alone, it is fine
    way(
        Procedure,
        enrol("A-003", patient.site, staff("third", patient.site, Role.PHYSICIAN)),
        last,
        {},
    )


@pytest.mark.parametrize("operations", IN_ORDER.values(), ids=IN_ORDER)
def test_what_is_not_certainly_before_the_cement_is_stored(patient, operations):
    for operation in operations:
        stored(Procedure, patient, **operation)
    assert Procedure.objects.count() == len(operations)


AMENDED = {
    "the decompression moved": (DECOMPRESSION, {"date": on(1)["date"]}),
    "the cement moved": (CEMENT, {"date": on(9)["date"]}),
    "a kind changed": ({"kind": "revision"}, {"kind": "decompression", "date": on(1)["date"]}),
}


@pytest.mark.parametrize(("which", "change"), AMENDED.values(), ids=AMENDED)
def test_an_order_is_kept_when_operations_are_amended(patient, which, change):
    for operation in (CEMENT | on(2), DECOMPRESSION | on(3), {"kind": "revision"} | on(4)):
        stored(Procedure, patient, **operation)
    kept = Procedure.objects.get(**which)
    found = Procedure.objects.filter(pk=kept.pk)
    why = refusal_of(lambda: found.update(**next_version(kept), **change))
    assert BEFORE_CEMENT in why
    found.update(**next_version(kept), date=kept.date + ONE_DAY * (kept.kind != "cement"))


def test_another_patients_cement_says_nothing(patient, stranger):
    stored(Procedure, stranger, **CEMENT | on(5))
    stored(Procedure, patient, **DECOMPRESSION | on(1))


# --- nothing without its history, nothing deleted -------------------------------------------------

UNVOUCHED = "write through patients.records"


def misplaced(patient: Patient, model: Any) -> dict[str, Callable[[], Any]]:
    """Rows of a model that the history does not vouch for."""

    def with_(**columns: Any) -> Any:
        return row(model, patient, **columns)

    def vouched_otherwise(**told: Any) -> Any:
        new, id_ = row(model, patient), uuid.uuid4()
        owner = id_ if model is Patient else patient.pk
        owner = told.pop("patient_id", owner)
        new.pk, new.position = id_, vouched(model, id_, 1, owner, **told)
        return new

    return {
        "without history": lambda: with_(id=uuid.uuid4()),
        "at another position": lambda: with_(position=10**9),
        "at another version": lambda: with_(version=2),
        "by another table's history": lambda: vouched_otherwise(table="outcomes.nothing"),
        "by another patient's history": lambda: vouched_otherwise(patient_id=uuid.uuid4()),
    }


def late(patient: Patient, model: Any) -> Any:
    """A row that begins at version 2."""
    new = row(model, patient)
    new.version = 2
    owner = new.pk if model is Patient else patient.pk
    new.position = vouched(model, new.pk, 2, owner)
    return new


@pytest.mark.parametrize("model", clinical_models(), ids=lambda m: m.__name__)
def test_a_row_that_history_does_not_vouch_for_is_refused(patient, model):
    create = model._default_manager.bulk_create
    for why, make in misplaced(patient, model).items():
        assert UNVOUCHED in refusal_of(lambda m=make: create([m()])), why
    assert UNVOUCHED in refusal_of(lambda: create([late(patient, model)]))
    create([row(model, patient)])


@pytest.mark.parametrize("model", clinical_models(), ids=lambda m: m.__name__)
def test_a_change_that_history_does_not_vouch_for_is_refused(patient, model):
    kept = stored(model, patient)
    found = model._default_manager.filter(pk=kept.pk)
    owner = kept.pk if model is Patient else patient.pk
    jump = {"version": 3, "position": vouched(model, kept.pk, 3, owner)}
    faults = {
        "in place": {"reporter": "import"},
        "by two": jump,
        "at another position": next_version(kept) | {"position": 10**9},
        "without history": {"version": 2},
    }
    for why, columns in faults.items():
        assert UNVOUCHED in refusal_of(lambda c=columns: found.update(**c)), why
    second = {"version": 2, "position": DocumentVersion.objects.get(
        record_id=kept.pk, version=2).position}  # fmt: skip
    other = uuid.uuid4()
    moved = {"id": other, "version": 2, "position": vouched(model, other, 2, other)}
    assert UNVOUCHED in refusal_of(lambda: found.update(**moved))
    found.update(**second)
    assert UNVOUCHED in refusal_of(lambda: found.update(version=1, position=kept.position))


@pytest.mark.parametrize("model", clinical_models(), ids=lambda m: m.__name__)
def test_clinical_rows_are_never_deleted(patient, model):
    kept = stored(model, patient)
    table, pk = model._meta.db_table, in_sql(model._meta.pk, kept.pk)
    gone = "clinical rows are never deleted"
    assert gone in refusal_of(lambda: execute(f"DELETE FROM {table} WHERE id = %s", [pk]))
    found = model._default_manager.filter(pk=kept.pk)
    assert gone in refusal_of(lambda: found._raw_delete(connection.alias))
    if connection.vendor == "postgresql":
        # no foreign key of this transaction left to check
        execute("SET CONSTRAINTS ALL IMMEDIATE", [])
        assert "never deleted" in refusal_of(lambda: execute(f"TRUNCATE {table} CASCADE", []))
    assert found.exists()


@pytest.mark.parametrize("model", [DocumentVersion, AuditEvent], ids=lambda m: m.__name__)
def test_history_and_audit_trail_only_grow(patient, model):
    table, pk = model._meta.db_table, model._meta.pk.column
    assert table in APPEND_ONLY
    before = list(model.objects.order_by("pk").values())
    assert before
    changes = {
        "in place": f"UPDATE {table} SET patient_id = patient_id",
        "in part": f"UPDATE {table} SET version = 9 WHERE {pk} = (SELECT MAX({pk}) FROM {table})",
        "gone": f"DELETE FROM {table} WHERE {pk} = (SELECT MAX({pk}) FROM {table})",
        "all gone": f"DELETE FROM {table}",
    }
    if connection.vendor == "postgresql":
        # no foreign key of this transaction left to check
        execute("SET CONSTRAINTS ALL IMMEDIATE", [])
        changes["emptied"] = f"TRUNCATE {table} CASCADE"
    for why, sql in changes.items():
        assert "append-only" in refusal_of(lambda s=sql: execute(s, [])), why
    refusal_of(lambda: model.objects.all().update(version=9))
    refusal_of(lambda: model.objects.all().delete())
    assert list(model.objects.order_by("pk").values()) == before


REPLACING = {
    "sqlite": [
        "REPLACE INTO {table} SELECT * FROM {table}",
        "UPDATE OR REPLACE {table} SET {pk} = {pk}",
    ],
    "postgresql": [
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({pk}) DO UPDATE SET {pk} = "
        "excluded.{pk}",
    ],
}


@pytest.mark.parametrize("model", [*clinical_models(), DocumentVersion, AuditEvent],
                         ids=lambda m: m.__name__)  # fmt: skip
def test_no_row_is_replaced(patient, model):
    """SQLite's INSERT OR REPLACE deletes first, PostgreSQL's upsert updates: neither may."""
    if model in clinical_models():
        stored(model, patient)
    table, pk = model._meta.db_table, model._meta.pk.column
    before = list(model._default_manager.order_by("pk").values())
    assert before
    for sql in REPLACING[connection.vendor]:
        statement = sql.format(table=table, pk=pk)
        refusal_of(lambda s=statement: execute(s, []))
    assert list(model._default_manager.order_by("pk").values()) == before


def test_an_amendment_has_a_reason(patient):
    vouched(Visit, uuid.uuid4(), 2, patient.pk, reason="mended")
    why = refusal_of(lambda: vouched(Visit, uuid.uuid4(), 2, patient.pk, reason=""))
    assert "history_amend_reason" in why


def test_a_version_is_in_history_once(patient):
    id_ = uuid.uuid4()
    vouched(Visit, id_, 1, patient.pk)
    refusal_of(lambda: vouched(Visit, id_, 1, patient.pk))


def test_a_row_belongs_to_its_patient_for_good(patient, stranger):
    kept = stored(Visit, patient)
    position = vouched(Visit, kept.pk, 2, stranger.pk)
    moved = {"version": 2, "position": position, "patient_id": stranger.pk}
    found = Visit.objects.filter(pk=kept.pk)
    assert "another patient" in refusal_of(lambda: found.update(**moved))
    course = stored(MedicationCourse, stranger)
    why = refusal_of(lambda: stored(MedicationDose, patient, course_id=course.pk))
    assert "another patient" in why


# --- many at random -------------------------------------------------------------------------------

COUNT = 10_000 if FULL else 500
VISIT_LEAVES = {leaf.column: leaf for leaf in leaves(VisitDocument)}


def any_value(leaf: Leaf, chance: random.Random) -> Any:
    if leaf.choices:
        return chance.choice(leaf.choices)
    if leaf.type in {int, float}:
        return leaf.type(chance.randint(int(leaf.least), int(leaf.most)))
    return sample(leaf)


def a_visit(chance: random.Random) -> dict[str, Any]:
    """Columns of an acceptable visit: some parts examined, some not done, some not recorded."""
    columns: dict[str, Any] = {"kind": any_value(VISIT_LEAVES["kind"], chance)}
    for part in PARTS:
        fate = chance.choice(("examined", "not_done", "absent"))
        if fate == "not_done":
            columns[f"{part}_not_done"] = any_value(VISIT_LEAVES[f"{part}_not_done"], chance)
        elif fate == "examined":
            findings = [
                leaf for leaf in leaves(VisitDocument)
                if leaf.path[0] == part and leaf.path[-1] not in {"not_done", "not_testable"}
            ]  # fmt: skip
            some = chance.sample(findings, chance.randint(1, len(findings)))
            columns |= {leaf.column: any_value(leaf, chance) for leaf in some}
    for how in ("lying", "standing"):
        if columns.get(f"vitals_systolic_{how}") and columns.get(f"vitals_diastolic_{how}"):
            columns |= {f"vitals_systolic_{how}": 201, f"vitals_diastolic_{how}": 90}
    if "bladder_pvr_ml" in columns:
        columns.pop("bladder_pvr_not_done", None)
    return columns


def leaf_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    leaf = chance.choice(constrained(Visit))
    return {leaf.column: chance.choice(list(wrong_values(leaf)))}


def not_done_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    part = chance.choice(PARTS)
    own = [x for x in leaves(VisitDocument) if x.path[0] == part and x.path[-1] != "not_done"]
    leaf = chance.choice(own)
    return {f"{part}_not_done": "declined", leaf.column: any_value(leaf, chance)}


def not_testable_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    leg = f"motor_{chance.choice(('right', 'left'))}"
    given = chance.choice(("grade", "muscles_l2", "muscles_l4", "muscles_s1"))
    value = any_value(VISIT_LEAVES[f"{leg}_{given}"], chance)
    return {f"{leg}_not_testable": "pain", f"{leg}_{given}": value}


def remote_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return {
        "mode": "remote",
        "motor_left_grade": any_value(VISIT_LEAVES["motor_left_grade"], chance),
    }


def pressure_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    how, low = chance.choice(("lying", "standing")), chance.randint(40, 200)
    high = chance.randint(low, 200)
    return {f"vitals_systolic_{how}": low, f"vitals_diastolic_{how}": high}


def time_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return chance.choice(
        (
            {"date": None},
            {"date": DAY + chance.randint(1, 9999) * ONE_DAY},
            {"date": EARLIEST - chance.randint(1, 9999) * ONE_DAY},
            {"date": LATEST + ONE_DAY},
            {"date_lower": DAY + ONE_DAY},
            {"timing_status": "known", "timing_anchor": "cement", "timing_day": 4},
            {"timing_phase": "post_op"},
            timing(anchor=None),
            timing(day=None),
            timing("interval_censored", 4),
            timing("not_reported", 4),
        )
    )


def number_fault(columns: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    numbers = [x.column for x in leaves(VisitDocument) if x.type is float]
    return {chance.choice(numbers): chance.choice((NAN, INFINITY, -INFINITY))}


FAULTS = (
    leaf_fault, not_done_fault, not_testable_fault, remote_fault, pressure_fault, time_fault,
    number_fault,
)  # fmt: skip


def test_of_many_faulty_visits_none_is_stored(patient):
    chance, controls = random.Random(20260301), 0
    for n in range(COUNT):
        ok = a_visit(chance)
        if n % 20 == 0:
            stored(Visit, patient, **ok)
            controls += 1
        fault = FAULTS[n % len(FAULTS)](ok, chance)
        try:
            refusal_of(lambda given=ok | fault: stored(Visit, patient, **given))
        except pytest.fail.Exception:
            pytest.fail(f"stored: {fault} in {ok}", pytrace=False)
    assert Visit.objects.count() == controls == COUNT // 20
