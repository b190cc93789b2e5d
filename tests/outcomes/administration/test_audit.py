"""The audit trail as an administrator reads it, and who opened a record as its patient does."""

import ast
import csv
import io
import re
import uuid
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from outcomes import event_words
from outcomes.kinds import KINDS
from outcomes.pages.administration import audit as page_module
from patients import audit, trail
from patients.documents.base import Refused, read
from patients.documents.people import PatientDocument
from patients.models import AuditEvent, Membership, Record
from patients.models.columns import leaves
from patients.querysets import hideable
from patients.roles import Role
from tests.api.client import Api, new_id, path
from tests.outcomes.administration.test_pages import at, errors, text
from tests.support.cast import enrol, staff
from tests.support.telling import tells

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_language_after():
    with translation.override("en"):
        yield


@pytest.fixture
def admin(cast, client_for):
    return client_for(cast.administrator_a)


def rows(answer):
    """The events as shown: when, who and role, what, patient, version, request."""
    body = answer.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    return [
        [" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
         for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]  # fmt: skip


def told(answer):
    return [(row[1], row[2], row[3]) for row in rows(answer)]


# --- what is shown ------------------------------------------------------------------------------
def test_events_in_words_newest_first(cast, admin):
    Api(cast.physician_a).get(path(cast.ha))
    Api(cast.physician_a).get("patients/?limit=2")
    Api(cast.therapist_a).post(path(cast.ha, "medications"), {"id": new_id(), "drug": "x"})
    Api(cast.physician_b).get(path(cast.ha))
    answer = admin.get(at("-audit"))
    assert told(answer)[:4] == [
        ("physician_b", "Was refused", "A-001"),
        ("therapist_a Therapist", "Was refused", "A-001"),
        ("physician_a Physician", "Looked at a list of patients", "2 patients"),
        ("physician_a Physician", "Opened the record", "A-001"),
    ]
    assert "Times of Asia/Seoul" in text(answer)
    assert told(admin.get(at("-audit")))[0] == (
        "administrator_a Administrator", "Looked at the audit trail", "",
    )  # fmt: skip


def test_a_change_says_whose_and_a_write_its_version(cast, admin):
    admin.post(at("-person", user_id=cast.therapist_a.pk), {"do": "disable"})
    shown = rows(admin.get(at("-audit")))
    assert shown[0][2] == "Disabled a sign-in: therapist_a"
    event = AuditEvent.objects.get(action="staff.disable")
    assert shown[0][5] == str(event.request_id)
    recorded = next(row for row in shown if row[2] == "Recorded a visit")
    assert recorded[4] == "1"


def test_what_happens_at_another_site_is_not_shown(cast, admin):
    Api(cast.physician_b).get(path(cast.brandt))
    audit.record(by=cast.physician_b, action="sign_in.done")
    audit.record(by=None, action="site.amend", site=cast.berlin)
    both = staff("both_sites", cast.seoul, Role.PHYSICIAN)
    Membership.objects.create(user=both, site=cast.berlin, role=Role.PHYSICIAN)
    Api(both).get(path(cast.brandt))
    page = text(admin.get(at("-audit")))
    assert "B-001" not in page
    assert "physician_b" not in page
    assert not [row for row in told(admin.get(at("-audit"))) if row[0].startswith("both_sites")]


def test_what_our_staff_were_refused_elsewhere_is_shown_without_the_patient(cast, admin):
    Api(cast.physician_a).get(path(cast.brandt))
    Api(cast.physician_a).get(path(new_id()))
    refused = ("physician_a Physician", "Was refused", "None of your sites")
    assert told(admin.get(at("-audit")))[:2] == [refused, refused]


@pytest.mark.parametrize("action", ["patient.list", "patient.bulk_record", "comparison.view"])
def test_an_event_of_several_patients_counts_those_of_ones_sites(cast, admin, action):
    audit.record(
        by=cast.physician_a, action=action,
        patient_ids=[cast.ha.pk, cast.brandt.pk, uuid.uuid4()],
    )  # fmt: skip
    assert told(admin.get(at("-audit")))[0][2] == "1 patient"


def test_patients_and_caregivers_have_no_name(cast, admin):
    for user in (cast.patient_user, cast.sees):
        user.first_name, user.last_name = "Canary", "Name"
        user.save()
        Api(user).get(path(cast.ha))
    answer = admin.get(at("-audit"))
    assert told(answer)[:2] == [
        ("Not staff Caregiver", "Opened the record", "A-001"),
        ("Not staff Patient", "Opened the record", "A-001"),
    ]
    assert "Canary" not in text(answer)


def test_the_role_is_the_one_held_at_the_time(cast, admin):
    Api(cast.therapist_a).get(path(cast.ha))
    where = at("-person", user_id=cast.therapist_a.pk)
    admin.post(where, {"do": "roles", "roles": ["physician"]})
    Api(cast.therapist_a).get(path(cast.ha))
    seen = [row[0] for row in told(admin.get(at("-audit") + "?kind=seen"))]
    assert seen[:2] == ["therapist_a Physician", "therapist_a Therapist"]


def test_a_sign_in_of_nobody_known_is_shown_to_every_administrator(cast, admin, client):
    client.post(reverse("account_login"), {"login": "guess", "password": "guess"})
    assert told(admin.get(at("-audit")))[0] == ("Nobody known", "Sign-in failed", "")


# --- filters and pages --------------------------------------------------------------------------
def test_filters(cast, admin):
    Api(cast.physician_a).get(path(cast.ha))
    Api(cast.physician_a).get(path(cast.ji))
    Api(cast.surgeon_a).get(path(cast.ji))
    where = at("-audit")
    by = f"?who={cast.surgeon_a.pk}"
    assert {row[0] for row in told(admin.get(where + by))} == {"surgeon Surgeon"}
    of = {row[2] for row in told(admin.get(where + "?patient=A-002"))}
    assert of == {"A-002"}
    assert told(admin.get(where + "?kind=refused&patient=A-002")) == [
        ("surgeon Surgeon", "Was refused", "A-002")
    ]
    today = timezone.now().astimezone(ZoneInfo(cast.seoul.time_zone)).date()
    assert told(admin.get(f"{where}?from={today}&to={today}&kind=refused"))
    assert "No event fits." in text(admin.get(f"{where}?to=2020-01-01"))


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("who=999999", "who", "Choose one of the list."),
        ("who=x", "who", "Choose one of the list."),
        ("kind=x", "kind", "Choose one of the list."),
        ("patient=B-001", "patient", "No patient of your sites has this study number: check it."),
        ("patient=nobody", "patient", "No patient of your sites has this study number: check it."),
        ("from=yesterday", "from", "Write the day as year-month-day, for example 2026-03-01."),
        ("from=2026-02-30", "from", "Write the day as year-month-day, for example 2026-03-01."),
        ("to=0001-01-01", "to", "Write the day as year-month-day, for example 2026-03-01."),
        ("from=2026-02-02&to=2026-02-01", "to", "This is before the first day: exchange the two."),
    ],
)
@pytest.mark.parametrize("name", ["-audit", "-audit-download"])
def test_a_filter_that_cannot_be_used_says_so_beside_the_field(admin, query, field, said, name):
    answer = admin.get(f"{at(name)}?{query}")
    assert answer.status_code == 422
    assert errors(answer) == {field: said}
    assert "<tbody>" not in answer.content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "١"])
