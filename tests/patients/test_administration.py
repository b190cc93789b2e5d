"""What an administrator may do to a site, its staff and their sign-ins, and what is refused."""

import importlib

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone
from knox.models import AuthToken

from patients import administration as act
from patients.documents.base import Refused
from patients.models import AuditEvent, Membership, User
from patients.records import Asked
from patients.roles import Role
from tests.support.cast import now, staff

pytestmark = pytest.mark.django_db

SITE = {"name": "Seoul", "time_zone": "Asia/Seoul", "phone": "", "emergency_number": ""}
PERSON = {"username": "new", "first_name": "Haneul", "last_name": "Kim", "email": "",
          "language": "ko", "roles": ["therapist"]}  # fmt: skip


def codes(refused):
    return {problem["path"][0]: problem["code"] for problem in refused.value.problems}


def last_event():
    return AuditEvent.objects.order_by("pk").last()


# --- sites --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"name": " "}, {"name": "missing"}, id="no name"),
        pytest.param({"name": "x" * 201}, {"name": "too_long"}, id="long name"),
        pytest.param({"name": "a\nb"}, {"name": "text"}, id="a line break"),
        pytest.param({"time_zone": ""}, {"time_zone": "unknown_zone"}, id="no zone"),
        pytest.param({"time_zone": "Asia/Soul"}, {"time_zone": "unknown_zone"}, id="no such zone"),
        pytest.param({"phone": "call me"}, {"phone": "phone"}, id="letters as a phone"),
        pytest.param({"emergency_number": "1" * 21}, {"emergency_number": "too_long"}, id="long"),
        pytest.param({"phone": "12"}, {"phone": "digits"}, id="too short a phone"),
        pytest.param({"phone": "+49 (0)30 12"}, {"phone": "trunk"}, id="a zero nobody dials"),
        pytest.param({"emergency_number": "1"}, {"emergency_number": "digits"}, id="one digit"),
        pytest.param({"crisis_line": "12"}, {"crisis_line": "digits"}, id="too short a line"),
        pytest.param(
            {"phone": "1-1-9", "emergency_number": "119"}, {"phone": "same_number"},
            id="the emergency number as the clinic's own",
        ),
        pytest.param({"phone_note": "At night"}, {"phone_note": "no_phone"}, id="a note alone"),
        pytest.param(
            {"name": "", "time_zone": "x"}, {"name": "missing", "time_zone": "unknown_zone"},
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_a_site_refuses(cast, change, expected):
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refused:
        act.change_site(site=cast.seoul, asked=now(cast.administrator_a), **SITE | change)
    assert codes(refused) == expected
    assert AuditEvent.objects.count() == before


def test_a_change_of_a_site_is_kept_by_whom_and_audited_once(cast):
    asked, given = now(cast.administrator_a), SITE | {"phone": "+82 2 123-4567"}
    assert act.change_site(site=cast.seoul, asked=asked, **given)
    kept = cast.seoul.history.first()
    assert (kept.phone, kept.history_user) == ("+82 2 123-4567", cast.administrator_a)
    event = last_event()
    assert (event.action, event.by, event.site) == ("site.amend", cast.administrator_a, cast.seoul)
    assert not act.change_site(site=cast.seoul, asked=asked, **given)
    assert last_event() == event, "nothing changed, nothing audited"


def test_the_numbers_of_a_site_are_kept_with_their_history(cast):
    numbers = {"phone": "02-123-4567", "phone_note": "Day and night", "emergency_number": "119",
               "crisis_line": "109"}  # fmt: skip
    assert act.change_site(site=cast.seoul, asked=now(cast.administrator_a), **SITE | numbers)
    cast.seoul.refresh_from_db()
    kept = cast.seoul.history.first()
    for row in (cast.seoul, kept):
        assert {name: getattr(row, name) for name in numbers} == numbers


def test_another_time_zone_moves_no_recorded_date(cast):
    visit = importlib.import_module("outcomes.models").Visit.objects.filter(patient=cast.ha).first()
    before = (visit.date, visit.time_zone, visit.written_on)
    given = SITE | {"time_zone": "Pacific/Auckland"}
    act.change_site(site=cast.seoul, asked=now(cast.administrator_a), **given)
    visit.refresh_from_db()
    assert (visit.date, visit.time_zone, visit.written_on) == before


# --- adding people ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"username": ""}, {"username": "missing"}, id="no username"),
        pytest.param({"username": "two words"}, {"username": "letters"}, id="a blank"),
        pytest.param({"username": "x" * 151}, {"username": "too_long"}, id="long username"),
        pytest.param({"username": "physician_a"}, {"username": "taken"}, id="taken at this site"),
        pytest.param({"username": "physician_b"}, {"username": "taken"}, id="taken elsewhere"),
        pytest.param({"username": "PHYSICIAN_B"}, {"username": "taken"}, id="taken, other case"),
        pytest.param({"username": "patient_user"}, {"username": "taken"}, id="a patient's"),
        pytest.param({"first_name": ""}, {"first_name": "missing"}, id="no given name"),
        pytest.param({"last_name": " "}, {"last_name": "missing"}, id="no family name"),
        pytest.param({"email": "at home"}, {"email": "email"}, id="no e-mail address"),
        pytest.param({"language": "xx"}, {"language": "unknown_language"}, id="language"),
        pytest.param({"roles": []}, {"roles": "missing"}, id="no role"),
        pytest.param({"roles": ["patient"]}, {"roles": "unknown_role"}, id="no role of staff"),
        pytest.param({"roles": ["king"]}, {"roles": "unknown_role"}, id="unknown role"),
    ],
)
def test_adding_a_person_refuses(cast, change, expected):
    before = (User.objects.count(), Membership.objects.count())
    with pytest.raises(Refused) as refused:
        act.add_person(site=cast.seoul, asked=now(cast.administrator_a), **PERSON | change)
    assert codes(refused) == expected
    assert (User.objects.count(), Membership.objects.count()) == before


