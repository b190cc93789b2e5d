"""The visit form: everything can be entered, nothing typed is guessed, lost or written twice."""

import datetime as dt
import re
import uuid
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from outcomes.documents.visit import VisitDocument
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.models import Visit
from patients.documents.base import Refused, read
from patients.models import AuditEvent
from patients.models.columns import leaves
from tests.support.cast import SURGERY, TODAY

DAY = str(SURGERY + dt.timedelta(days=91))
FIELDS = {field.name: field for field in DocumentForm(LAYOUTS["visits"], {}).fields}


def url(patient):
    return reverse("visit-new-full", args=[patient.pk])


def typed(**fields):
    """What a browser sends: `motor__right__grade="4-"` is the field motor.right.grade."""
    named = {name.replace("__", "."): value for name, value in fields.items()}
    return {"id": str(uuid.uuid4()), "kind": "3mo", "date": DAY} | named


def the_visit(sent):
    return Visit.objects.get(pk=sent["id"])


def document(sent):
    """What the form would record, as a plain document without its id."""
    return {k: v for k, v in DocumentForm(LAYOUTS["visits"], sent).document().items() if k != "id"}


CHOSEN = {"radio", "checkbox"}


class Controls(HTMLParser):
    """What a browser would send from a page: the name and value of each control."""

    def __init__(self):
        super().__init__()
        self.values, self._select, self._text = {}, None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and (given.get("type") not in CHOSEN or "checked" in given):
            self._send(given.get("name"), given.get("value", ""))
        elif tag == "select":
            self._select = given["name"]
            self._send(self._select, "")
        elif tag == "option" and "selected" in given:
            self._send(self._select, given["value"])
        elif tag == "textarea":
            self._text = given["name"]
            self._send(self._text, "")

    def handle_data(self, data):
        if self._text:
            # a browser drops the first line break of a text area
            self.values[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._text = None

    def _send(self, name, value):
        if name and name not in {"csrfmiddlewaretoken", "slip"}:
            self.values[name] = value


def controls(response):
    parser = Controls()
    parser.feed(response.content.decode())
    return parser.values


def error_beside(response, name):
    """The text of the error beside a field, empty where there is none."""
    found = re.search(
        rf'id="{FIELDS[name].id}-error">(.*?)</span>', response.content.decode(), re.DOTALL
    )
    return found[1].strip() if found else ""


# --- the form follows the shape -----------------------------------------------------------------


def test_every_leaf_of_the_document_can_be_entered():
    enterable = {f.path for f in FIELDS.values()} | {
        f.reason.path for f in FIELDS.values() if f.reason
    }
    assert enterable == {leaf.path for leaf in leaves(VisitDocument)}


def test_every_field_is_shown_once():
    form = DocumentForm(LAYOUTS["visits"], {})
    assert sorted(f.name for f in form.in_order) == sorted(FIELDS)


@pytest.mark.django_db
def test_every_field_is_on_the_page_and_empty(cast, client_for):
    sent = controls(client_for(cast.physician_a).get(url(cast.ha)))
    assert {name for name in sent if name not in {"id"}} == set(FIELDS)
    assert {name for name, value in sent.items() if value} == {"id"}


def test_every_offered_answer_is_one_the_document_takes():
    for field in FIELDS.values():
        for option in field.options:
            given = document({field.name: option.value})
            assert refused_at(given, field.path) == [], f"{field.name}={option.value}"


def refused_at(given, path):
    """The problems of this field alone; other fields may be missing."""
    try:
        read(VisitDocument, {"id": str(uuid.uuid4()), **given})
    except Refused as refused:
        return [p for p in refused.problems if p["path"][: len(path)] == path]
    return []


def test_right_comes_before_left_in_one_row():
    pairs = [
        [field.name for field in row]
        for section in DocumentForm(LAYOUTS["visits"], {}).sections
        for row in (*section.front_rows, *section.more_rows)
        if any("right" in field.name for field in row)
    ]
    assert ["motor.right.grade", "motor.left.grade"] in pairs
    assert ["pain.right_leg", "pain.left_leg"] in pairs
    assert all([name.replace("right", "left") for name in row[:1]] == row[1:] for row in pairs)


# --- what is typed becomes what is meant --------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("pain.back", "0", {"pain": {"back": 0}}, id="zero is a value"),
        pytest.param("pain.back", " 7 ", {"pain": {"back": 7}}, id="spaces around a number"),
        pytest.param("pain.back", "", {}, id="nothing typed is nothing recorded"),
        pytest.param("pain.back", "   ", {}, id="only spaces is nothing recorded"),
        pytest.param(
            "vitals.temperature_c", "36.5", {"vitals": {"temperature_c": 36.5}}, id="36.5"
        ),
        pytest.param(
            "pain.neuropathic", "no", {"pain": {"neuropathic": False}}, id="an answered no"
        ),
        pytest.param(
            "motor.right.muscles.L2", "4", {"motor": {"right": {"muscles": {"L2": 4}}}}, id="muscle"
        ),
        pytest.param(
            "motor.right.muscles.L2",
            "not_testable=pain",
            {"motor": {"right": {"muscles": {"L2": {"not_testable": "pain"}}}}},
            id="muscle not testable",
        ),
        pytest.param("timing.day", "-35", {"timing": {"day": -35}}, id="a day before the event"),
        pytest.param("note", "one\r\ntwo", {"note": "one\ntwo"}, id="lines of a note"),
    ],
)
def test_reads_what_was_typed(name, text, expected):
    assert document({name: text}) == expected


