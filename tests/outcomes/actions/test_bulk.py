"""Many patients at once: the same rows, history and refusals as one by one, fewer queries."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outcomes import published, simulation, synthetic
from outcomes.actions import bulk, consequences
from outcomes.models import LabResult, Visit
from patients.documents.base import Refused
from patients.models import AuditEvent, CareTeamMember, DocumentVersion, Patient, Site
from patients.records import Asked
from patients.roles import Role
from tests.support import one_by_one
from tests.support.cast import staff
from tests.support.scale import sampled

pytestmark = pytest.mark.django_db

AS_OF = dt.date.today() - dt.timedelta(days=1)


def cases(count, seed=7, surgeons=("surgeon",)):
    numbers = range(1, count + 1)
    return [synthetic.course(seed=seed, number=n, today=AS_OF, surgeons=surgeons) for n in numbers]


def asked(by):
    return Asked(by=by, at=dt.datetime.now(dt.UTC).replace(microsecond=0), reporter="import")


# what rules make of the course, at each step where documents are entered one by one
DRAWN = ("outcomes.alert", "outcomes.dataquery")


def history():
    """What every version of what was entered says, but for its place in the order of changes."""
    rows = DocumentVersion.objects.filter(at__gte=timezone.now() - dt.timedelta(minutes=5))
    rows = rows.exclude(table__in=DRAWN)
    return {
        row.operation: (row.table, row.version, row.content, row.fingerprint, row.warnings)
        for row in rows
    }


def entered(how):
    """The history that `how` makes, and the columns of its rows; undone afterwards."""
    before = set(history())
    with transaction.atomic():
        how()
        made = {key: value for key, value in history().items() if key not in before}
        rows = [
            sorted(model.objects.filter(pk__in=made).values(), key=lambda row: str(row["id"]))
            for model in (Patient, Visit, LabResult)
        ]
        transaction.set_rollback(True)
    for row in (row for table in rows for row in table):
        row.pop("position")
    return made, rows


def test_the_same_rows_and_history_as_one_by_one(cast, monkeypatch):
    some, ask = cases(sampled(3, 6)), asked(cast.physician_a)

    def together():
        count = len(some)
        assert list(bulk.enter(some, site=cast.seoul, asked=ask)) == [(count, count)]

    def singly():
        for case in some:
            one_by_one.enter(case, site=cast.seoul, asked=ask)

    # not compared, and looked at after each document alone it takes most of the time
    monkeypatch.setattr(consequences, "FOLLOWING", ())
    assert entered(together) == entered(singly)


def test_the_published_case_is_the_same_either_way(db, monkeypatch):
    site = Site.objects.create(code="seoul", name="Seoul", time_zone="Asia/Seoul")
    ask, case = asked(staff("physician", site, Role.PHYSICIAN)), published.case("BAEK-2021")
    monkeypatch.setattr(consequences, "FOLLOWING", ())
    together = entered(lambda: published.enter("BAEK-2021", site=site, asked=ask))
    assert together == entered(lambda: one_by_one.enter(case, site=site, asked=ask))
    assert len(together[0]) > 30


def test_every_row_points_at_its_own_history(cast):
    list(bulk.enter(cases(3), site=cast.seoul, asked=asked(cast.physician_a)))
    for model in (Patient, Visit, LabResult):
        for row in model.objects.filter(reporter="import"):
            version = DocumentVersion.objects.get(record_id=row.pk, version=1)
            assert version.position == row.position


def test_one_audit_event_for_a_batch(cast, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 4)
    before = AuditEvent.objects.count()
    ask = asked(cast.physician_a)
    assert list(bulk.enter(cases(10), site=cast.seoul, asked=ask)) == [(4, 4), (4, 4), (2, 2)]
    events = list(AuditEvent.objects.order_by("pk")[before:])
    assert {event.action for event in events} <= {"patient.bulk_record", "alert.raise"}
    assert len(events) <= 6
    events = [event for event in events if event.action == "patient.bulk_record"]
    assert [len(event.patient_ids) for event in events] == [4, 4, 2]
    assert CareTeamMember.objects.filter(user=cast.physician_a, since=ask.at).count() == 10


def test_again_changes_nothing(cast):
    some, ask = cases(5), asked(cast.physician_a)
    list(bulk.enter(some[:2], site=cast.seoul, asked=ask))
    kept = DocumentVersion.objects.count()
    assert list(bulk.enter(some[:2], site=cast.seoul, asked=ask)) == [(2, 0)]
    assert DocumentVersion.objects.count() == kept
    assert list(bulk.enter(some, site=cast.seoul, asked=ask)) == [(5, 3)]


def test_the_queries_do_not_grow_with_the_patients_of_a_batch(cast):
    """Databases take a limited number of values at once, so a batch is a few inserts a table."""

    def queries(some):
        with CaptureQueriesContext(connection) as caught:
            list(bulk.enter(some, site=cast.seoul, asked=asked(cast.physician_a)))
        return sum(1 for q in caught if not q["sql"].startswith("INSERT"))

    assert queries(cases(2, seed=8)) == queries(cases(sampled(8, 20), seed=9))


def broken(case, kind, **change):
    for entry in case.documents:
        if entry["kind"] == kind:
            entry["document"] |= change
            entry["document"].pop("elsewhere", None)
            return entry["document"]["id"]
    raise AssertionError(kind)


TOMORROW = str(dt.date.today() + dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        pytest.param("visits", {"date": TOMORROW}, "future", id="a visit in the future"),
        pytest.param("labs", {"unit": "furlong"}, "lab_unit_unknown", id="an unknown unit"),
        pytest.param("visits", {"nonsense": 1}, "extra_forbidden", id="an unknown field"),
        pytest.param("procedures", {"surgeon": "nobody"}, "unknown_surgeon", id="a stranger"),
    ],
)
def test_a_refused_document_is_named_and_its_batch_undone(cast, kind, change, code):
    some = cases(3)
    record_id = broken(some[1], kind, **change)
    before = DocumentVersion.objects.count()
    with pytest.raises(Refused) as refused:
        list(bulk.enter(some, site=cast.seoul, asked=asked(cast.physician_a)))
    problem = refused.value.problems[0]
    assert problem["path"][:3] == (some[1].patient["study_number"], kind, record_id)
    assert problem["code"] == code
    assert DocumentVersion.objects.count() == before
    assert not Patient.objects.filter(pk=some[0].patient["id"]).exists()


def test_the_surgeon_who_operated_may_open_the_record(cast):
    list(bulk.enter(cases(2), site=cast.seoul, asked=asked(cast.physician_a)))
    seen = Patient.objects.visible_to(cast.surgeon_a)
    assert seen.filter(study_number__startswith="SYN7-").count() >= 1


def test_a_simulation_is_the_same_for_the_same_seed_and_day(cast):
    def registry():
        run = simulation.run(site=cast.seoul, patients=4, seed=11, as_of=AS_OF)
        assert [new for _looked_at, new in run] == [4]

    first, again = (
        {key: version[2]["document"] for key, version in entered(registry)[0].items()}
        for _ in range(2)
    )
    assert first == again
    assert len(first) > 100