def test_a_new_person_has_roles_and_no_password(cast):
    roles = ["therapist", "administrator"]
    user = act.add_person(
        site=cast.seoul, asked=now(cast.administrator_a), **PERSON | {"roles": roles}
    )
    assert sorted(user.memberships.values_list("role", "site", "active")) == [
        ("administrator", cast.seoul.pk, True), ("therapist", cast.seoul.pk, True),
    ]  # fmt: skip
    assert not user.has_usable_password()
    assert (str(user), user.language) == ("Haneul Kim", "ko")
    assert {m.history.get().history_user for m in user.memberships.all()} == {cast.administrator_a}
    event = last_event()
    assert (event.action, event.about, event.site) == ("staff.add", user, cast.seoul)


def test_a_taken_username_leaves_the_other_person_as_they_are(cast):
    before = User.objects.filter(pk=cast.physician_b.pk).values().get()
    given = PERSON | {"username": "physician_b", "email": "x@example.org"}
    with pytest.raises(Refused):
        act.add_person(site=cast.seoul, asked=now(cast.administrator_a), **given)
    assert User.objects.filter(pk=cast.physician_b.pk).values().get() == before
    assert not cast.physician_b.memberships.filter(site=cast.seoul).exists()


# --- roles --------------------------------------------------------------------------------------
def test_roles_are_given_and_taken_away_and_never_deleted(cast):
    def set_to(*roles):
        return act.change_roles(
            site=cast.seoul, user=cast.therapist_a, roles=roles, asked=now(cast.administrator_a)
        )

    assert set_to("physician")
    assert set_to("therapist", "physician")
    assert not set_to("therapist", "physician"), "as they are"
    assert set_to()
    held = cast.therapist_a.memberships.order_by("role")
    assert [(m.role, m.active) for m in held] == [("physician", False), ("therapist", False)]
    assert [row.active for row in held[1].history.order_by("history_id")] == [
        True, False, True, False,
    ]  # fmt: skip
    events = AuditEvent.objects.filter(action="staff.roles", about=cast.therapist_a)
    assert events.count() == 3