@pytest.mark.parametrize(
    "text", ["x", "4,5", "4.5", "４", "٤", "1e1", "0x1", "1_0", "+4", "NaN", "4 5"]
)
@pytest.mark.parametrize("name", [name for name, f in FIELDS.items() if f.leaf.type is int])
def test_what_is_not_a_whole_number_stays_the_text_it_is(name, text):
    problems = refused_at(document({name: text}), FIELDS[name].path)
    assert [p["code"] for p in problems] == ["int_type"]


@pytest.mark.parametrize("text", ["x", "36,5", "３６", "3e1", "nan", "inf", ".5", "36."])
@pytest.mark.parametrize("name", [name for name, f in FIELDS.items() if f.leaf.type is float])
def test_what_is_not_a_number_stays_the_text_it_is(name, text):
    problems = refused_at(document({name: text}), FIELDS[name].path)
    assert [p["code"] for p in problems] == ["float_type"]


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=12)))
def test_whatever_is_typed_is_read_or_refused(texts):
    form = DocumentForm(LAYOUTS["visits"], {"id": str(uuid.uuid4()), **texts})
    try:
        read(VisitDocument, form.document())
    except Refused as refused:
        form.refuse(refused.problems)
        assert form.refused or form.general


@given(st.text())
def test_any_number_that_reaches_the_document_is_the_one_typed(text):
    value = document({"pain.back": text}).get("pain", {}).get("back")
    if isinstance(value, int):
        assert int(text.strip()) == value
        assert text.strip().isascii()


# --- recording ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visit_is_recorded_as_typed(cast, client_for):
    sent = typed(
        time="09:30",
        mode="in_person",
        motor__basis="gestalt",
        motor__right__grade="4-",
        motor__left__grade="5",
        motor__right__muscles__L2="4",
        motor__left__muscles__L5="not_testable=cast_or_brace",
        sensation__saddle="reduced",
        bladder__pvr_ml="120",
        bowel__not_done="no_time",
        walking__fac="3",
        pain__back="0",
        spasticity__present="no",
        vitals__temperature_c="36.8",
        note="Stands <b>better</b>.",
    )
    response = client_for(cast.therapist_a).post(url(cast.ha), sent)
    assert (response.status_code, response.url) == (302, reverse("patient", args=[cast.ha.pk]))
    visit = the_visit(sent)
    assert (visit.patient, visit.recorded_by) == (cast.ha, cast.therapist_a)
    assert visit.document() == {
        "id": visit.pk,
        "kind": "3mo",
        "date": dt.date.fromisoformat(DAY),
        "time": dt.time(9, 30),
        "mode": "in_person",
        "motor": {
            "basis": "gestalt",
            "right": {"grade": "4-", "muscles": {"L2": 4}},
            "left": {"grade": "5", "muscles": {"L5": {"not_testable": "cast_or_brace"}}},
        },
        "sensation": {"saddle": "reduced"},
        "bladder": {"pvr_ml": 120},
        "bowel": {"not_done": "no_time"},
        "walking": {"fac": 3},
        "pain": {"back": 0},
        "spasticity": {"present": False},
        "vitals": {"temperature_c": 36.8},
        "note": "Stands <b>better</b>.",
    }