def test_a_page_that_begins_nowhere_begins_at_the_newest(admin, before):
    assert len(rows(admin.get(f"{at('-audit')}?before={before}"))) > 1


def test_paging_shows_every_event_once_and_costs_the_same_everywhere(cast, admin):
    for _number in range(page_module.PAGE_SIZE * 2):
        audit.record(by=cast.therapist_a, action="patient.view", patient_id=cast.ha.pk)
    where, seen, costs = at("-audit") + f"?who={cast.therapist_a.pk}", [], []
    while where:
        with CaptureQueriesContext(connection) as queries:
            answer = admin.get(where)
        costs.append(len(queries))
        seen += rows(answer)
        older = re.search(r'href="\?([^"]*before=\d+)"', answer.content.decode())
        where = older and f"{at('-audit')}?{unescape(older[1])}"
    expected = AuditEvent.objects.filter(by=cast.therapist_a).count()
    assert len(seen) == expected >= page_module.PAGE_SIZE * 2
    assert len(set(costs)) == 1


# --- CSV ----------------------------------------------------------------------------------------
def download(admin, query=""):
    answer = admin.get(at("-audit-download") + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_filtered_view_as_csv_is_audited_and_runs_nothing(cast, admin):
    user = staff("evil", cast.seoul, Role.THERAPIST, first_name="=HYPERLINK(1)", last_name="x")
    Api(user).get(path(cast.ha))
    header, *lines = download(admin, f"?who={user.pk}")
    assert header[:5] == ["When", "Who", "Role", "What", "Patient"]
    assert [line[1:5] for line in lines] == [
        ["'=HYPERLINK(1) x", "Therapist", "Opened the record", "A-001"]
    ]
    assert AuditEvent.objects.order_by("pk").last().action == "audit.export"


def test_the_download_is_capped_and_says_so(cast, admin, monkeypatch):
    monkeypatch.setattr(page_module, "CSV_ROWS", 3)
    lines = download(admin)
    assert len(lines) == 1 + 3 + 1
    assert lines[-1] == ["Only the newest 3 events are here: narrow the filter for the others."]
    assert len(download(admin, "?kind=audit")) == 2, "not capped, not said"


# --- no clinical content ------------------------------------------------------------------------
# texts that the laboratory's rules read: no canary fits
READ_BY_RULES = {("analyte",), ("value",), ("unit",), ("specimen_at",)}


def with_canaries(shape, document):
    """The document with a canary in every free text that takes one, and where they are."""
    planted = []
    for leaf in leaves(shape):
        if leaf.type is not str or leaf.choices or leaf.path in READ_BY_RULES:
            continue
        changed = put(document, leaf.path, f"Xyzzy{len(planted)}")
        try:
            read(shape, changed)
        except Refused:
            continue
        document = changed
        planted.append(".".join(leaf.path))
    return document, planted


def put(document, steps, value):
    first, *rest = steps
    inner = document.get(first, {})
    return document | {first: put(inner, rest, value) if rest else value}


def test_a_canary_in_every_text_of_a_record_reaches_no_administrators_page(cast, admin):
    from tests.test_access_matrix import a_document

    api, planted = Api(cast.physician_a), []
    person = {"id": new_id(), "study_number": "A-777", "birth_date": "1944-03-17"}
    person, texts = with_canaries(PatientDocument, person)
    person["study_number"] = "A-777"
    assert {"name", "record_number"} <= set(texts)
    assert api.post("patients/", person).status == 201
    recorded = {}
    for kind in KINDS:
        document, texts = with_canaries(kind.shape, a_document(kind.path, recorded))
        document["id"] = recorded[kind.path] = new_id()
        answer = api.post(path(person["id"], kind.path), document)
        assert answer.status == 201, (kind.path, answer.raw.content)
        planted += texts
    where = f"visits/{recorded['visits']}/"
    body = {"note": "Xyzzy", "reason": "Xyzzy"}
    assert api.patch(where, body, if_match="*").status == 200
    assert len(planted) > 20, "the record is full of them"
    assert {"note", "laboratory", "verbatim", "findings"} & set(planted)
    users = cast.patient_user, cast.sees, cast.revoked
    for user in users:
        user.first_name = user.last_name = user.email = "Xyzzy"
        user.save()
    pages = [at(), at("-site"), at("-staff"), at("-person-new"), at("-thresholds"), at("-audit"),
             at("-audit") + "?patient=A-777", at("-audit") + "?kind=written",
             at("-audit-download"), at("-person", user_id=cast.physician_a.pk),
             at("-threshold", key="crp >")]  # fmt: skip
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code == 200
        found = answer.content.decode()
        assert "xyzzy" not in found.lower(), page
        assert not tells(found, "1944"), page
        assert "1944-03" not in found, page
        assert person["id"] not in found, page
    assert "A-777" in text(admin.get(at("-audit")))


# --- words --------------------------------------------------------------------------------------
def actions_in_the_code():
    """Every action that some module records, as far as it stands there as a plain text."""
    for file in Path(".").glob("[apo]*/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.keyword) or node.arg != "action":
                continue
            if isinstance(node.value, ast.Constant) and "." in str(node.value.value):
                yield node.value.value


def test_every_action_has_words():
    found = {action for action in actions_in_the_code() if isinstance(action, str)}
    assert "patient.view" in found
    models = [m for m in apps.get_models() if issubclass(m, Record)]
    found |= {f"{m._meta.model_name}.{verb}" for m in models for verb in ("record", "amend")}
    found |= {f"{model._meta.model_name}.share" for model in hideable()}
    found |= {f"{kind.name}.{verb}" for kind in KINDS for verb in ("view", "list")}
    found |= {"dose.view", "figure.recovery", "denied.get"}
    wordless = {action for action in found if event_words.known(action) is None}
    assert wordless == set(), "give these words in outcomes/event_words.py"


def test_an_action_without_words_is_shown_by_its_code(cast, admin):
    audit.record(by=cast.physician_a, action="moon.land")
    assert told(admin.get(at("-audit")))[0][1] == "Other: moon.land"


# --- who looked at me ---------------------------------------------------------------------------
def access(client, patient, query=""):
    return client.get(reverse("patient-access", args=[patient.pk]) + query)


def test_the_patient_reads_who_opened_and_changed_the_record(cast, client_for):
    Api(cast.physician_a).get(path(cast.ha))
    Api(cast.sees).get(path(cast.ha))
    Api(cast.physician_b).get(path(cast.ha))
    client = client_for(cast.patient_user)
    client.get(reverse("phone-recovery", args=[cast.ha.pk]))
    answer = access(client, cast.ha)
    assert [row[1:] for row in rows(answer)][:3] == [
        ["You Patient", "Opened the recovery in plain words"],
        ["Caregiver", "Opened the record"],
        ["physician_a Physician", "Opened the record"],
    ]
    page = text(answer)
    assert "physician_b" not in page, "who was refused opened nothing"
    assert ["physician_a Physician", "Recorded a visit"] in [row[1:] for row in rows(answer)]
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.action, event.patient_id) == ("patient.access", cast.ha.pk)


def test_it_names_no_other_patient_and_nothing_technical(cast, client_for):
    Api(cast.physician_a).get(path(cast.ji))
    answer = access(client_for(cast.patient_user), cast.ha)
    request = AuditEvent.objects.filter(patient_id=cast.ha.pk).last().request_id
    assert "A-002" not in text(answer)
    assert str(request) not in text(answer)


def test_the_patient_page_leads_there_for_those_who_may(cast, client_for):
    link = reverse("patient-access", args=[cast.ha.pk])
    for user, leads in ((cast.physician_a, True), (cast.patient_user, True), (cast.sees, False)):
        name = "patient" if user == cast.physician_a else "phone-written"
        page = client_for(user).get(reverse(name, args=[cast.ha.pk])).content.decode()
        assert (link in page) == leads
        assert access(client_for(user), cast.ha).status_code == (200 if leads else 403)


def test_many_events_are_paged_at_constant_cost(cast, client_for):
    for _number in range(60):
        audit.record(by=cast.therapist_a, action="patient.view", patient_id=cast.ha.pk)
    client = client_for(cast.physician_a)
    with CaptureQueriesContext(connection) as first:
        answer = access(client, cast.ha)
    older = re.search(r"\?before=\d+", answer.content.decode())[0]
    with CaptureQueriesContext(connection) as second:
        rest = access(client, cast.ha, older)
    assert len(rows(answer)) == 50
    assert len(rows(rest)) >= 10
    assert len(first) == len(second)


def test_who_enrolled_a_patient_is_there(cast, client_for):
    patient = enrol("A-555", cast.seoul, cast.physician_a)
    answer = access(client_for(cast.therapist_a), patient)
    assert [row[1:] for row in rows(answer)] == [
        ["physician_a Physician", "Put someone in the care team"],
        ["physician_a Physician", "Enrolled a patient"],
    ]


def test_reading_the_trail_is_scoped_by_site(cast):
    of_berlin = trail.of_sites([cast.berlin])
    assert set(of_berlin.values_list("by__username", flat=True)) == {"physician_b"}
