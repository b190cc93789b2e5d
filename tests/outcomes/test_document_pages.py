"""Every kind of document on pages: entered as the API takes it, corrected, marked in error."""

import copy
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from api import examples
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.forms.fields import typed_from, values
from outcomes.kinds import BY_PATH, DOSE, KINDS
from outcomes.models import MedicationCourse
from outcomes.pages.headings import HEADINGS
from patients import records
from patients.documents.base import plain, read
from patients.models import (
    AuditEvent,
    CareTeamMember,
    DocumentVersion,
    Membership,
    Patient,
    Procedure,
)
from patients.records import Asked
from tests.support.alerts import answer_all
from tests.support.cast import enrol, the_cast
from tests.support.worlds import kept

EXAMPLES = examples.BY_PATH | {"doses": examples.DOSES}
ALL = {kind.path: kind for kind in (*KINDS, DOSE)}
EACH = [
    pytest.param(where, document, id=f"{where}: {name}")
    for where, documents in EXAMPLES.items()
    for name, document in documents.items()
]


@pytest.fixture(autouse=True)
def _same_language_after():
    with translation.override("en"):
        yield


# --- the tables agree with the shapes -----------------------------------------------------------
def test_every_kind_has_a_layout_and_headings():
    assert set(LAYOUTS) == {*ALL, "patients"} == set(HEADINGS)
    assert {path: LAYOUTS[path].shape for path in ALL} == {p: k.shape for p, k in ALL.items()}


@pytest.mark.parametrize("where", LAYOUTS)
def test_a_layout_names_only_fields_that_exist_and_shows_each_once(where):
    layout = LAYOUTS[where]
    known = {".".join(leaf.path) for leaf, _reason in values(layout.shape)}
    named = [name for group in layout.groups for name in group.front]
    assert set(named) <= known
    assert len(named) == len(set(named))
    shown = [field.name for field in DocumentForm(layout, {}).in_order]
    assert sorted(shown) == sorted(n for n in known if n.split(".")[0] not in layout.hidden)


@pytest.mark.parametrize("where", LAYOUTS)
def test_every_field_of_a_form_has_its_words(where):
    for field in DocumentForm(LAYOUTS[where], {}).fields:
        assert field.label


# --- what is typed becomes the document ---------------------------------------------------------
def without_lists_and_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kept = {k: without_lists_and_nulls(v) for k, v in value.items() if v is not None}
    return {k: v for k, v in kept.items() if not isinstance(v, list)}


@pytest.mark.parametrize(("where", "document"), EACH)
def test_what_would_be_typed_for_a_document_gives_that_document(where, document):
    typed = typed_from(LAYOUTS[where].shape, document) | {"id": document["id"]}
    shape = LAYOUTS[where].shape
    again = plain(read(shape, DocumentForm(LAYOUTS[where], typed).document()))
    assert again == without_lists_and_nulls(plain(read(shape, document)))


class Bedside:
    """A physician at their pages, and a patient with one record of every kind."""

    def __init__(self, cast):
        self.cast = cast
        self.patient = enrol("P-001", cast.seoul, cast.physician_a, name="Paik", birth_year=1940)
        for where, documents in examples.BY_PATH.items():
            for document in documents.values():
                kind, asked = BY_PATH[where], Asked(by=cast.physician_a, at=timezone.now())
                shape = read(kind.shape, document)
                kind.record(patient=self.patient, document=shape, asked=asked)
                answer_all(self.patient, cast.physician_a)

    def address(self, where, page, *ids):
        course = [examples.COURSE] if where == "doses" else []
        # the page of a visit has its own tests (test_visit_page.py); here the form of every field
        page = "new-full" if (where, page) == ("visits", "new") else page
        return reverse(f"{ALL[where].name}-{page}", args=[self.patient.pk, *course, *ids])

    def current(self, where):
        return ALL[where].model.objects.filter(patient=self.patient).current()


@pytest.fixture(scope="module")
def recorded(django_db_setup, django_db_blocker):
    with kept(django_db_blocker, lambda: Bedside(the_cast())) as bedside:
        yield bedside


@pytest.fixture
def bedside(db, recorded, client_for):
    bedside = copy.deepcopy(recorded)
    bedside.client = client_for(bedside.cast.physician_a)
    return bedside


@pytest.fixture
def cast(bedside):
    return bedside.cast