@pytest.mark.django_db
def test_warnings_are_shown_and_do_not_block(cast, client_for):
    sent = typed(motor__basis="gestalt", motor__right__grade="0", motor__left__grade="4")
    response = client_for(cast.physician_a).post(url(cast.ha), sent, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert the_visit(sent).motor_right_grade == "0"
    assert told[0] == "The visit is recorded."
    assert told[1].startswith("Please check: Right leg: MRC grade. Grade 0, but 3 on")


@pytest.mark.django_db
def test_a_warning_names_windows_in_words(cast, client_for):
    response = client_for(cast.physician_a).post(url(cast.ha), typed(kind="6mo"), follow=True)
    told = " ".join(str(message) for message in response.context["messages"])
    assert "belongs to 3 months, not 6 months" in told


@pytest.mark.django_db
def test_sent_twice_is_recorded_once(cast, client_for):
    sent, client = typed(pain__back="3"), client_for(cast.physician_a)
    before = Visit.objects.count()
    answers = [client.post(url(cast.ha), sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert Visit.objects.count() == before + 1
    assert AuditEvent.objects.filter(action="visit.record", record_id=sent["id"]).count() == 1


@pytest.mark.django_db
def test_the_same_form_with_other_content_changes_nothing(cast, client_for):
    sent, client = typed(pain__back="3"), client_for(cast.physician_a)
    client.post(url(cast.ha), sent)
    response = client.post(url(cast.ha), sent | {"pain.back": "8"})
    assert response.status_code == 409
    assert "already been saved" in response.content.decode()
    assert controls(response)["pain.back"] == "8"
    assert the_visit(sent).pain_back == 3


@pytest.mark.django_db
def test_an_id_used_for_another_patient_tells_nothing_of_them(cast, client_for):
    sent = typed()
    client_for(cast.physician_b).post(url(cast.brandt), sent)
    response = client_for(cast.physician_a).post(url(cast.ha), sent)
    assert response.status_code == 409
    assert "Brandt" not in response.content.decode()
    assert the_visit(sent).patient == cast.brandt


@pytest.mark.django_db
def test_fields_the_form_does_not_have_never_reach_the_document(cast, client_for):
    smuggled = {"patient": str(cast.ji.pk), "recorded_by": "1", "motor.right.temper": "bad"}
    sent = typed() | smuggled | {"version": "7", "entered_in_error": "yes", "timing": "{}"}
    assert client_for(cast.physician_a).post(url(cast.ha), sent).status_code == 302
    visit = the_visit(sent)
    assert visit.document().keys() == {"id", "kind", "date"}
    assert (visit.patient, visit.version, visit.entered_in_error) == (cast.ha, 1, False)


# --- refusing -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("motor.right.grade", "6", "“6” is not an answer", id="grade 6"),
        pytest.param("motor.right.grade", "x", "“x” is not an answer", id="grade x"),
        pytest.param("motor.left.grade", "4.5", "“4.5” is not an answer", id="grade 4.5"),
        pytest.param("motor.left.muscles.S1", "6", "at most 5", id="muscle 6"),
        pytest.param("motor.left.muscles.S1", "4.5", "not a whole number", id="muscle 4.5"),
        pytest.param("motor.left.muscles.S1", "4-", "not a whole number", id="muscle 4-"),
        pytest.param("motor.left.muscles.S1", "not_testable=no", "not an answer", id="no reason"),
        pytest.param("pain.back", "11", "at most 10", id="pain 11"),
        pytest.param("pain.back", "-1", "at least 0", id="pain below 0"),
        pytest.param("bladder.pvr_ml", "４０", "“４０” is not a whole number", id="full width"),
        pytest.param("vitals.temperature_c", "36,5", "“36,5” is not a number", id="comma"),
        pytest.param("vitals.temperature_c", "50", "at most 45", id="too hot"),
        pytest.param("pain.neuropathic", "maybe", "choose yes or no", id="maybe"),
        pytest.param("date", str(TODAY + dt.timedelta(days=2)), "in the future", id="future"),
        pytest.param("date", "1930-01-01", "before the patient was born", id="before birth"),
        pytest.param("date", "2026-02-30", "year-month-day", id="no such day"),
        pytest.param("date", "", "Give the date", id="no date"),
        pytest.param("kind", "", "This is needed", id="no kind"),
        pytest.param("kind", "pre_op", "cannot be after the operation", id="pre-op after it"),
        pytest.param("time", "25:00", "hours:minutes", id="no such hour"),
    ],
)
def test_refused_beside_the_field_and_in_the_summary(cast, client_for, name, text, message):
    sent = typed(pain__back="3") | {name: text}
    response = client_for(cast.physician_a).post(url(cast.ha), sent)
    shown = name if name != "kind" or text == "" else "date"
    assert response.status_code == 422
    assert message in error_beside(response, shown)
    assert f'<a href="#{FIELDS[shown].id}">' in response.content.decode()
    assert not Visit.objects.filter(pk=sent["id"]).exists()
    assert controls(response)[name] == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        pytest.param(
            {"pain__back": "3", "pain__not_done": "declined"}, "pain.not_done", id="done and not"
        ),
        pytest.param(
            {"motor__right__grade": "3", "motor__right__not_testable": "pain"},
            "motor.right.not_testable",
            id="graded and not testable",
        ),
        pytest.param(
            {"mode": "remote", "motor__right__grade": "3"}, "motor.not_done", id="remote grade"
        ),
        pytest.param(
            {"vitals__systolic_lying": "80", "vitals__diastolic_lying": "90"},
            "vitals.diastolic_lying",
            id="pressures swapped",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_at_a_field(cast, client_for, fields, beside):
    response = client_for(cast.physician_a).post(url(cast.ha), typed(**fields))
    assert response.status_code == 422
    assert error_beside(response, beside)


@pytest.mark.django_db
def test_everything_typed_is_kept(cast, client_for):
    texts = {
        name: f'{number} "quoted" <i>&amp; 한글 {name}'
        for number, name in enumerate(FIELDS)
        if name != "kind"
    }
    sent = {"id": str(uuid.uuid4()), "kind": "", **texts}
    response = client_for(cast.physician_a).post(url(cast.ha), sent)
    assert response.status_code == 422
    assert controls(response) == sent


@pytest.mark.django_db
def test_a_form_without_its_id_is_refused(cast, client_for):
    response = client_for(cast.physician_a).post(url(cast.ha), typed() | {"id": "1"})
    assert response.status_code == 422
    assert "Give the id as a UUID" in response.content.decode()


@pytest.mark.django_db
def test_a_part_with_an_error_is_unfolded(cast, client_for):
    response = client_for(cast.physician_a).post(url(cast.ha), typed(vitals__heart_rate="x"))
    assert re.search(r"<details class=\"card\" open>\s*<summary>Vital signs", response.text)


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("physician_a", 200),
        ("therapist_a", 200),
        ("surgeon_a", 200),
        ("physician_b", 404),
        ("administrator_a", 404),
        ("patient_user", 403),
        ("sees", 403),
        ("sees_and_reports", 403),
        ("reports", 404),
        ("revoked", 404),
        ("expired", 404),
    ],
)
def test_who_may_record_a_visit(cast, client_for, who, status):
    client, sent = client_for(cast.users[who]), typed()
    assert client.get(url(cast.ha)).status_code == status
    assert client.post(url(cast.ha), sent).status_code == (302 if status == 200 else status)
    assert Visit.objects.filter(pk=sent["id"]).exists() == (status == 200)