def test_nobody_changes_their_own_roles(cast):
    staff("second", cast.seoul, Role.ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        act.change_roles(
            site=cast.seoul,
            user=cast.administrator_a,
            roles=["administrator", "physician"],
            asked=now(cast.administrator_a),
        )
    assert codes(refused) == {"roles": "oneself"}


@pytest.mark.parametrize("second_can_sign_in", [True, False])
def test_a_site_keeps_an_administrator_who_can_sign_in(cast, second_can_sign_in):
    staff("second", cast.seoul, Role.ADMINISTRATOR, is_active=second_can_sign_in)
    asked = Asked(by=None, at=timezone.now())
    deeds = [
        lambda: act.change_roles(site=cast.seoul, user=cast.administrator_a, roles=[], asked=asked),
        lambda: act.disable(site=cast.seoul, user=cast.administrator_a, asked=asked),
    ]
    for deed in deeds[:1] if second_can_sign_in else deeds:
        if second_can_sign_in:
            deed()
        else:
            with pytest.raises(Refused) as refused:
                deed()
            assert codes(refused) == {"": "last_administrator"}
    assert cast.administrator_a.memberships.get().active != second_can_sign_in


# --- sign-ins -----------------------------------------------------------------------------------
def test_disabling_ends_sessions_and_tokens_at_once_and_for_good(cast, client_for):
    user, other = cast.physician_a, client_for(cast.therapist_a)
    session = client_for(user)
    AuthToken.objects.create(user=user)
    assert session.get("/patients/").status_code == 200
    asked = now(cast.administrator_a)
    act.disable(site=cast.seoul, user=user, asked=asked)
    user.refresh_from_db()
    assert not user.is_active
    assert session.get("/patients/").status_code == 302
    assert not AuthToken.objects.filter(user=user).exists()
    assert other.get("/patients/").status_code == 200
    act.enable(site=cast.seoul, user=user, asked=asked)
    assert session.get("/patients/").status_code == 302, "an earlier session does not come back"
    assert User.objects.get(pk=user.pk).is_active


def disable_oneself(cast):
    act.disable(site=cast.seoul, user=cast.administrator_a, asked=now(cast.administrator_a))


def of_two_sites(deed):
    def tried(cast):
        Membership.objects.create(user=cast.physician_a, site=cast.berlin, role=Role.PHYSICIAN)
        deed(site=cast.seoul, user=cast.physician_a, asked=now(cast.administrator_a))

    return tried


def link_for_a_disabled_person(cast):
    user = cast.disabled_physician_a
    act.make_link(site=cast.seoul, user=user, asked=now(cast.administrator_a))


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        pytest.param(disable_oneself, "oneself", id="disable oneself"),
        pytest.param(of_two_sites(act.disable), "works_elsewhere", id="disable for both sites"),
        pytest.param(of_two_sites(act.enable), "works_elsewhere", id="enable for both sites"),
        pytest.param(of_two_sites(act.make_link), "works_elsewhere", id="a way into both sites"),
        pytest.param(link_for_a_disabled_person, "disabled", id="a link without a sign-in"),
    ],
)
def test_what_is_refused_of_sign_ins(cast, deed, code):
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refused:
        deed(cast)
    assert codes(refused) == {"": code}
    assert AuditEvent.objects.count() == before


def test_who_administers_both_sites_administers_the_sign_in(cast):
    for user, role in ((cast.physician_a, Role.PHYSICIAN), (cast.administrator_a, "administrator")):
        Membership.objects.create(user=user, site=cast.berlin, role=role)
    act.disable(site=cast.seoul, user=cast.physician_a, asked=now(cast.administrator_a))
    assert not User.objects.get(pk=cast.physician_a.pk).is_active


def test_a_new_link_ends_the_one_before_where_there_is_no_password(cast):
    from allauth.account.forms import default_token_generator as tokens

    user, asked = cast.therapist_a, now(cast.administrator_a)
    user.set_unusable_password()
    user.save()
    _uid, first = act.make_link(site=cast.seoul, user=user, asked=asked)
    _uid, second = act.make_link(site=cast.seoul, user=user, asked=asked)
    fresh = User.objects.get(pk=user.pk)
    assert [tokens.check_token(fresh, key) for key in (first, second)] == [False, True]


def test_a_link_leaves_a_password_in_use_alone(cast, rf):
    user = cast.therapist_a
    user.set_password("a quiet river stone")
    user.save()
    act.make_link(site=cast.seoul, user=user, asked=now(cast.administrator_a))
    assert authenticate(rf.post("/"), username=user.username, password="a quiet river stone")
