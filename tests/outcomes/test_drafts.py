"""What is typed and not recorded: kept, private to its author, gone when it is recorded."""

import datetime as dt
import re
import uuid
from html import unescape

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api import examples
from outcomes.actions.medications import prescribe
from outcomes.documents.medication import CourseDocument
from outcomes.kinds import DOSE, KINDS
from outcomes.models import Draft, Visit
from outcomes.pages.drafting import FORMS, SALT
from outcomes.tasks import forget_drafts
from patients.documents.base import read
from patients.models import AuditEvent, CareTeamMember, Membership, User
from patients.roles import Role
from tests.support.cast import SURGERY, TODAY, now

pytestmark = pytest.mark.django_db
TYPED = {"date": str(SURGERY + dt.timedelta(days=90)), "kind": "3mo", "note": "half of it"}
NOTICE = "You began this on"


class Tab:
    """One page of one form, and what is typed in it."""

    def __init__(self, client: Client, address: str):
        self.client, self.address = client, address
        self.answer = client.get(address)
        self.html = self.answer.content.decode()
        self.hidden = {
            name: unescape(value)
            for name, value in re.findall(
                r'<input type="hidden" name="(id|key|version|slip|patient)" value="([^"]*)"',
                self.html,
            )
        }
        self.turn = 0

    @property
    def keeps_at(self) -> str:
        return re.search(r'name="slip"[^>]* data-draft="([^"]+)"', self.html)[1]

    def keep(self, **more):
        self.turn += 1
        sent = self.hidden | {"turn": str(self.turn)} | TYPED | more
        return self.client.post(self.keeps_at, sent, headers={"X-Regain-Form": "1"})

    def send(self, **more):
        return self.client.post(self.address, self.hidden | TYPED | more)


def new_visit(patient):
    return reverse("visit-new", args=[patient.pk])


@pytest.fixture
def physician(cast, client_for):
    return client_for(cast.physician_a)


@pytest.fixture
def tab(cast, physician):
    return Tab(physician, new_visit(cast.ha))


def field(html, name):
    return re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)[1]


# --- kept, shown, recorded ----------------------------------------------------------------------
def test_what_was_typed_is_shown_when_the_form_is_opened_again(cast, physician, tab):
    assert tab.keep().status_code == 204
    again = Tab(physician, new_visit(cast.ha))
    assert NOTICE in again.html
    assert "nothing of it is recorded" in again.html
    assert field(again.html, "note") == "half of it"
    assert again.hidden["id"] == tab.hidden["id"]
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()


def test_without_a_draft_nothing_is_said(tab):
    assert NOTICE not in tab.html


def test_recording_clears_the_draft_in_the_same_transaction(cast, physician, tab, monkeypatch):
    tab.keep()
    physician.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("patients.records.audit.record", fail)
        assert tab.send().status_code == 500
    assert Draft.objects.filter(key=tab.hidden["id"]).exists()
    assert tab.send().status_code == 302
    assert not Draft.objects.exists()
    assert Visit.objects.filter(pk=tab.hidden["id"]).count() == 1


def fail(**_kwargs):
    raise RuntimeError("no room for an event")


def test_the_api_recording_the_same_document_clears_it_too(cast, api, tab):
    tab.keep()
    document = {"id": tab.hidden["id"], "date": TYPED["date"], "kind": "3mo"}
    answer = api(cast.physician_a).post(
        f"/api/v1/patients/{cast.ha.pk}/visits/", document, format="json"
    )
    assert answer.status_code == 201
    assert not Draft.objects.exists()


def test_a_save_that_arrives_after_the_recording_makes_no_draft(cast, physician, tab):
    tab.send()
    late = tab.keep(note="too late")
    assert (late.status_code, late.content) == (409, b"recorded")
    assert not Draft.objects.exists()