@pytest.mark.django_db
def test_a_surgeon_records_only_where_they_operate(cast, client_for):
    assert client_for(cast.surgeon_a).get(url(cast.ji)).status_code == 404


@pytest.mark.django_db
def test_a_stranger_and_a_missing_patient_answer_alike(cast, client_for):
    client = client_for(cast.physician_b)
    missing = reverse("visit-new-full", args=[uuid.uuid4()])
    for ask in (client.get, client.post):
        hidden, absent = ask(url(cast.ha)), ask(missing)
        assert (hidden.status_code, hidden.content) == (404, absent.content)


@pytest.mark.django_db
def test_nobody_signed_in_is_asked_to_sign_in(cast, client_for):
    response = client_for(None).get(url(cast.ha))
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_not_taken(cast):
    client, sent = Client(enforce_csrf_checks=True), typed()
    client.force_login(cast.physician_a)
    response = client.post(url(cast.ha), sent)
    assert response.status_code == 403
    assert "Nothing was recorded" in response.content.decode()


@pytest.mark.django_db
def test_the_patient_is_named_with_two_identifiers(cast, client_for):
    page = client_for(cast.physician_a).get(url(cast.ha)).content.decode()
    banner = re.sub(r"<[^>]*>|\s+", " ", page.partition("<h1>New visit</h1>")[2])[:200]
    assert re.findall(r"Ha |A-001|1947", banner) == ["Ha ", "A-001", "1947"]


@pytest.mark.django_db
def test_showing_the_form_is_audited(cast, client_for):
    client_for(cast.physician_a).get(url(cast.ha))
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by, event.patient_id) == (
        "patient.view",
        cast.physician_a,
        cast.ha.pk,
    )


@pytest.mark.django_db
def test_the_form_costs_a_few_queries(cast, client_for, django_assert_max_num_queries):
    client = client_for(cast.physician_a)
    with django_assert_max_num_queries(7):
        client.get(url(cast.ha))
