"""What is found by looking, so that a new table, field or shape cannot be forgotten."""

import pytest
from django.apps import apps
from django.db import connection
from simple_history.models import HistoricalChanges

from outcomes.documents.alert import AlertDocument
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.query import QueryDocument
from outcomes.documents.visit import VisitDocument
from outcomes.reference import Severity, load, vital_bounds
from patients.documents.base import Shape
from patients.documents.surgery import BoneDensityDocument
from patients.models import AuditEvent, DocumentVersion, PatientRecord, Record
from patients.models.columns import leaves

# --- every model keeps its history, or says why not ---------------------------------------------
APPEND_ONLY = {DocumentVersion, AuditEvent}
EXEMPT = {
    "patients.User": "a sign-in, no clinical content; what users do is audited",
    "patients.CareTeamMember": "each row is a period: ended, never changed; assigning is audited",
    "patients.Proxy": "each row is a period: revoked, never deleted; every change is audited",
    "patients.Invitation": "used once, then only its dates change; creating and using are audited",
    "outcomes.Draft": "what its author is still typing, no clinical record: goes when recorded",
    "outcomes.Notification": "the outbox: its state is the queue's own bookkeeping",
    "outcomes.ReminderChoice": "a person's own switches, no clinical content; switching is audited",
    "outcomes.PushSubscription": "a browser that shows notices: ended, never changed; audited",
    "outcomes.DiaryRequest": "each row is a period: ended, never changed; asking is audited",
    "outcomes.LabImport": "a file on its way in: bookkeeping, deleted after some days; audited",
    "outcomes.LabImportRow": "rows of such a file: what is recorded of them has its history",
    "outcomes.CohortEntry": "derived from clinical rows, rebuilt at any time; proved equal",
    "outcomes.CohortConsent": "derived, as CohortEntry",
    "outcomes.CohortOutcome": "derived, as CohortEntry",
    "outcomes.CohortJob": "what is computed for a reader of the comparison: forgotten in a day",
    "outcomes.FollowUp": "derived from clinical rows, rebuilt at any time; a test proves equality",
    "outcomes.Message": "a mailbox: written once per key and never changed; no clinical content",
    "tracker.Heartbeat": "whether background work lives",
    "auth.Permission": "Django's own, not used: roles are a table in patients.roles",
    "auth.Group": "Django's own, not used",
    "patients.User_groups": "Django's own, not used",
    "patients.User_user_permissions": "Django's own, not used",
    "auth.Group_permissions": "Django's own, not used",
    "contenttypes.ContentType": "Django's own",
    "sessions.Session": "expires",
    "account.EmailAddress": "allauth's own",
    "account.EmailConfirmation": "allauth's own",
    "mfa.Authenticator": "a credential: allauth's own; adding and removing are audited",
    "knox.AuthToken": "a credential: expires, revoked at once",
}


def models():
    return [m for m in apps.get_models(include_auto_created=True) if not m._meta.abstract]


def is_historical(model):
    return hasattr(model, "history") or issubclass(model, HistoricalChanges)


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label)
def test_every_model_has_history_or_is_append_only_or_says_why_not(model):
    kept = [
        issubclass(model, Record),
        model in APPEND_ONLY,
        is_historical(model),
        model._meta.label in EXEMPT,
    ]
    assert kept.count(True) == 1, f"classify {model._meta.label}: history, append-only or exempt"


def test_the_list_of_exemptions_names_only_models_that_exist():
    assert set(EXEMPT) <= {model._meta.label for model in models()}


@pytest.mark.parametrize(
    "model", [m for m in models() if issubclass(m, Record)], ids=lambda model: model._meta.label
)
def test_every_clinical_row_carries_what_history_and_sync_need(model):
    names = {field.name for field in model._meta.get_fields()}
    assert {"version", "position", "entered_in_error", "reporter", "recorded_by"} <= names
    assert model._meta.pk.get_internal_type() == "UUIDField"
    if model._meta.label != "patients.Patient":
        assert issubclass(model, PatientRecord)
        assert not model._meta.get_field("patient").null


# --- the running database has its triggers ------------------------------------------------------
def installed():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            return {(table, sql.split(" BEFORE ")[-1].split()[0]) for table, sql in cursor}
        cursor.execute(
            "SELECT event_object_table, event_manipulation FROM information_schema.triggers "
            "WHERE action_timing = 'BEFORE' AND action_orientation = 'ROW'"
        )
        return set(cursor.fetchall())


CLINICAL = [m._meta.db_table for m in models() if issubclass(m, Record)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", CLINICAL)
def test_the_database_guards_every_clinical_table(table):
    assert {(table, event) for event in ("INSERT", "UPDATE", "DELETE")} <= installed()


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(APPEND_ONLY, key=str), ids=lambda model: model.__name__)
def test_the_database_guards_what_is_append_only(model):
    assert {(model._meta.db_table, event) for event in ("UPDATE", "DELETE")} <= installed()