def test_a_draft_left_behind_by_a_race_is_not_shown(cast, physician, tab):
    tab.keep()
    kept = Draft.objects.values().get()
    tab.send()
    Draft.objects.create(**{k: v for k, v in kept.items() if k != "id"})
    assert NOTICE not in Tab(physician, new_visit(cast.ha)).html
    assert "draft that is not recorded" not in physician.get(reverse("patients")).content.decode()


@pytest.mark.parametrize("turns", [(2, 1), (2, 2)], ids=["an earlier one", "the same one"])
def test_a_save_that_arrives_late_does_not_undo_a_later_one(tab, turns):
    for turn, note in zip(turns, ("later", "earlier"), strict=True):
        assert tab.keep(turn=str(turn), note=note).status_code == 204
    assert Draft.objects.get().fields["note"] == "later"


def test_another_page_does_not_overwrite_what_it_has_not_shown(cast, physician, tab):
    tab.keep()
    second = Tab(physician, new_visit(cast.ha))
    tab.keep(note="typed on after the second page was opened")
    assert second.keep(note="over it").status_code == 204, "it was shown what the first page held"
    third = tab.keep(note="the first page again")
    assert (third.status_code, third.content) == (409, b"elsewhere")
    assert Draft.objects.get().fields["note"] == "over it"
    assert tab.keep(note="the first page again", apart="1").status_code == 204
    notes = set(Draft.objects.values_list("fields__note", flat=True))
    assert notes == {"over it", "the first page again"}
    assert "Another draft of this form" in Tab(physician, new_visit(cast.ha)).html


def test_nothing_typed_is_no_draft(tab):
    blank = dict.fromkeys(TYPED, "")
    assert tab.keep(**blank).status_code == 204
    assert not Draft.objects.exists()


def test_discard_begins_anew(cast, physician, tab):
    tab.keep()
    answer = physician.post(tab.keeps_at, tab.hidden | {"discard": "1"})
    assert answer["Location"] == new_visit(cast.ha)
    again = Tab(physician, new_visit(cast.ha))
    assert NOTICE not in again.html
    assert again.hidden["id"] != tab.hidden["id"]


def test_begun_and_discarded_are_audited_and_the_saves_between_are_not(cast, physician, tab):
    for _ in range(5):
        tab.keep()
    physician.post(tab.keeps_at, tab.hidden | {"discard": "1"})
    about = AuditEvent.objects.filter(action__startswith="draft.", patient_id=cast.ha.pk)
    assert list(about.values_list("action", flat=True)) == ["draft.begin", "draft.discard"]


def test_drafts_go_after_the_days_that_the_page_names(cast, physician, tab, settings):
    tab.keep()
    for age, left in ((settings.DRAFT_DAYS * 24 - 1, 1), (settings.DRAFT_DAYS * 24 + 1, 0)):
        Draft.objects.update(saved_at=timezone.now() - dt.timedelta(hours=age))
        assert "30 days after your last change" in Tab(physician, new_visit(cast.ha)).html
        forget_drafts()
        assert Draft.objects.count() == left
    event = AuditEvent.objects.get(action="draft.forget")
    assert (event.by, event.patient_ids) == (None, [str(cast.ha.pk)])


# --- every form ---------------------------------------------------------------------------------
def test_every_form_of_a_document_keeps_drafts():
    documents = {f"{k.name}-{page}" for k in (*KINDS, DOSE) for page in ("new", "change")}
    assert set(FORMS) == documents | {
        *("visit-new-full", "diary-new", "patient-new", "patient-change", "patient-following"),
        *("medication-start", "medication-dose", "medication-stop", "medication-give"),
        *("contact", "lost"),
    }


@pytest.fixture
def course(cast):
    document = {"id": str(uuid.uuid4()), "drug": "tramadol", "start": str(SURGERY), "dose": 50.0,
                "dose_unit": "mg", "route": "intravenous"}  # fmt: skip
    prescribe(patient=cast.ha, document=read(CourseDocument, document), asked=now(cast.physician_a))
    return document["id"]