def fresh(where, document):
    """The same document under another id, as a browser would send it."""
    typed = typed_from(LAYOUTS[where].shape, document)
    return typed | {"id": str(uuid.uuid4())}


ONE_OF_EACH = {where: next(iter(documents.values())) for where, documents in EXAMPLES.items()}


@pytest.mark.parametrize("where", ALL)
def test_each_kind_is_entered_on_its_page_once_however_often_it_is_sent(bedside, where):
    if where == "background":
        row = bedside.current(where).get()
        asked = Asked(by=bedside.cast.physician_a, at=timezone.now())
        records.enter_in_error(row, asked=asked, reason="anew", expected=1)
    address = bedside.address(where, "new")
    assert bedside.client.get(address).status_code == 200
    sent = fresh(where, ONE_OF_EACH[where])
    before = bedside.current(where).count()
    for _ in range(2):
        answer = bedside.client.post(address, sent)
        assert answer.status_code == 302, answer.content.decode()
    assert bedside.current(where).count() == before + 1
    row = bedside.current(where).get(pk=sent["id"])
    expected = without_lists_and_nulls(
        plain(read(ALL[where].shape, ONE_OF_EACH[where] | {"id": sent["id"]}))
    )
    assert plain(read(row.SHAPE, row.document())) == expected


