"""Nothing that identifies a patient leaves by the comparison: canaries in every identifying field.

Fields and routes find themselves: a new text, date or id of a patient is planted or has to be named
harmless below; a new route of the comparison is asked as soon as the access matrix knows it.
"""

import datetime as dt
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import Celery
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from outcomes import tasks
from outcomes.actions import cohort_rows
from outcomes.comparison import counting
from outcomes.models import CohortJob
from patients import triggers
from patients.models import Patient, Record, Site, User
from patients.models.columns import leaves
from tests.api.client import Api
from tests.api.test_comparison import consent
from tests.test_access_matrix import FULL, ROUTES, World, build, classified

pytestmark = pytest.mark.django_db

# text of a closed vocabulary that the shapes do not spell out, and bare numbers as text
HARMLESS = {
    "reporter", "time_zone", "time_basis", "comparator", "canonical_unit", "analyte", "unit",
    "value", "value_before", "value_now", "range_low", "range_high", "rule", "column", "missing",
    "atc", "drug", "specimen_at", "measurement", "when_before", "when_now", "table", "code",
    "password", "language", "theme", "text_size",
}  # fmt: skip
# words that stand only where something else is not said
UNPLANTABLE = {"timing_verbatim"}
# told of a person as ten years of age at most
NUMBERS = {"birth_year": 1931}
TEXT = (models.CharField, models.TextField, models.EmailField)
# holding dates, whole documents or who did what is what these are for
HOLDERS = {"patients.AuditEvent", "patients.DocumentVersion", "sessions.Session", "knox.AuthToken"}
WORD = "canary"


def text_fields(model: type[models.Model]) -> Iterator[Any]:
    """Those that hold what somebody typed."""
    shape = getattr(model, "SHAPE", None)
    told = {leaf.column for leaf in leaves(shape) if leaf.choices} if shape else set()
    for field in model._meta.concrete_fields:
        if isinstance(field, TEXT) and not field.choices and field.name not in told | HARMLESS:
            yield field


CLINICAL: list[Any] = [model for model in apps.get_models() if issubclass(model, Record)]
FOUND: list[tuple[Any, Any]] = [
    (model, field) for model in (*CLINICAL, User, Site) for field in text_fields(model)
]


def test_every_text_can_hold_its_canary() -> None:
    """Too short for a canary is a code: name it harmless."""
    short = [f"{m.__name__}.{f.name}" for m, f in FOUND if f.max_length and f.max_length < 20]
    assert short == []
    assert {"name", "note", "verbatim", "fracture_level"} <= {field.name for _model, field in FOUND}


def test_every_field_of_a_patient_has_a_known_kind() -> None:
    known = (
        *TEXT, models.DateField, models.DateTimeField, models.TimeField, models.UUIDField,
        models.BooleanField, models.IntegerField, models.FloatField, models.DecimalField,
        models.ForeignKey, models.OneToOneField,
    )  # fmt: skip
    strange = [
        f"{model.__name__}.{field.name}"
        for model in CLINICAL
        for field in model._meta.concrete_fields
        if not isinstance(field, known)
    ]
    assert strange == []


def planted(world: World) -> set[str]:
    """Every canary, in lower case: what was planted, and the days and ids of what is recorded of
    two people, one whose record the surgeon may open."""
    cast = world.cast
    patients = (cast.ha, cast.ji)
    for patient in patients:
        consent(patient, cast.physician_a, "given")
    triggers.uninstall()
    # every row is tried, not the first that takes it
    held = {
        pair
        for pair in FOUND
        if any([_plant(*pair, row) for row in rows_of(pair[0], world, patients)])
    }
    assert {field.name for model, field in FOUND if (model, field) not in held} <= UNPLANTABLE
    Patient.objects.filter(pk__in=[p.pk for p in patients]).update(birth_date=None, **NUMBERS)
    rows = [row for model in CLINICAL for row in apart(model, patients).values()]
    ids = {str(value) for row in rows for value in row.values() if isinstance(value, UUID)}
    days = {day for row in rows for day in days_in(row)}
    for _page in cohort_rows.rebuild():
        pass
    written = (form.lower() for day in days for form in forms(day))
    return {WORD, *ids, *written, *map(str, NUMBERS.values())}


def _plant(model: Any, field: Any, row: Any) -> bool:
    """Whether the database takes it: some words stand only beside something else."""
    text = f"{WORD} {model.__name__} {row.get().pk}"[:40]
    if isinstance(field, models.EmailField):
        text = f"{WORD}{row.get().pk}@example.org"
    if field.name == "fracture_level":
        text = f"T12 {text}"
    try:
        with transaction.atomic():
            return bool(row.update(**{field.name: text}))
    except IntegrityError:
        return False


def rows_of(model: Any, world: World, patients: Any) -> list[Any]:
    """Each row that is a patient's, or somebody's beside them; not the reader's own."""
    if model is User:
        others = User.objects.exclude(pk=world.cast.surgeon_a.pk)
        return [User.objects.filter(pk=one.pk) for one in others]
    if model is Site:
        return [Site.objects.filter(pk=world.cast.berlin.pk)]
    return [model.objects.filter(pk=row.pk) for row in apart(model, patients)]


def apart(model: Any, patients: Any) -> Any:
    name = "pk__in" if model is Patient else "patient__in"
    return model.objects.filter(**{name: [p.pk for p in patients]})