SHORT = {  # what is typed, and what records it
    "medication-start": ({"drug": "tramado"}, {"drug": "tramadol"}),
    "medication-dose": ({"dose": "10"}, {"dose": "100", "dose_unit": "mg", "start": str(TODAY)}),
    "medication-stop": ({"note": "dizz"}, {"stop": str(TODAY), "stop_reason": "side_effect"}),
    "medication-give": ({"note": "in the"}, {"date": str(TODAY), "dose": "50", "dose_unit": "mg"}),
    "contact": ({"note": "number has"}, {"chosen": "telephone:no"}),
    "lost": ({"note": "moved"}, {"chosen": "moved"}),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_short_form_is_kept_and_gone_when_it_is_recorded(cast, physician, course, name):
    of_course = name in ("medication-dose", "medication-stop", "medication-give")
    address = reverse(name, args=[cast.ha.pk, *([course] if of_course else [])])
    typed, more = SHORT[name]
    tab = Tab(physician, address)
    assert physician.post(tab.keeps_at, tab.hidden | typed).status_code == 204
    again = Tab(physician, address)
    assert NOTICE in again.html
    (value,) = typed.values()
    assert value in again.html
    assert again.hidden["id"] == tab.hidden["id"]
    assert physician.post(address, again.hidden | typed | more).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_a_new_document_of_every_kind(cast, physician, kind):
    address = reverse(f"{kind.name}-new", args=[cast.ji.pk])
    tab = Tab(physician, address)
    name = sorted(FORMS[f"{kind.name}-new"].names - {"id", "key", "version", "why", "site"})[0]
    physician.post(tab.keeps_at, tab.hidden | {name: "typed"})
    assert Draft.objects.get().fields[name] == "typed"
    assert NOTICE in Tab(physician, address).html


def test_enrolling_someone(cast, physician):
    tab = Tab(physician, reverse("patient-new"))
    assert physician.post(tab.keeps_at, tab.hidden | {"study_number": "N-77"}).status_code == 204
    assert 'value="N-77"' in Tab(physician, reverse("patient-new")).html
    assert "Enrol a patient" in physician.get(reverse("patients")).content.decode()
    assert physician.post(tab.address, tab.hidden | {"study_number": "N-77"}).status_code == 302
    assert not Draft.objects.exists()


@pytest.fixture
def correction(cast, physician):
    visit = Visit.objects.filter(patient=cast.ha).first()
    return Tab(physician, reverse("visit-change", args=[cast.ha.pk, visit.pk]))


def test_a_correction_keeps_its_reason_and_the_version_it_was_based_on(physician, correction):
    correction.keep(why="a slip")
    again = Tab(physician, correction.address)
    assert NOTICE in again.html
    assert 'name="why" type="text" maxlength="4000" value="a slip"' in again.html
    assert {k: again.hidden[k] for k in ("version", "key")} == {
        k: correction.hidden[k] for k in ("version", "key")
    }
    assert again.send(why="a slip").status_code == 302
    assert not Draft.objects.exists()
    assert NOTICE not in Tab(physician, correction.address).html


def test_a_correction_that_someone_overtook_shows_both_when_it_is_taken_up(
    cast, physician, client_for, correction
):
    correction.keep(note="mine", why="a slip")
    theirs = Tab(client_for(cast.therapist_a), correction.address)
    assert NOTICE not in theirs.html
    assert theirs.send(note="theirs", why="seen today").status_code == 302
    again = Tab(physician, correction.address)
    assert "Someone changed this while you were typing" in again.html
    assert field(again.html, "note") == "mine"
    assert "theirs" in again.html


# --- nobody else's ------------------------------------------------------------------------------
def test_nobody_else_sees_it(cast, client_for, tab):
    tab.keep(note="for my eyes")
    for user in User.objects.exclude(pk=cast.physician_a.pk):
        client = client_for(user)
        for address in (new_visit(cast.ha), reverse("patient", args=[cast.ha.pk]), "/patients/"):
            for where in (address, f"{address}?draft={tab.hidden['id']}"):
                html = client.get(where, follow=True).content.decode()
                assert "for my eyes" not in html
                assert NOTICE not in html
                assert "not recorded</h2>" not in html


def test_another_author_cannot_save_or_discard_it(cast, client_for, tab):
    tab.keep()
    other = client_for(cast.therapist_a)
    answer = other.post(tab.keeps_at, tab.hidden | TYPED | {"note": "forged", "discard": "1"})
    assert answer.status_code == 403
    assert Draft.objects.filter(author=cast.therapist_a).count() == 0
    assert Draft.objects.filter(author=cast.physician_a).exists()


def test_a_form_of_one_person_is_never_recorded_as_another(cast, client_for, tab):
    """Someone else signs in on the device while the form is open."""
    answer = client_for(cast.therapist_a).post(tab.address, tab.hidden | TYPED)
    assert answer.status_code == 403
    assert "opened by someone else" in answer.content.decode()
    assert "kept as a draft of your own" in answer.content.decode()
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()
    assert Draft.objects.get().author == cast.therapist_a


@pytest.mark.parametrize("where", ["keeps_at", "address"])
def test_what_another_sends_is_their_own_draft_and_leaves_the_authors(
    cast, physician, client_for, tab, where
):
    assert tab.keep(note="of the physician").status_code == 204
    other = client_for(cast.therapist_a)
    for note in ("a word", "more words"):
        sent = tab.hidden | TYPED | {"note": note}
        assert other.post(getattr(tab, where), sent).status_code == 403
    assert field(Tab(physician, new_visit(cast.ha)).html, "note") == "of the physician"
    theirs = Tab(other, new_visit(cast.ha))
    assert field(theirs.html, "note") == "more words"
    assert theirs.hidden["id"] != tab.hidden["id"], "each is recorded as a visit of its own"
    assert Draft.objects.count() == 2
    assert theirs.send().status_code == 302
    assert tab.send().status_code == 302
    assert Visit.objects.filter(pk__in=[theirs.hidden["id"], tab.hidden["id"]]).count() == 2


@pytest.mark.parametrize("who", ["physician_b", "patient_user"])
@pytest.mark.parametrize("where", ["keeps_at", "address"])
def test_who_may_not_record_there_keeps_nothing(cast, physician, client_for, tab, who, where):
    tab.keep(note="of the physician")
    sent = tab.hidden | TYPED | {"note": "forged"}
    answer = client_for(getattr(cast, who)).post(getattr(tab, where), sent)
    assert answer.status_code == 403
    assert "is not kept" in answer.content.decode()
    assert Draft.objects.get().fields["note"] == "of the physician"


def test_a_form_sent_without_the_senders_token_is_no_draft_of_theirs(cast, tab):
    """Another site could have made their browser send it."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.therapist_a)
    assert browser.post(tab.address, tab.hidden | TYPED).status_code == 403
    assert not Draft.objects.exists()


def test_a_new_person_is_a_draft_only_of_who_may_enrol(cast, physician, client_for):
    enrolling = Tab(physician, reverse("patient-new"))
    for user, kept in ((cast.therapist_a, 0), (cast.physician_b, 1)):
        sent = enrolling.hidden | {"name": "Someone"}
        assert client_for(user).post(enrolling.address, sent).status_code == 403
        assert Draft.objects.filter(author=user).count() == kept
    assert not Draft.objects.filter(author=cast.physician_a).exists()


def test_an_old_form_of_one_person_is_not_recorded_as_another_either(
    cast, client_for, tab, settings
):
    settings.DRAFT_SLIP_SECONDS = -1
    answer = client_for(cast.therapist_a).post(tab.address, tab.hidden | TYPED)
    assert answer.status_code == 403
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()
    assert not Draft.objects.exists()


def test_who_may_no_longer_open_the_record_no_longer_sees_their_draft(cast, physician, tab):
    tab.keep()
    CareTeamMember.objects.all().delete()
    Membership.objects.filter(user=cast.physician_a).update(active=False)
    assert physician.get(new_visit(cast.ha)).status_code == 404
    assert "half of it" not in physician.get("/patients/").content.decode()
    assert tab.keep(note="more").status_code == 404
    assert Draft.objects.get().fields["note"] == "half of it"


def test_a_stranger_keeps_nothing_and_learns_nothing(cast, client_for):
    stranger = client_for(cast.physician_b)
    for patient in (cast.ha.pk, uuid.uuid4()):
        assert stranger.post(reverse("draft", args=[patient]), TYPED).status_code == 404


def test_a_form_is_taken_only_at_the_address_it_was_made_for(cast, physician, tab):
    """The page of one patient cannot write to another, whatever sends it there."""
    assert physician.post(new_visit(cast.ji), tab.hidden | TYPED).status_code == 404
    answer = physician.post(reverse("draft", args=[cast.ji.pk]), tab.hidden | TYPED)
    assert answer.status_code == 404
    assert not Visit.objects.filter(patient=cast.ji).exists()
    assert not Draft.objects.exists()


# --- what may be kept ---------------------------------------------------------------------------
def test_only_the_names_of_the_form_are_kept(tab):
    tab.keep(author="2", patient="other", saved_at="2000", csrfmiddlewaretoken="secret")
    assert set(Draft.objects.get().fields) == set(TYPED) | {"id", "patient"}


@pytest.mark.parametrize(
    ("length", "status"), [(10_000, 204), (10_001, 413)], ids=["as long as it may be", "too long"]
)
def test_what_is_too_long_is_refused(tab, length, status):
    assert tab.keep(note="x" * length).status_code == status


def test_what_is_too_large_altogether_is_refused(tab):
    names = sorted(FORMS["visit-new"].names)[:8]
    assert tab.keep(**dict.fromkeys(names, "x" * 9_000)).status_code == 413


def test_too_often_is_refused(tab, settings):
    settings.DRAFTS_PER_MINUTE = 3
    assert [tab.keep().status_code for _ in range(4)] == [204, 204, 204, 429]


def test_a_slip_that_is_not_ours_is_refused(cast, physician, tab):
    forged = signing.dumps(signing.loads(tab.hidden["slip"], salt=SALT), salt="other")
    answer = physician.post(tab.keeps_at, tab.hidden | TYPED | {"slip": forged})
    assert answer.status_code == 403
    assert physician.post(tab.address, tab.hidden | TYPED | {"slip": "x"}).status_code == 403
    assert not Draft.objects.exists()
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()


def test_a_save_needs_the_csrf_token_or_the_slip(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.physician_a)
    assert browser.post(reverse("draft", args=[cast.ha.pk]), TYPED).status_code == 403


# --- what goes wrong ----------------------------------------------------------------------------
def test_a_form_sent_after_the_session_ended_waits_behind_the_sign_in(cast, physician, tab):
    """Without JavaScript: the form goes to the sign-in and comes back with all that was typed."""
    physician.cookies.pop("sessionid")
    answer = tab.send()
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    shown = physician.get(answer["Location"]).content.decode()
    assert "kept as a draft for you" in shown
    assert "half of it" not in shown
    physician.force_login(cast.physician_a)
    again = Tab(physician, new_visit(cast.ha))
    assert field(again.html, "note") == "half of it"
    assert again.send().status_code == 302
    assert Visit.objects.filter(pk=tab.hidden["id"]).count() == 1


def test_after_the_session_ended_an_old_form_is_not_kept(physician, tab, settings):
    settings.DRAFT_SLIP_SECONDS = -1
    physician.cookies.pop("sessionid")
    answer = tab.send()
    assert answer.status_code == 302
    assert "kept" not in answer["Location"]
    assert not Draft.objects.exists()


def test_a_disabled_sign_in_keeps_nothing(cast, physician, tab):
    User.objects.filter(pk=cast.physician_a.pk).update(is_active=False)
    assert tab.send().status_code == 302
    assert not Draft.objects.exists()


def test_a_page_of_an_earlier_sign_in_is_kept_and_says_so(cast):
    """Signing in again in another tab changes the token that the first tab's form holds."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.physician_a)
    tab = Tab(browser, new_visit(cast.ha))
    answer = tab.send(csrfmiddlewaretoken="of an earlier sign-in")
    assert (answer.status_code, answer["Location"]) == (302, new_visit(cast.ha))
    html = browser.get(new_visit(cast.ha)).content.decode()
    assert "from an earlier sign-in" in html
    assert field(html, "note") == "half of it"
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()


def test_a_refused_form_is_kept(cast, physician, tab):
    assert tab.send(kind="").status_code == 422
    assert field(Tab(physician, new_visit(cast.ha)).html, "note") == "half of it"


def test_a_failure_of_ours_keeps_what_was_typed(cast, physician, tab, monkeypatch):
    physician.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("outcomes.pages.editing.Editor._saved", fail_on_self)
        broken.setattr("patients.records.create", fail_on_self)
        assert tab.send().status_code == 500
    assert field(Tab(physician, new_visit(cast.ha)).html, "note") == "half of it"


def fail_on_self(*_args, **_kwargs):
    raise RuntimeError("a fault of ours")


def test_what_was_typed_beside_a_recorded_form_is_kept_apart(cast, physician, tab):
    """Sent again with something else under the same id: a conflict, and a draft of its own."""
    tab.send()
    assert tab.send(note="something else").status_code == 409
    kept = Draft.objects.get()
    assert kept.fields["note"] == "something else"
    assert kept.fields["id"] == kept.key != tab.hidden["id"]


def test_a_role_taken_away_while_typing_keeps_it(cast, physician, tab):
    Membership.objects.filter(user=cast.physician_a).update(role=Role.SURGEON)
    CareTeamMember.objects.filter(user=cast.physician_a).delete()
    assert tab.send().status_code in {403, 404}
    assert not Visit.objects.filter(pk=tab.hidden["id"]).exists()


# --- told ---------------------------------------------------------------------------------------
def test_the_list_and_the_patient_page_tell_their_author(cast, physician, tab):
    for address in ("/patients/", reverse("patient", args=[cast.ha.pk])):
        assert "draft that is not recorded" not in physician.get(address).content.decode()
    tab.keep()
    for address in ("/patients/", reverse("patient", args=[cast.ha.pk])):
        html = physician.get(address).content.decode()
        assert "draft that is not recorded" in html
        assert f"{new_visit(cast.ha)}?draft={tab.hidden['id']}" in html
    other = physician.get(reverse("patient", args=[cast.ji.pk])).content.decode()
    assert "draft that is not recorded" not in other


def test_the_list_audits_whom_its_drafts_are_about(cast, physician, tab):
    tab.keep()
    physician.get("/patients/?q=nobody")
    event = AuditEvent.objects.filter(action="patient.list").latest("pk")
    assert event.patient_ids == [str(cast.ha.pk)]


def test_a_course_of_doses_keeps_its_place(cast, physician, api):
    course = next(iter(examples.BY_PATH["medications"].values())) | {"id": str(uuid.uuid4())}
    course.pop("doses", None)
    where = f"/api/v1/patients/{cast.ha.pk}/medications/"
    assert api(cast.physician_a).post(where, course, format="json").status_code == 201
    address = reverse("dose-new", args=[cast.ha.pk, course["id"]])
    tab = Tab(physician, address)
    assert physician.post(tab.keeps_at, tab.hidden | {"date": "2026-01-0"}).status_code == 204
    assert f"{address}?draft=" in physician.get("/patients/").content.decode()
    assert 'value="2026-01-0"' in Tab(physician, address).html