@pytest.mark.parametrize("where", ALL)
def test_nothing_typed_is_refused_beside_the_fields_and_kept(bedside, where):
    answer = bedside.client.post(bedside.address(where, "new"), {"note": "kept as typed"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Not saved yet" in page
    if any(field.name == "note" for field in DocumentForm(LAYOUTS[where], {}).fields):
        assert "kept as typed" in page


@pytest.mark.parametrize("where", [where for where in ALL if where != "doses"])
def test_the_list_shows_every_record_at_a_constant_cost(bedside, where):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            answer = bedside.client.get(bedside.address(where, "list"))
        assert answer.status_code == 200
        return answer.content.decode(), len(caught)

    page, before = queries()
    shown = bedside.current(where).count()
    assert page.count('class="card entry"') == min(shown, 50)
    if where != "background":
        for _ in range(2):
            bedside.client.post(bedside.address(where, "new"), fresh(where, ONE_OF_EACH[where]))
        queries()  # shows, and so forgets, what was said about the two
        assert queries()[1] == before


# --- correcting ---------------------------------------------------------------------------------
def correction(bedside, where, row, **more):
    """What the browser sends when the form that was shown is saved."""
    typed = typed_from(LAYOUTS[where].shape, row.document())
    return typed | {"version": str(row.version), "key": str(uuid.uuid4()), **more}


@pytest.mark.parametrize("where", ALL)
def test_a_correction_keeps_what_is_not_touched_and_the_earlier_version(bedside, where):
    for row in bedside.current(where):
        address = bedside.address(where, "change", row.pk)
        assert bedside.client.get(address).status_code == 200
        sent = correction(bedside, where, row, why="a slip")
        before = row.document()
        for _ in range(2):
            answer = bedside.client.post(address, sent)
            assert answer.status_code == 302, answer.content.decode()
        row.refresh_from_db()
        assert (row.version, row.document()) == (2, before)
        versions = DocumentVersion.objects.filter(record_id=row.pk)
        assert list(versions.order_by("version").values_list("reason", flat=True)) == ["", "a slip"]


@pytest.mark.parametrize("where", ALL)
def test_a_correction_needs_a_reason(bedside, where):
    row = bedside.current(where).first()
    answer = bedside.client.post(
        bedside.address(where, "change", row.pk), correction(bedside, where, row, why=" ")
    )
    assert answer.status_code == 422
    assert "Say why the record is being changed." in answer.content.decode()


@pytest.mark.parametrize("where", ALL)
def test_entered_in_error_leaves_the_lists_and_stays_in_history(bedside, where):
    row = bedside.current(where).first()
    address = bedside.address(where, "change", row.pk)
    sent = correction(bedside, where, row, why="wrong patient", in_error="1")
    assert bedside.client.post(address, sent).status_code == 302
    assert not bedside.current(where).filter(pk=row.pk).exists()
    assert DocumentVersion.objects.get(record_id=row.pk, version=2).reason == "wrong patient"
    assert bedside.client.get(address).status_code == 404
    if where != "doses":
        page = bedside.client.get(bedside.address(where, "list")).content.decode()
        assert "Entered in error" in page


def test_two_who_correct_the_same_record_compare_before_anything_is_lost(bedside):
    row = bedside.current("procedures").get(pk=examples.DECOMPRESSION)
    address = bedside.address("procedures", "change", row.pk)
    mine = correction(bedside, "procedures", row, why="my view", adhesion="mild")
    theirs = correction(bedside, "procedures", row, why="their view", adhesion="moderate")
    assert bedside.client.post(address, theirs).status_code == 302
    answer = bedside.client.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Someone changed this while you were typing" in page
    assert "<td>Moderate</td><td>Mild</td>" in page
    assert 'name="version" value="2"' in page
    again = mine | {"version": "2"}
    assert bedside.client.post(address, again).status_code == 302
    assert Procedure.objects.get(pk=row.pk).adhesion == "mild"


def test_what_was_not_touched_takes_what_is_stored_now(bedside):
    """Only what both changed is compared; nobody undoes the other by not looking."""
    row = bedside.current("procedures").get(pk=examples.DECOMPRESSION)
    address = bedside.address("procedures", "change", row.pk)
    mine = correction(bedside, "procedures", row, why="the note", note="mine")
    theirs = correction(bedside, "procedures", row, why="no durotomy", durotomy="no")
    assert bedside.client.post(address, theirs).status_code == 302
    answer = bedside.client.post(address, mine)
    assert answer.status_code == 412
    differing = [change.label for change in answer.context["changes"]]
    assert differing == ["Note"]
    form = answer.context["form"]
    again = {f.name: f.typed for f in form.fields} | {"version": "2", "why": "the note"}
    assert bedside.client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert (row.durotomy, row.note) == ("no", "mine")


ODD = {
    "a version of many digits": {"version": "9" * 5000, "why": "x"},
    "a version in other digits": {"version": "١", "why": "x"},
    "a key that is none": {"version": "1", "key": "x\x00y", "why": "x"},
    "a reason with a null character": {"version": "1", "why": "x\x00y"},
    "an endless reason": {"version": "1", "why": "x" * 5000},
}


@pytest.mark.parametrize("sent", ODD.values(), ids=ODD)
def test_odd_input_of_a_change_is_refused_or_taken_but_never_an_error(bedside, sent):
    row = bedside.current("milestones").first()
    address = bedside.address("milestones", "change", row.pk)
    answer = bedside.client.post(address, correction(bedside, "milestones", row) | sent)
    assert answer.status_code in {302, 412, 422}


def test_nobody_takes_a_key_that_the_product_needs_itself(bedside):
    """A transfer ends the following under a key of its own, made of the patient's id."""
    row = bedside.current("milestones").first()
    patient = enrol("P-002", bedside.cast.seoul, bedside.cast.physician_a, birth_year=1941)
    taken = correction(bedside, "milestones", row, why="x", key=f"{patient.pk} 2")
    address = bedside.address("milestones", "change", row.pk)
    assert bedside.client.post(address, taken).status_code == 302
    sent = fresh("transfers", ONE_OF_EACH["transfers"])
    where = reverse("transfer-new", args=[patient.pk])
    assert bedside.client.post(where, sent).status_code == 302
    patient.refresh_from_db()
    assert patient.status == "transferred"


def test_a_second_click_on_entered_in_error_gets_the_first_answer(bedside):
    row = bedside.current("milestones").first()
    address = bedside.address("milestones", "change", row.pk)
    sent = correction(bedside, "milestones", row, why="twice", in_error="1")
    assert [bedside.client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert DocumentVersion.objects.filter(record_id=row.pk).count() == 2


def test_a_patient_records_consent_and_leaves_the_clinics_words_alone(bedside, client_for):
    """Withdrawing is a decision of its own; what the clinic recorded stays."""
    user = bedside.cast.patient_user
    patient = bedside.cast.ha
    clinic, own = (
        fresh("consents", ONE_OF_EACH["consents"]),
        fresh("consents", ONE_OF_EACH["consents"] | {"decision": "withdrawn"}),
    )
    new = reverse("consent-new", args=[patient.pk])
    assert bedside.client.post(new, clinic).status_code == 302
    theirs = client_for(user)
    assert theirs.post(new, own).status_code == 302
    for sent, status in ((clinic, 422), (own, 302)):
        row = BY_PATH["consents"].model.objects.get(pk=sent["id"])
        change_it = reverse("consent-change", args=[patient.pk, row.pk])
        typed = correction(bedside, "consents", row, why="no", in_error="1")
        assert theirs.post(change_it, typed).status_code == status


def test_an_operation_is_corrected_after_its_surgeon_has_left(bedside):
    row = bedside.current("procedures").get(pk=examples.DECOMPRESSION)
    Membership.objects.filter(user=bedside.cast.surgeon_a).update(active=False)
    sent = correction(bedside, "procedures", row, why="a slip", adhesion="mild")
    address = bedside.address("procedures", "change", row.pk)
    assert bedside.client.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert (row.adhesion, row.operator) == ("mild", bedside.cast.surgeon_a)


def test_a_record_is_only_changed_under_its_own_patient(bedside):
    row = bedside.current("procedures").first()
    elsewhere = reverse("procedure-change", args=[bedside.cast.ha.pk, row.pk])
    assert bedside.client.get(elsewhere).status_code == 404
    dose = bedside.current("doses").first()
    other = MedicationCourse.objects.exclude(pk=dose.course_id).filter(patient=bedside.patient)
    wrong = reverse("dose-change", args=[bedside.patient.pk, other.first().pk, dose.pk])
    assert bedside.client.get(wrong).status_code == 404


# --- the surgeon who operated -------------------------------------------------------------------
def test_naming_the_surgeon_opens_the_record_and_taking_it_back_closes_it(bedside):
    row = bedside.current("procedures").exclude(kind="cement").filter(surgeon=None).first()
    surgeon = bedside.cast.surgeon_a
    first = bedside.current("procedures").get(pk=examples.DECOMPRESSION)
    assert first.operator == surgeon
    for chosen, seen in (("", False), (surgeon.username, True)):
        first.refresh_from_db()
        sent = correction(bedside, "procedures", first, why="who", surgeon=chosen)
        address = bedside.address("procedures", "change", first.pk)
        assert bedside.client.post(address, sent).status_code == 302
        visible = Patient.objects.visible_to(surgeon).filter(pk=bedside.patient.pk)
        assert visible.exists() is seen
    sent = correction(bedside, "procedures", row, why="who", surgeon="physician_a")
    answer = bedside.client.post(bedside.address("procedures", "change", row.pk), sent)
    assert answer.status_code == 422
    assert "No surgeon of this site signs in by this name" in answer.content.decode()


# --- the person, following, care team -----------------------------------------------------------
ENROL = "/patients/new/"


def person(**typed):
    return {"id": str(uuid.uuid4()), "study_number": "N-001", "name": "Noh"} | typed


def test_enrolling_a_person(cast, client_for):
    client, sent = client_for(cast.physician_a), person(birth_date="1941-05-02", sex="female")
    assert client.get(ENROL).status_code == 200
    for _ in range(2):
        assert client.post(ENROL, sent).status_code == 302
    patient = Patient.objects.get(study_number="N-001")
    assert (patient.site, patient.origin, patient.status) == (cast.seoul, "registry", "active")
    assert CareTeamMember.objects.filter(patient=patient, user=cast.physician_a).count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param({"study_number": ""}, "This is needed.", id="no number"),
        pytest.param({"study_number": "A-001"}, "already used", id="a number in use"),
        pytest.param({"birth_date": "2199-01-01"}, "in the future", id="born in the future"),
        pytest.param(
            {"birth_date": "1941-05-02", "birth_year": "1941"}, "Give one of", id="born twice"
        ),
    ],
)
def test_an_enrolment_that_cannot_be(cast, client_for, typed, told):
    answer = client_for(cast.physician_a).post(ENROL, person(**typed))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "Noh" in answer.content.decode()


def test_who_works_at_two_hospitals_says_which(cast, client_for):
    Membership.objects.create(user=cast.physician_a, site=cast.berlin, role="physician")
    client = client_for(cast.physician_a)
    answer = client.post(ENROL, person())
    assert answer.status_code == 422
    assert "Choose the site" in answer.content.decode()
    assert client.post(ENROL, person(site="berlin")).status_code == 302
    assert Patient.objects.get(study_number="N-001").site == cast.berlin


def change(patient, **typed):
    return {"version": str(patient.version), "key": str(uuid.uuid4()), "why": "told"} | typed


def test_a_death_is_recorded_and_can_be_taken_back(cast, client_for):
    client, address = client_for(cast.physician_a), f"/patients/{cast.ji.pk}/following/"
    died = change(cast.ji, status="died", died_on="2026-01-31")
    assert client.post(address, died).status_code == 302
    cast.ji.refresh_from_db()
    assert (cast.ji.status, str(cast.ji.died_on), cast.ji.name) == ("died", "2026-01-31", "Ji")
    assert client.post(address, change(cast.ji, status="active")).status_code == 302
    cast.ji.refresh_from_db()
    assert (cast.ji.status, cast.ji.died_on) == ("active", None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param({"status": "died", "died_on": "2199-01-01"}, "in the future", id="future"),
        pytest.param({"status": "died", "died_on": "1930-01-01"}, "before", id="before birth"),
        pytest.param({"status": "active", "died_on": "2026-01-31"}, "status died", id="alive"),
        pytest.param({"status": ""}, "Say whether the person is followed.", id="nothing"),
    ],
)
def test_a_status_that_cannot_be(cast, client_for, typed, told):
    address = f"/patients/{cast.ji.pk}/following/"
    answer = client_for(cast.physician_a).post(address, change(cast.ji, **typed))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_correcting_the_person_keeps_what_the_form_does_not_show(cast, client_for):
    client = client_for(cast.physician_a)
    client.post(f"/patients/{cast.ji.pk}/following/", change(cast.ji, status="withdrawn"))
    cast.ji.refresh_from_db()
    sent = change(cast.ji, study_number="A-002", name="Ji Soonja", birth_year="1939")
    assert client.post(f"/patients/{cast.ji.pk}/edit/", sent).status_code == 302
    cast.ji.refresh_from_db()
    assert (cast.ji.name, cast.ji.status, cast.ji.origin) == ("Ji Soonja", "withdrawn", "registry")


