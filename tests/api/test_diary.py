"""The diary over the API: written by whom, when it happened, sent twice, read by whom."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from api import examples
from outcomes.models import DiaryEntry
from patients.models import DocumentVersion
from tests.api.client import Api, in_parallel, new_id, path

SEOUL = ZoneInfo("Asia/Seoul")


def entry(kind="void", *, ago=dt.timedelta(minutes=10), clock=dt.timedelta(), **facts):
    """As a phone sends it whose clock is wrong by `clock`."""
    sent = timezone.now() + clock
    return {
        "id": new_id(),
        "kind": kind,
        "device_time": (sent - ago).isoformat(),
        "device_sent_at": sent.isoformat(),
        **facts,
    }


@pytest.fixture
def phone(as_, cast):
    return as_(cast.patient_user)


def stored(document):
    return DiaryEntry.objects.get(pk=document["id"])


@pytest.mark.parametrize("name", examples.DIARY)
def test_each_example_is_recorded_and_read_back(as_, cast, name):
    document = examples.DIARY[name]
    who = as_(cast.physician_a if "on_behalf" in document else cast.patient_user)
    if "course" in document:
        as_(cast.physician_a).post(
            path(cast.ha, "medications"), {"id": examples.COURSE, "drug": "ibandronic acid"}
        )
    sent = who.post(path(cast.ha, "diary"), document)
    assert sent.status == 201, sent.raw.content
    read = who.get(f"diary/{document['id']}/")
    assert read.json == sent.json
    assert read.etag == sent.etag
    assert {row["id"]: row for row in who.rows(path(cast.ha, "diary"))} == {
        document["id"]: sent.json
    }
    said = {k: v for k, v in document.items() if not k.startswith("device")}
    assert {k: sent.json[k] for k in said} == said
    assert sent.json["approximate"] is True


# --- when it happened ---------------------------------------------------------------------------
TEN_YEARS = dt.timedelta(days=3652)
CLOCKS = {"right": dt.timedelta(), "ten years fast": TEN_YEARS, "ten years slow": -TEN_YEARS}
AGES = {
    "just now": dt.timedelta(),
    "weeks offline": dt.timedelta(days=45),
    "almost two years offline": dt.timedelta(days=729),
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("ago", AGES.values(), ids=AGES)
def test_the_age_is_by_the_devices_own_clock(phone, cast, clock, ago):
    document = entry(ago=ago, clock=clock, volume_ml=200)
    answer = phone.post(path(cast.ha, "diary"), document)
    assert answer.told == (201, {})
    row, now = stored(document), timezone.now()
    assert abs(row.occurred_at - (now - ago)) < dt.timedelta(minutes=1)
    assert row.date == row.occurred_at.astimezone(SEOUL).date()
    assert row.time_basis == "corrected"
    assert row.device_time == dt.datetime.fromisoformat(document["device_time"])
    assert row.device_sent_at == dt.datetime.fromisoformat(document["device_sent_at"])


def test_a_time_that_contradicts_itself_is_kept_as_received_and_said(phone, cast):
    document = entry(ago=-dt.timedelta(days=3))
    answer = phone.post(path(cast.ha, "diary"), document)
    assert answer.told == (201, {"/device_time": "clock_changed"})
    assert answer.json["time_basis"] == "received"
    assert abs(stored(document).occurred_at - timezone.now()) < dt.timedelta(minutes=1)
    assert stored(document).local_time is None


def test_the_civil_date_is_that_of_the_site_not_of_the_phone(phone, cast):
    """23:30 in Berlin is the next morning in Seoul."""
    now = timezone.now()
    at = now.astimezone(SEOUL).replace(hour=6, minute=30) - dt.timedelta(days=2)
    berlin = dt.timezone(dt.timedelta(hours=1))
    document = entry() | {
        "device_time": at.astimezone(berlin).isoformat(),
        "device_sent_at": now.astimezone(berlin).isoformat(),
    }
    assert at.astimezone(berlin).date() == at.date() - dt.timedelta(days=1)
    assert phone.post(path(cast.ha, "diary"), document).json["date"] == str(at.date())


UNREADABLE = {
    "no offset": "2026-03-01T14:05:00",
    "words": "this morning",
    "a number": 1772341500,
    "before any clock": "0001-01-01T00:00:00+14:00",
    "after any clock": "9999-12-31T23:59:59-14:00",
}


@pytest.mark.one_database
@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("name", ["device_time", "device_sent_at"])
def test_a_time_that_is_none_is_refused(phone, cast, name, value):
    answer = phone.post(path(cast.ha, "diary"), entry() | {name: value})
    assert answer.told == (422, {f"/{name}": "instant"})


def test_the_clinic_cannot_enter_what_is_still_to_come(as_, cast):
    clinic = as_(cast.physician_a)
    document = entry(ago=-dt.timedelta(minutes=6), on_behalf="patient")
    assert clinic.post(path(cast.ha, "diary"), document).told == (422, {"/device_time": "future"})
    old = entry(ago=dt.timedelta(days=2000), on_behalf="patient")
    assert clinic.post(path(cast.ha, "diary"), old).json["time_basis"] == "corrected"
    unborn = entry(ago=dt.timedelta(days=40000), on_behalf="patient")
    assert clinic.post(path(cast.ha, "diary"), unborn).status == 422


# --- what is refused ----------------------------------------------------------------------------
REFUSED = {
    "more than can be": (entry(volume_ml=3001), "/volume_ml", "volume"),
    "negative": (entry(volume_ml=-1), "/volume_ml", "greater_than_equal"),
    "a number as text": (entry(volume_ml="200"), "/volume_ml", "int_type"),
    "null": (entry(volume_ml=None), "/volume_ml", "null"),
    "a field of another kind": (entry(pain_back=3), "/pain_back", "other_kind"),
    "a catheter without volume": (entry("catheter"), "/volume_ml", "nothing_said"),
    "a leak that says nothing": (entry("leak"), "/leak_amount", "nothing_said"),
    "pills without a drug": (entry("pills", pills="taken"), "/drug", "nothing_said"),
    "a reason to skip what was taken": (
        entry("pills", pills="taken", drug="x", pills_skipped_why="forgot"),
        "/pills_skipped_why", "not_skipped",
    ),
    "a drug twice": (
        entry("pills", pills="taken", drug="x", course=new_id()), "/drug", "drug_and_course",
    ),
    "a course of nobody": (
        entry("pills", pills="taken", course=new_id()), "/course", "unknown_course",
    ),
    "on behalf, by the patient": (entry(on_behalf="patient"), "/on_behalf", "not_on_behalf"),
    "no such field": (entry(colour="red"), "/colour", "extra_forbidden"),
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("document", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_says_where_and_what_to_do(phone, cast, document, pointer, code):
    answer = phone.post(path(cast.ha, "diary"), document)
    assert answer.told == (422, {pointer: code})
    assert all(p["detail"] and "{" not in p["detail"] for p in answer.json["errors"])
    assert not DiaryEntry.objects.filter(patient=cast.ha).exists()


def test_the_most_that_can_be_is_kept(phone, cast):
    assert phone.post(path(cast.ha, "diary"), entry(volume_ml=3000)).status == 201


# --- sent again ---------------------------------------------------------------------------------
def test_a_retry_with_a_later_clock_is_the_same_operation(phone, cast):
    document = entry(volume_ml=250)
    first = phone.post(path(cast.ha, "diary"), document)
    later = (timezone.now() + dt.timedelta(hours=5)).isoformat()
    again = phone.post(path(cast.ha, "diary"), document | {"device_sent_at": later})
    assert (again.status, again.json, again.etag) == (201, first.json, first.etag)
    assert again.raw.headers["Idempotent-Replayed"] == "true"
    assert DocumentVersion.objects.filter(record_id=document["id"]).count() == 1


OTHER = {
    "another volume": {"volume_ml": 251},
    "another time": {"device_time": "2026-03-01T14:05:00+09:00"},
    "another kind": {"kind": "catheter"},
    "more said": {"words": "more"},
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_anything_else_under_the_same_id_is_a_conflict(phone, cast, other):
    document = entry(volume_ml=250)
    phone.post(path(cast.ha, "diary"), document)
    assert phone.post(path(cast.ha, "diary"), document | other).status == 409
    assert stored(document).volume_ml == 250


def test_a_retry_after_a_correction_gets_the_first_answer(phone, cast):
    document = entry(volume_ml=250)
    first = phone.post(path(cast.ha, "diary"), document)
    assert phone.amend(f"diary/{document['id']}/", volume_ml=300).status == 200
    assert phone.post(path(cast.ha, "diary"), document).json == first.json
    assert stored(document).volume_ml == 300


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_recorded_once(as_, cast):
    document = entry(volume_ml=250)
    token = as_(cast.patient_user).token

    def send(number):
        sent = (timezone.now() + dt.timedelta(seconds=number)).isoformat()
        one = Api(cast.patient_user, token=token)
        return one.post(path(cast.ha, "diary"), document | {"device_sent_at": sent})

    answers = in_parallel(20, send)
    assert {a.status for a in answers} == {201}
    # what is kept as JSON comes back in another order on PostgreSQL
    assert all(a.json == answers[0].json for a in answers)
    assert DiaryEntry.objects.filter(patient=cast.ha).count() == 1
    assert DocumentVersion.objects.filter(record_id=document["id"]).count() == 1


# --- whose word it is, and who may change it ----------------------------------------------------
def test_the_reporter_is_known_by_the_sign_in(as_, cast):
    for user, reporter in (
        (cast.patient_user, "patient"),
        (cast.sees_and_reports, "caregiver"),
        (cast.reports, "caregiver"),
    ):
        assert as_(user).post(path(cast.ha, "diary"), entry()).json["reporter"] == reporter
    clinic = as_(cast.therapist_a)
    told = clinic.post(path(cast.ha, "diary"), entry(on_behalf="caregiver")).json
    assert (told["reporter"], told["on_behalf"], told["warnings"]) == ("clinician", "caregiver", [])
    unsaid = clinic.post(path(cast.ha, "diary"), entry())
    assert unsaid.told == (201, {"/on_behalf": "missing"})


def test_who_only_reports_reads_what_they_reported_and_nothing_else(as_, cast):
    reports, patient = as_(cast.reports), as_(cast.patient_user)
    own, other = entry(), entry()
    reports.post(path(cast.ha, "diary"), own)
    patient.post(path(cast.ha, "diary"), other)
    assert [row["id"] for row in reports.rows(path(cast.ha, "diary"))] == [own["id"]]
    assert reports.get(f"diary/{own['id']}/").status == 200
    hidden, absent = reports.get(f"diary/{other['id']}/"), reports.get(f"diary/{new_id()}/")
    assert hidden.seen == absent.seen
    assert hidden.status == 404
    assert reports.get(path(cast.ha, "visits")).status == 404
    assert len(patient.rows(path(cast.ha, "diary"))) == 2


def test_who_lost_the_scope_reads_nothing_any_more(as_, cast):
    reports, own = as_(cast.reports), entry()
    reports.post(path(cast.ha, "diary"), own)
    cast.reports.proxies.update(revoked_at=timezone.now())
    assert reports.get(f"diary/{own['id']}/").status == 404
    assert reports.get(path(cast.ha, "diary")).status == 404


def test_a_person_corrects_and_takes_back_their_own(phone, cast):
    document = entry(volume_ml=250)
    phone.post(path(cast.ha, "diary"), document)
    where = f"diary/{document['id']}/"
    assert phone.amend(where, volume_ml=200, reason="Read again.").json["volume_ml"] == 200
    assert phone.amend(where, entered_in_error=True, reason="Twice.").json["entered_in_error"]
    assert phone.rows(path(cast.ha, "diary")) == []


def test_a_correction_keeps_the_time_that_was_corrected(phone, cast):
    document = entry(ago=dt.timedelta(days=5), clock=TEN_YEARS, volume_ml=250)
    first = phone.post(path(cast.ha, "diary"), document).json
    later = phone.amend(f"diary/{document['id']}/", volume_ml=200).json
    assert later["occurred_at"] == first["occurred_at"]


def test_a_correction_needs_a_reason_and_the_version_it_was_made_on(phone, cast):
    document = entry(volume_ml=250)
    etag = phone.post(path(cast.ha, "diary"), document).etag
    where = f"diary/{document['id']}/"
    assert phone.patch(where, {"volume_ml": 1, "reason": " "}, if_match=etag).status == 422
    assert phone.patch(where, {"volume_ml": 1, "reason": "x"}).status == 428
    assert phone.patch(where, {"volume_ml": 1, "reason": "x"}, if_match='"old"').status == 412


def test_after_seven_days_the_clinic_is_asked(phone, cast, monkeypatch):
    document = entry(volume_ml=250)
    phone.post(path(cast.ha, "diary"), document)
    where, received = f"diary/{document['id']}/", stored(document).recorded_at
    week = dt.timedelta(days=7)

    def later(age):
        monkeypatch.setattr("api.views.documents.timezone.now", lambda: received + age)

    read = phone.get(where)
    later(week)
    assert phone.patch(where, {"volume_ml": 2, "reason": "x"}, if_match=read.etag).status == 200
    later(week + dt.timedelta(seconds=1))
    for change in ({"volume_ml": 3}, {"entered_in_error": True}):
        late = phone.patch(where, change | {"reason": "x"}, if_match="*")
        assert (late.status, late.json["errors"][0]["code"]) == (422, "too_late")
    assert stored(document).volume_ml == 2


def test_a_correction_sent_again_too_late_gets_its_first_answer(phone, cast, monkeypatch):
    document = entry(volume_ml=250)
    etag = phone.post(path(cast.ha, "diary"), document).etag
    where, change = f"diary/{document['id']}/", {"volume_ml": 200, "reason": "Misread."}
    first = phone.patch(where, change, if_match=etag, idempotency_key="k1")
    later = timezone.now() + dt.timedelta(days=8)
    monkeypatch.setattr("api.views.documents.timezone.now", lambda: later)
    again = phone.patch(where, change, if_match=etag, idempotency_key="k1")
    assert (again.status, again.json) == (200, first.json)


@pytest.mark.parametrize("change", [{"volume_ml": 1}, {"entered_in_error": True}])
def test_nobody_changes_the_words_of_another(as_, cast, change):
    document = entry(volume_ml=250)
    as_(cast.patient_user).post(path(cast.ha, "diary"), document)
    caregiver = as_(cast.sees_and_reports).amend(f"diary/{document['id']}/", **change)
    assert (caregiver.status, caregiver.json["errors"][0]["code"]) == (422, "not_yours")
    clinic = as_(cast.physician_a).amend(f"diary/{document['id']}/", **change)
    assert clinic.status == (200 if "entered_in_error" in change else 422)


def test_the_clinic_corrects_what_it_entered_itself(as_, cast):
    document = entry(volume_ml=250, on_behalf="patient")
    clinic = as_(cast.physician_a)
    clinic.post(path(cast.ha, "diary"), document)
    assert as_(cast.therapist_a).amend(f"diary/{document['id']}/", volume_ml=200).status == 200
    assert as_(cast.patient_user).amend(f"diary/{document['id']}/", volume_ml=1).status == 422


def test_an_entry_of_one_kind_stays_of_that_kind(phone, cast):
    document = entry(volume_ml=250)
    phone.post(path(cast.ha, "diary"), document)
    assert phone.amend(f"diary/{document['id']}/", kind="catheter").status == 422


# --- beside what is examined --------------------------------------------------------------------
def test_the_timeline_says_who_reported(as_, cast):
    document = entry("catheter", volume_ml=600)
    as_(cast.patient_user).post(path(cast.ha, "diary"), document)
    rows = {row["id"]: row for row in as_(cast.physician_a).rows(path(cast.ha, "timeline"))}
    mine = rows[document["id"]]
    assert (mine["kind"], mine["reporter"]) == ("diary", "patient")
    assert mine["when"]["status"] == "approximate"
    assert {row["reporter"] for row in rows.values() if row["kind"] != "diary"} == {"clinician"}


def test_what_is_reported_is_in_no_chart_and_no_list_of_visits(as_, cast):
    clinic = as_(cast.physician_a)
    charts = ("bladder", "walking_pain")
    before = [clinic.get(path(cast.ha, "figures", name)).raw.content for name in charts]
    phone = as_(cast.patient_user)
    phone.post(path(cast.ha, "diary"), entry("catheter", volume_ml=900))
    phone.post(path(cast.ha, "diary"), entry("pain", pain_back=9))
    phone.post(path(cast.ha, "diary"), entry("walking", walked="alone"))
    assert [clinic.get(path(cast.ha, "figures", name)).raw.content for name in charts] == before


def test_rules_see_it_apart_from_the_visits(as_, cast):
    from outcomes.facts import facts_of

    document = entry("catheter", volume_ml=600)
    as_(cast.patient_user).post(path(cast.ha, "diary"), document)
    facts = facts_of([cast.ha], timezone.now())[cast.ha.pk]
    (seen,) = facts.diary
    assert (seen.id, seen.get("volume_ml"), seen.reporter) == (document["id"], 600, "patient")
    assert document["id"] not in {fact.id for fact in facts.visits}