def days_in(row: dict[str, Any]) -> Iterator[dt.date]:
    for value in row.values():
        if isinstance(value, dt.datetime):
            value = value.date()
        # what every page says of itself
        near = (
            abs((value - timezone.now().date()).days) <= 1 if isinstance(value, dt.date) else True
        )
        if not near:
            yield value


def forms(day: dt.date) -> Iterator[str]:
    for written in ("%Y-%m-%d", "%Y%m%d", "%-d %b %Y", "%-d %B %Y", "%B %-d, %Y", "%b. %-d, %Y",
                    "%Y. %-m. %-d.", "%m/%d/%Y", "%d.%m.%Y"):  # fmt: skip
        yield day.strftime(written)


# --- asking everything --------------------------------------------------------------------------
OWN = [
    (route, method)
    # what is about a file comes after the file was asked for
    for route in sorted(ROUTES, key=lambda route: "job_id" in route.arguments)
    for method, (name, _success) in (classified(route) or {}).items()
    if name in ("compare", "compared file")
]
# what takes seconds to make; its text is looked at in test_exports.py
SLOW = {"comparison-report", "comparison-figure-png"}
ADDRESSES = (
    "", "window=6wk", "window=last&outcome=lems", "clock=cement&exposure=first_deficit",
    "origin=synthetic", "level=T12", "age_band=90%2B", "first_worst=2&preop_worst=2", "level=L9",
    "name=nobody", "window=", "table=others", "layers=abstracts", "grade=4", "figure=timing",
)  # fmt: skip


def asked_of(route: Any) -> Iterator[str]:
    """Outside the full profile a third of the queries, another one for the next route."""
    if route.name in SLOW:
        return iter(ADDRESSES[: 2 if FULL else 1])
    turn = [one.name for one, _method in OWN].index(route.name)
    return (q for at, q in enumerate(ADDRESSES) if FULL or not q or at % 3 == turn % 3)


def test_the_routes_of_the_comparison_find_themselves() -> None:
    names = {route.name for route, _method in OWN}
    assert {"comparison", "api-comparison", "api-export-comparison"} <= names
    told = {r.name for r in ROUTES if re.search("comparison|cohort", r.name)}
    assert told <= names, "a route about the comparison is for those who may compare"


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def test_no_canary_leaves(world: World, monkeypatch: Any, caplog: Any) -> None:
    canaries = planted(world)
    sent: list[Any] = []
    monkeypatch.setattr(Celery, "send_task", lambda _app, *a, **more: sent.append((a, more)))
    caplog.set_level(logging.DEBUG)
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in holding()}
    left: list[Any] = []
    reached = set()
    for route, method in OWN:
        for query in asked_of(route):
            for told in answers(world, route, method, query):
                reached |= {route.name} if told[:3] in ("200", "202", "302") else set()
                left += [(route.name, query, one) for one in canaries if _in(told, one)]
    for model, pks in before.items():
        rows = model.objects.exclude(pk__in=pks).values()
        written = [str(row).lower() for row in rows]
        left += [(model, one, row) for row in written for one in canaries if _in(row, one)]
    beside = [*caplog.messages, *map(str, sent), *(str(m.message()) for m in mail.outbox)]
    left += [(told, one) for told in beside for one in canaries if _in(told.lower(), one)]
    assert reached == {route.name for route, _method in OWN}
    assert left == []


def test_an_error_says_nothing_either(world: World, monkeypatch: Any, caplog: Any) -> None:
    """Where the answer fails halfway, with everything read."""
    canaries = planted(world)
    caplog.set_level(logging.DEBUG)

    def failing(row: Any, *_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(counting, "_alike", failing)
    failed = 0
    for route, method in OWN:
        for told in answers(world, route, method, ""):
            failed += "500" in told[:4]
            assert not [one for one in canaries if _in(told, one)], route
    assert failed >= 3
    logged = [told.lower() for told in caplog.messages]
    assert not [one for one in canaries for told in logged if _in(told, one)]


def _in(told: str, canary: str) -> bool:
    """Digits alone may stand in any digest: then with nothing of the kind beside them."""
    if canary not in told or not canary.isdigit():
        return canary in told
    return bool(re.search(rf"(?<![0-9a-f]){canary}(?![0-9a-f])", told))


def holding() -> list[Any]:
    every: list[Any] = list(apps.get_models())
    return [m for m in every if m._meta.label not in HOLDERS and m not in CLINICAL]


def answers(world: World, route: Any, method: str, query: str) -> Iterator[str]:
    """What the surgeon is answered, in lower case: status, headers and content."""
    if "job_id" in route.arguments:
        tasks.compute_cohort()
    where = reverse(route.name, kwargs={name: value_of(name) for name in route.arguments})
    where += f"?{query}" if query else ""
    api = route.name.startswith("api-")
    client = world.clients["surgeon"] if api else Api(None, client=world.browsers["surgeon"])
    answer = client.send(method, where, {} if method == "POST" else None).raw
    content = b"".join(answer) if answer.streaming else answer.content
    yield f"{answer.status_code} {answer.headers} {content.decode(errors='replace')}".lower()


def value_of(name: str) -> Any:
    """Of a file, the one asked for; a new argument has to be given here."""
    newest = CohortJob.objects.filter(kind="export").order_by("-requested_at").first()
    return {"job_id": newest.pk if newest else uuid4(), "figure": "timing"}[name]