def test_a_person_enrolled_in_error_leaves_every_list(cast, client_for):
    client = client_for(cast.physician_a)
    sent = change(cast.ji, in_error="1")
    assert client.post(f"/patients/{cast.ji.pk}/edit/", sent)["Location"] == "/patients/"
    assert client.get(f"/patients/{cast.ji.pk}/").status_code == 404


def test_a_transfer_ends_following_here(bedside):
    bedside.patient.refresh_from_db()
    assert bedside.patient.status == "transferred"
    reasons = DocumentVersion.objects.filter(record_id=bedside.patient.pk).order_by("version")
    assert [version.reason for version in reasons] == ["", "Care was transferred."]


def test_the_care_team_is_joined_and_left(cast, client_for):
    client, address = client_for(cast.physician_a), f"/patients/{cast.ji.pk}/team/"
    seen = Patient.objects.visible_to(cast.surgeon_a).filter(pk=cast.ji.pk)
    assert client.post(address, {"user": cast.surgeon_a.username}).status_code == 302
    assert seen.exists()
    member = CareTeamMember.objects.get(patient=cast.ji, user=cast.surgeon_a)
    for status in (302, 404):
        assert client.post(address, {"leave": str(member.pk)}).status_code == status
    assert not seen.exists()
    assert AuditEvent.objects.filter(action="care_team.leave", patient_id=cast.ji.pk).count() == 1
    for stranger in (cast.physician_b, cast.administrator_a, cast.disabled_physician_a):
        assert client.post(address, {"user": stranger.username}).status_code == 422


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "٣"])
def test_a_member_who_is_none_answers_like_any_absent_thing(cast, client_for, number):
    address = f"/patients/{cast.ji.pk}/team/"
    assert client_for(cast.physician_a).post(address, {"leave": number}).status_code == 404


# --- synthetic is said everywhere ---------------------------------------------------------------
def test_every_page_of_a_synthetic_patient_says_so(cast, client_for):
    client, patient = client_for(cast.physician_a), cast.synthetic
    pages = ["patient", "patient-change", "patient-following", "patient-team"]
    pages += [f"{kind.name}-{page}" for kind in KINDS for page in ("list", "new")]
    for page in pages:
        answer = client.get(reverse(page, args=[patient.pk]))
        assert "badge--synthetic" in answer.content.decode(), page
    for kind in KINDS:
        for row in kind.model.objects.filter(patient=patient).current()[:1]:
            answer = client.get(reverse(f"{kind.name}-change", args=[patient.pk, row.pk]))
            assert "badge--synthetic" in answer.content.decode(), kind.path
