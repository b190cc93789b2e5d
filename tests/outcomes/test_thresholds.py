"""A site's own thresholds: what may be set, and that it has its effect at once, there only."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.actions.laboratory import record_lab
from outcomes.actions.surgery import record_procedure
from outcomes.actions.thresholds import clear_threshold, set_threshold
from outcomes.actions.visits import record_visit
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.visit import VisitDocument
from outcomes.reference import Severity, load
from outcomes.rules.bounds import WATCHED, warned
from outcomes.thresholds import DOES, NOTES, defaults, site_thresholds
from patients.documents.base import Refused, read
from patients.documents.surgery import ProcedureDocument
from patients.models import AuditEvent, Threshold
from tests.support.cast import TODAY, enrol, now

pytestmark = pytest.mark.django_db

DAY = str(TODAY)


def new(shape, **content):
    return read(shape, {"id": str(uuid.uuid4()), **content})


def asked_about(written):
    return [w["code"] for w in written.warnings]


def visit(patient, by, **parts):
    document = new(VisitDocument, kind="unscheduled", date=DAY, **parts)
    return asked_about(record_visit(patient=patient, document=document, asked=now(by)))


def residual(cast, patient, by):
    return visit(patient, by, bladder={"pvr_ml": 180})


def temperature(cast, patient, by):
    return visit(patient, by, vitals={"temperature_c": 37.6})


def crp(cast, patient, by):
    document = new(LabDocument, analyte="crp", value="60", unit="mg/L", specimen_at=DAY)
    return asked_about(record_lab(patient=patient, document=document, asked=now(by)))


def jump(cast, patient, by):
    for day, grade in (("2026-01-01", "2"), ("2026-01-02", "3")):
        motor = {"right": {"grade": grade}}
        document = new(VisitDocument, kind="unscheduled", date=day, motor=motor)
        found = record_visit(patient=patient, document=document, asked=now(by))
    return asked_about(found)


def interval(cast, patient, by):
    for kind, day in (("cement", "2025-01-01"), ("decompression", "2025-04-01")):
        document = new(ProcedureDocument, kind=kind, date=day)
        found = record_procedure(patient=patient, document=document, asked=now(by))
    return asked_about(found)


@pytest.mark.parametrize(
    ("key", "own", "write", "code"),
    [
        pytest.param("pvr_ml ≥", "150", residual, "unusual", id="a vital: residual"),
        pytest.param("temperature_c ≥", "37.5", temperature, "unusual", id="a vital: temperature"),
        pytest.param("crp >", "50", crp, "lab_value_unusual", id="a lab: CRP"),
        pytest.param("grade_jump", "1", jump, "grade_jump", id="jump of a grade"),
        pytest.param("long_interval_days", "60", interval, "long_interval", id="long interval"),
    ],
)
def test_an_own_value_has_its_effect_at_once_and_at_this_site_only(cast, key, own, write, code):
    def fresh(site, by):
        return enrol(uuid.uuid4().hex, site, by)

    here, there = (cast.seoul, cast.physician_a), (cast.berlin, cast.physician_b)
    assert code not in write(cast, fresh(*here), here[1]), "by default nothing is asked"
    set_threshold(
        site=cast.seoul, key=key, value=Decimal(own), reason="tried",
        asked=now(cast.administrator_a),
    )  # fmt: skip
    assert code in write(cast, fresh(*here), here[1])
    assert code not in write(cast, fresh(*there), there[1])
    clear_threshold(site=cast.seoul, key=key, reason="tried", asked=now(cast.administrator_a))
    assert code not in write(cast, fresh(*here), here[1])


@pytest.mark.parametrize(
    ("key", "value", "reason", "expected"),
    [
        pytest.param("pvr_ml ≥", "3000", "x", None, id="at the hard bound"),
        pytest.param("pvr_ml ≥", "3001", "x", {"value": "outside"}, id="beyond the hard bound"),
        pytest.param("pvr_ml ≥", "0", "x", None, id="at the lower hard bound"),
        pytest.param("pvr_ml ≥", "-1", "x", {"value": "outside"}, id="below the hard bound"),
        pytest.param("pvr_ml ≥", "NaN", "x", {"value": "outside"}, id="not a number"),
        pytest.param("pvr_ml ≥", "150.5", "x", None, id="a fraction of mL"),
        pytest.param("pvr_ml ≥", "1.00001", "x", {"value": "too_precise"}, id="too precise"),
        pytest.param("grade_jump", "1.5", "x", {"value": "not_whole"}, id="half a grade"),
        pytest.param("discuss_first_days", "15", "x", {"value": "outside"}, id="longer"),
        pytest.param("discuss_first_days", "0", "x", None, id="at once"),
        pytest.param("grade_jump", "1", " ", {"reason": "missing"}, id="no reason"),
        pytest.param("grade_jump", "1", "x" * 201, {"reason": "too_long"}, id="a long reason"),
        pytest.param("grade_jump", "1", "a\nb", {"reason": "text"}, id="two lines"),
        pytest.param("pvr_ml >", "1", "x", {"key": "unknown_threshold"}, id="a hard bound"),
        pytest.param("nonsense", "1", "x", {"key": "unknown_threshold"}, id="unknown"),
    ],
)
def test_what_may_be_set(cast, key, value, reason, expected):
    def act():
        set_threshold(
            site=cast.seoul, key=key, value=Decimal(value), reason=reason,
            asked=now(cast.administrator_a),
        )  # fmt: skip

    if expected is None:
        act()
        assert site_thresholds(cast.seoul)[key] == Decimal(value)
        return
    with pytest.raises(Refused) as refused:
        act()
    assert {p["path"][0]: p["code"] for p in refused.value.problems} == expected
    assert not Threshold.objects.exists()


def test_each_change_is_kept_with_its_reason_and_audited(cast):
    asked = now(cast.administrator_a)
    key = "pvr_ml ≥"
    set_threshold(site=cast.seoul, key=key, value=Decimal(150), reason="first", asked=asked)
    set_threshold(site=cast.seoul, key=key, value=Decimal(120), reason="second", asked=asked)
    clear_threshold(site=cast.seoul, key=key, reason="third", asked=asked)
    kept = Threshold.history.order_by("history_id")
    assert [(row.value, row.reason) for row in kept] == [
        (Decimal(150), "first"), (Decimal(120), "second"), (None, "third"),
    ]  # fmt: skip
    assert {row.history_user for row in kept} == {cast.administrator_a}
    events = AuditEvent.objects.filter(site=cast.seoul, action__startswith="threshold").order_by(
        "pk"
    )
    assert [e.action for e in events] == ["threshold.set", "threshold.set", "threshold.clear"]


def test_what_holds_at_a_site_is_one_query(cast):
    defaults()
    for key in ("pvr_ml ≥", "crp >", "grade_jump"):
        Threshold.objects.create(site=cast.seoul, key=key, value=Decimal(3), reason="x")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert site_thresholds(cast.seoul)["crp >"] == 3
    assert len(queries) == 1


def test_a_bound_shows_without_the_zeros_of_its_column(cast):
    Threshold.objects.create(site=cast.seoul, key="pvr_ml ≥", value=Decimal(150), reason="x")
    assert warned("pvr_ml", 150, site_thresholds(cast.seoul)) == [">= 150 mL"]
    assert warned("pvr_ml", 150) == []
    assert warned("pvr_ml", 200) == [">= 200 mL"]


def test_every_warning_bound_that_a_write_looks_at_can_be_set():
    bounds = [*load().vital_bounds, *load().lab_bounds]
    fields = {*WATCHED.values(), *(analyte.code for analyte in load().analytes)}
    used = {b.key for b in bounds if b.kind is Severity.WARN and b.field in fields}
    own = {threshold.key for threshold in load().thresholds}
    assert set(defaults()) == used | own
    assert {"pvr_ml ≥", "temperature_c ≥", "crp >"} <= used


def test_the_words_of_the_file_are_those_marked_for_translation():
    assert tuple(threshold.does for threshold in load().thresholds) == DOES
    assert {t.note for t in defaults().values() if t.note} == set(NOTES)