# --- a document's bounds are those of the reference data ----------------------------------------
BOUNDED = {
    (VisitDocument, "vitals.temperature_c"): "temperature_c",
    (VisitDocument, "vitals.systolic_lying"): "systolic",
    (VisitDocument, "vitals.systolic_standing"): "systolic",
    (VisitDocument, "vitals.diastolic_lying"): "diastolic",
    (VisitDocument, "vitals.diastolic_standing"): "diastolic",
    (VisitDocument, "vitals.heart_rate"): "heart_rate",
    (VisitDocument, "vitals.respiratory_rate"): "respiratory_rate",
    (VisitDocument, "vitals.spo2"): "spo2",
    (VisitDocument, "vitals.weight_kg"): "weight_kg",
    (VisitDocument, "vitals.height_cm"): "height_cm",
    (VisitDocument, "bladder.pvr_ml"): "pvr_ml",
    (VisitDocument, "bladder.catheter_volume_max_ml"): "catheter_volume_ml",
    (VisitDocument, "pain.back"): "nrs",
    (VisitDocument, "pain.right_leg"): "nrs",
    (VisitDocument, "pain.left_leg"): "nrs",
    (VisitDocument, "walking.fac"): "fac",
    (VisitDocument, "walking.wisci"): "wisci",
    **{
        (VisitDocument, f"motor.{leg}.muscles.{level}"): "mrc"
        for leg in ("right", "left")
        for level in ("L2", "L3", "L4", "L5", "S1")
    },
    (BoneDensityDocument, "t_score"): "t_score",
    (DiaryDocument, "volume_ml"): "void_volume_ml",
    (DiaryDocument, "pain_back"): "nrs",
    (DiaryDocument, "pain_right_leg"): "nrs",
    (DiaryDocument, "pain_left_leg"): "nrs",
}
# counts, days, years and doses: CLINICAL.md F gives no bound for them
UNBOUNDED = {
    "timing.day", "timing.lower", "timing.upper",
    "bladder.pvr_minutes_after_void", "bladder.catheter_volumes_over_500_ml",
    "bladder.voluntary_emptyings_per_day", "safety.pressure_injury_stage",
    "dose", "times_per_day", "daily_max", "birth_year", "age_at_index", "urgency",
    "record_version", "record_before_version",
}  # fmt: skip


def clinical_shapes():
    return {model.SHAPE for model in apps.get_models() if issubclass(model, Record)}


def numeric_leaves():
    return [
        (shape, leaf)
        for shape in sorted(clinical_shapes(), key=lambda s: s.__name__)
        for leaf in leaves(shape)
        if leaf.type in (int, float)
    ]


@pytest.mark.parametrize(
    ("shape", "leaf"),
    numeric_leaves(),
    ids=[f"{shape.__name__}.{'.'.join(leaf.path)}" for shape, leaf in numeric_leaves()],
)
def test_every_number_of_a_document_has_the_hard_bounds_of_the_reference_data(shape, leaf):
    path = ".".join(leaf.path)
    field = BOUNDED.get((shape, path))
    if field is None:
        assert path in UNBOUNDED, f"give {shape.__name__}.{path} its bounds, or say why not"
        assert leaf.most is not None, "even so, a number has an upper bound that NaN cannot pass"
        return
    hard = [b for b in vital_bounds(field) if b.kind is Severity.HARD and b.limit is not None]
    assert {b.op: float(b.limit) for b in hard} == {"<": leaf.least, ">": leaf.most}
    if any(b.op == "not_whole" for b in vital_bounds(field)):
        assert leaf.type is int


def test_every_hard_bound_of_the_reference_data_is_kept_by_some_document():
    fields = {b.field for b in load().vital_bounds if b.kind is Severity.HARD}
    # one volume field of the diary holds voids and catheter volumes, whose bounds are the same
    assert fields == set(BOUNDED.values())


def test_shapes_are_closed_strict_and_refuse_nan():
    def every(shape):
        for inner in shape.__subclasses__():
            yield inner
            yield from every(inner)

    for shape in every(Shape):
        config = shape.model_config
        if "strict" in config:
            assert config["strict"], shape
        assert config["extra"] == "forbid", shape
        assert config["allow_inf_nan"] is False, shape


# --- every shape of a document is stored, written through an action, and shown in the schema ----
# no client writes them as they are: rules do, and people through shapes of their own
BY_RULES = {AlertDocument, QueryDocument}


def test_every_clinical_document_is_written_by_the_api():
    from outcomes.documents.medication import DoseDocument
    from outcomes.kinds import DIARY, KINDS
    from patients.documents.people import PatientDocument

    written = {kind.shape for kind in (*KINDS, DIARY)} | {PatientDocument, DoseDocument}
    assert clinical_shapes() - BY_RULES == written
