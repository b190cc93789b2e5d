"""Every input that a rule asks for can be entered, and reaches it from the tables."""

import datetime as dt
import uuid
from dataclasses import replace
from itertools import chain

import pytest

from outcomes.actions.laboratory import record_lab
from outcomes.actions.surgery import record_procedure
from outcomes.actions.visits import record_visit
from outcomes.documents.diary import DiaryDocument
from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.documents.visit import VisitDocument
from outcomes.facts import BESIDE, facts_of
from outcomes.forms import LAYOUTS
from outcomes.forms.fields import values
from outcomes.models import LabResult, MedicationDose
from outcomes.rules.facts import Fact
from outcomes.words import name
from patients.documents.base import read
from patients.documents.surgery import ProcedureDocument
from patients.models.columns import leaves
from tests.outcomes.rules.alerts.tables import NOWHERE, UNDATED, course, said
from tests.outcomes.rules.alerts.test_discovery import RULES, TABLED, case_tests
from tests.support.cast import TODAY, enrol, now

COLUMNS = {
    "visits": {leaf.column for leaf in leaves(VisitDocument)},
    "labs": {leaf.column for leaf in leaves(LabDocument)} | set(BESIDE[LabResult]),
    "drugs": {leaf.column for leaf in leaves(CourseDocument)},
    "doses": {leaf.column for leaf in leaves(DoseDocument)}
    | {n.removesuffix("_id") for n in BESIDE[MedicationDose]},
    "procedures": {leaf.column for leaf in leaves(ProcedureDocument)},
    "diary": {leaf.column for leaf in leaves(DiaryDocument)},
}


class Noting(dict):
    """Values that note which of them were asked for."""

    def __init__(self, held, asked):
        super().__init__(held)
        self.asked = asked

    def get(self, column, default=None):
        self.asked.add(column)
        return super().get(column, default)


def asked():
    """What the rules ask of each list, over all case tables."""
    found = {name: set() for name in COLUMNS}
    for module in TABLED:
        for rule, table in case_tests(module).CASES.items():
            for facts, _expected in table.values():
                noting = {
                    name: tuple(_noting(one, found[name]) for one in getattr(facts, name))
                    for name in COLUMNS
                }
                list(getattr(module, rule)(replace(facts, **noting), ()))
    return found


def _noting(one, asked):
    return Fact(id=one.id, when=one.when, day=one.day, order=one.order,
                values=Noting(one.values, asked))  # fmt: skip


@pytest.fixture(scope="module")
def inputs():
    return asked()


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_is_a_column_of_its_document(inputs, kind):
    assert inputs[kind]
    assert inputs[kind] <= COLUMNS[kind]


@pytest.mark.parametrize(
    ("kind", "layout"),
    [("visits", "visits"), ("drugs", "medications"), ("procedures", "procedures")],
)
def test_each_is_a_field_of_its_form_and_has_a_name(inputs, kind, layout):
    form = LAYOUTS[layout]
    fields = {leaf.column: leaf.path for leaf, _reason in values(form.shape)}
    hidden = {path for path in fields.values() if path[0] in form.hidden}
    for column in inputs[kind]:
        assert fields[column] not in hidden
        assert name(".".join((form.root, *fields[column])))


def test_facts_without_any_value_are_asked_in_vain():
    empty = Fact(id="empty", when=UNDATED, day=NOWHERE, values={})
    facts = course(empty, labs=[empty], drugs=[empty], doses=[empty])
    assert list(chain.from_iterable(rule(facts, ()) for _module, rule in RULES)) == []


@pytest.mark.django_db
def test_from_the_tables_to_the_findings(cast):
    """Written through the actions, read as facts, with what holds at the site."""
    patient = enrol("AR-1", cast.seoul, cast.physician_a)
    asking = now(cast.physician_a)

    def day(after):
        return str(TODAY - dt.timedelta(days=20 - after))

    def write(action, shape, **content):
        document = read(shape, {"id": str(uuid.uuid4()), **content})
        action(patient=patient, document=document, asked=asking)

    write(record_procedure, ProcedureDocument, kind="decompression", date=day(0), time="09:00")
    for at, temperature, leaks in ((3, 36.6, "no"), (8, 38.4, "weekly")):
        write(
            record_visit, VisitDocument, kind="post_op", date=day(at),
            vitals={"temperature_c": temperature}, wound={"drainage": at == 8},
            bladder={"incontinence": leaks, "method": "normal_voiding", "pvr_ml": 20 + 20 * at},
            sensation={"saddle": "normal" if at == 3 else "reduced"}, pain={"back": at - 1},
        )  # fmt: skip
    for at, value in ((3, "120"), (8, "60.5")):
        write(record_lab, LabDocument, analyte="crp", value=value, unit="mg/L", specimen_at=day(at))

    facts = facts_of([patient], asking.at)[patient.pk]
    names = {f.id: f"day{int(f.day.best)}" for f in (*facts.visits, *facts.labs)}
    found = chain.from_iterable(rule(facts, ()) for module, rule in RULES if module in TABLED)
    lines = {said(f).replace(f.now.id, names[f.now.id]) for f in found}
    assert lines == {
        "day8 bladder_pvr_rise urgent",
        "day8 bladder_incontinence_with_sign emergency",
        "day8 sign_saddle emergency",
        "day8 wound_drainage_with_fever emergency",
        "day8 fever_with_sign urgent",
        "day8 crp_with_sign urgent",
        "day8 pain_severe same_day",
    }
