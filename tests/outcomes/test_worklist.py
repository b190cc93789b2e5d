"""What needs attention: who is listed, in which order, what one tap does, and how fast it stays."""

import datetime as dt
import re
import uuid

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outcomes import simulation
from outcomes.actions import consequences, work_list
from outcomes.following import followed_of
from outcomes.kinds import BY_PATH, PERSON
from outcomes.models import DataQuery, FollowUp
from outcomes.pages import worklist as pages
from outcomes.worklist import Wish, needing
from outcomes.worklist import work_list as listed
from patients.documents.base import plain, read
from patients.documents.people import PatientDocument
from patients.models import AuditEvent, ContactAttempt, LossToFollowUp, Patient, Threshold
from patients.models.record import civil_date
from tests.support.alerts import an_alert
from tests.support.cast import TODAY, enrol, now
from tests.support.copies import Once
from tests.support.scale import sampled

pytestmark = pytest.mark.django_db

PAGE = "/today/"


def text(response):
    main = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def record(patient, by, path, **content):
    kind = BY_PATH[path]
    document = read(kind.shape, {"id": str(uuid.uuid4()), **content})
    return kind.record(patient=patient, document=document, asked=now(by))


def ago(days, patient):
    return str(civil_date(timezone.now(), patient.site.time_zone) - dt.timedelta(days=days))


def operated(number, cast, days, **facts):
    """Somebody of Seoul, decompressed so many days ago."""
    patient = enrol(number, cast.seoul, cast.physician_a, **facts)
    record(patient, cast.physician_a, "procedures", kind="decompression", date=ago(days, patient))
    return patient


def seen(patient, by, days, kind="unscheduled"):
    record(patient, by, "visits", kind=kind, date=ago(days, patient))


def tried(patient, by, days, reached=False):
    record(
        patient, by, "contact-attempts", means="telephone", reached=reached,
        date=ago(days, patient),
    )  # fmt: skip


def every_need(user, patient, **wish):
    """What the list says of one patient."""
    entries = listed(user, timezone.now(), Wish(**wish))
    return [one.need.value for e in entries if e.candidate.id == patient.pk for one in e.wanted]


def needs(user, patient, **wish):
    """The same without the questions about the data, which nearly every visit here leaves open."""
    return [need for need in every_need(user, patient, **wish) if need != "queries"]


def names(response):
    return re.findall(r'<p class="work__who"><a[^>]*><strong>([^<]*)', response.content.decode())


@pytest.fixture
def people(cast):
    """Besides the cast: one of each need."""
    return the_people(cast)


@Once
def the_people(cast):
    found = {
        "due": operated("W-DUE", cast, 36, name="Kim Minji"),
        "overdue": operated("W-LATE", cast, 55, name="Élodie Petit", record_number="4711"),
        "missed": operated("W-MISSED", cast, 66),
        "fine": operated("W-FINE", cast, 30),
    }
    for days, patient in zip((36, 55, 66, 30), found.values(), strict=True):
        seen(patient, cast.physician_a, days - 15)
    # followed elsewhere: nothing is asked here
    return found | {"calm": operated("W-CALM", cast, 36, status="transferred")}


# --- who is listed ------------------------------------------------------------------------------


def test_each_need_in_its_place(cast, people):
    by = cast.physician_a
    told = {key: needs(by, patient) for key, patient in people.items()}
    assert told == {
        "due": ["due"], "overdue": ["overdue"], "missed": ["missed"], "fine": [], "calm": [],
    }  # fmt: skip


def test_alerts_first_by_level_then_overdue_then_due_then_the_rest(cast, people, client_for):
    an_alert(people["due"], "ask")
    an_alert(people["fine"], "emergency", value_now="2")
    an_alert(people["missed"], "urgent")
    page = client_for(cast.physician_a).get(PAGE)
    ours = [
        name
        for name in names(page)
        if name in {"Kim Minji", "Élodie Petit"} | {"W-FINE", "W-MISSED"}
    ]
    assert ours == ["W-FINE", "W-MISSED", "Kim Minji", "Élodie Petit"]
    assert "Emergency Muscle grade fell · Right leg: MRC grade: 4 → 2 since" in text(page)


def ibandronate(patient, by, days_ago, route="intravenous"):
    course, dose = str(uuid.uuid4()), str(uuid.uuid4())
    record(
        patient, by, "medications", id=course, drug="ibandronic acid", atc="M05BA06", route=route,
        start=ago(400, patient), doses=[{"id": dose, "date": ago(days_ago, patient)}],
    )  # fmt: skip


DOSES = {  # every three calendar months; asked for from two weeks before
    "given last month": (30, []),
    "due in three weeks": (70, []),
    "due within two weeks": (82, ["dose_due"]),
    "overdue": (95, ["dose_overdue"]),
}


@pytest.mark.parametrize(("days", "expected"), DOSES.values(), ids=DOSES)
def test_a_dose_to_be_repeated_is_asked_for(cast, people, days, expected):
    ibandronate(people["fine"], cast.physician_a, days)
    assert needs(cast.physician_a, people["fine"]) == expected


def test_of_who_died_no_dose_and_no_question_is_asked(cast, people):
    fine = people["fine"]
    ibandronate(fine, cast.physician_a, 95)
    assert every_need(cast.physician_a, fine) == ["dose_overdue", "queries"]
    document = plain(read(PatientDocument, fine.document())) | {"status": "died"}
    PERSON.amend(
        row=fine, document=read(PatientDocument, document), reason="a call from the family",
        expected=fine.version, asked=now(cast.physician_a),
    )  # fmt: skip
    assert every_need(cast.physician_a, fine) == []


def test_doses_stand_after_visits_and_questions_last_each_with_its_count(cast, people, client_for):
    ibandronate(people["fine"], cast.physician_a, 95)
    page = client_for(cast.physician_a).get(PAGE)
    shown = [name for name in names(page) if name.startswith("W-") or " " in name]
    order = [shown.index(name) for name in ("Élodie Petit", "Kim Minji", "W-FINE", "W-MISSED")]
    assert order == sorted(order)
    told = text(page)
    assert "Dose overdue 1" in told
    assert re.search(r"Data queries \d+", told)
    assert "ibandronic acid Next dose due" in told
    only = client_for(cast.physician_a).get(PAGE, {"need": "dose_overdue"})
    assert names(only) == ["W-FINE"]


def test_questions_about_the_data_are_counted_and_lead_to_their_list(cast, people, client_for):
    fine = people["fine"]
    count = DataQuery.objects.filter(patient=fine).open().count()
    assert count
    page = client_for(cast.physician_a).get(PAGE, {"need": "queries"}).content.decode()
    assert reverse("query-list", args=[fine.pk]) in page
    (row,) = [part for part in page.split('<li class="card work__row">') if "W-FINE" in part]
    assert f"{count} open question" in row


def test_an_acknowledged_alert_has_left_the_list(cast, people):
    by = cast.physician_a
    an_alert(people["fine"], "urgent", by=by, answered=True)
    assert needs(by, people["fine"]) == []
    an_alert(people["fine"], "ask")
    assert needs(by, people["fine"]) == ["alert"]


def test_only_those_whom_the_reader_may_see(cast, people, client_for):
    assert needs(cast.physician_b, people["overdue"]) == []
    surgeon = cast.surgeon_a
    assert needs(surgeon, people["overdue"]) == []
    assert needs(surgeon, cast.ha) == needs(cast.physician_a, cast.ha) != []
    for who in ("patient_user", "sees", "administrator_a"):
        assert client_for(cast.users[who]).get(PAGE).status_code == 404
    for who in ("therapist_a", "surgeon_a"):
        assert client_for(cast.users[who]).get(PAGE).status_code == 200


def test_the_published_case_asks_for_nothing(cast):
    assert needs(cast.physician_a, cast.baek) == []


def test_someone_without_an_operation_needs_its_day(cast):
    assert needs(cast.physician_a, cast.ji) == ["no_day"]


FILTERS = {
    "one need": ("?need=overdue&q=W-", ["Élodie Petit"]),
    "a name, words in any order": ("?q=minji+KIM", ["Kim Minji"]),
    "letters beyond ASCII in any case": ("?q=ÉLODIE", ["Élodie Petit"]),
    "lower case of them": ("?q=élodie", ["Élodie Petit"]),
    "a part of the study number": ("?q=w-late", ["Élodie Petit"]),
    "the record number": ("?q=4711", ["Élodie Petit"]),
    "every word has to be there": ("?q=kim+petit", []),
    "nothing that anyone needs": ("?q=W-CALM", []),
}


@pytest.mark.parametrize(("query", "expected"), FILTERS.values(), ids=FILTERS)
def test_filters(cast, people, client_for, query, expected):
    assert names(client_for(cast.physician_a).get(PAGE + query)) == expected


def test_my_patients_are_those_of_my_care_team_and_my_operations(cast, people, client_for):
    assert needs(cast.therapist_a, people["due"], mine=True) == []
    assert needs(cast.physician_a, people["due"], mine=True) == ["due"]
    assert needs(cast.surgeon_a, cast.ha, mine=True) != []
    page = client_for(cast.therapist_a).get(f"{PAGE}?whose=mine")
    assert names(page) == []
    assert "Nobody needs attention" in text(page)


def test_a_search_without_a_need_leads_to_all_patients(cast, people, client_for):
    page = client_for(cast.physician_a).get(f"{PAGE}?q=W-CALM").content.decode()
    assert 'href="/patients/?q=W-CALM"' in page


def test_the_site_decides_when_a_visit_is_overdue(cast, people):
    Threshold.objects.create(
        site=cast.seoul, key="overdue_after_days", value=20, reason="Far away."
    )
    assert needs(cast.physician_a, people["overdue"]) == ["due"]


# --- the one tap --------------------------------------------------------------------------------


def test_a_row_says_what_since_when_and_leads_to_the_visit_named(cast, people, client_for):
    client, late = client_for(cast.physician_a), people["overdue"]
    page = client.get(f"{PAGE}?q=petit")
    target, closes = ago(13, late), ago(-8, late)
    assert f"Overdue 6 weeks target day 42, {target}; window closes {closes}" in text(page)
    form = f"/patients/{late.pk}/visits/new/?kind=6wk"
    assert f'href="{form}"' in page.content.decode()
    shown = client.get(form).content.decode()
    assert re.search(r'value="6wk"[^>]*(selected|checked)', shown)


@pytest.mark.parametrize("kind", ["nothing", "", "<script>", "6WK"])
def test_a_visit_that_does_not_exist_is_not_named(cast, people, client_for, kind):
    page = client_for(cast.physician_a).get(
        reverse("visit-new-full", args=[people["due"].pk]), {"kind": kind}
    )
    assert page.status_code == 200
    assert not re.search(r'value="(6wk|nothing)"[^>]*(selected|checked)', page.content.decode())


def test_a_therapist_records_visits_and_manages_no_contact(cast, people, client_for):
    page = client_for(cast.therapist_a).get(f"{PAGE}?q=petit")
    assert "Record this visit" in text(page)
    assert "Contact attempt" not in text(page)


def test_recording_the_visit_takes_them_off_the_list(cast, people):
    seen(people["overdue"], cast.physician_a, 0, kind="6wk")
    assert needs(cast.physician_a, people["overdue"]) == []


def press(client, patient, page, chosen, **more):
    address = reverse(page, args=[patient.pk])
    form = client.get(address).content.decode()
    number = re.search(r'name="id" value="([^"]+)"', form)[1]
    return client.post(address, {"id": number, "chosen": chosen, **more}), number


def test_an_attempt_is_recorded_by_one_button(cast, people, client_for):
    client, late = client_for(cast.physician_a), people["overdue"]
    answer, number = press(client, late, "contact", "telephone:no", **{"from": "today"})
    assert answer.url == PAGE
    row = ContactAttempt.objects.get()
    kept = (str(row.pk), row.patient_id, row.means, row.reached, str(row.date), row.note)
    assert kept == (number, late.pk, "telephone", False, ago(0, late), None)
    assert "Attempts to reach them without answer: 1, the last on" in text(client.get(PAGE))


def test_sent_twice_it_is_one_attempt(cast, people, client_for):
    client, late = client_for(cast.physician_a), people["overdue"]
    answer, number = press(client, late, "contact", "letter:no", note="To the old address")
    again = client.post(
        reverse("contact", args=[late.pk]),
        {"id": number, "chosen": "letter:no", "note": "To the old address"},
    )
    assert (answer.url, again.url) == (f"/patients/{late.pk}/",) * 2
    assert ContactAttempt.objects.get().note == "To the old address"


def test_the_same_form_pressed_for_something_else_says_so(cast, people, client_for):
    client, late = client_for(cast.physician_a), people["overdue"]
    _answer, number = press(client, late, "contact", "letter:no")
    other = client.post(reverse("contact", args=[late.pk]), {"id": number, "chosen": "letter:yes"})
    assert other.status_code == 409
    assert "choose again" in text(other)
    assert number not in other.content.decode()
    assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize("page", ["contact", "lost"])
@pytest.mark.parametrize(
    "chosen", ["", "telephone", "telephone:maybe", "pigeon:yes", "\x00", "moved:no"]
)
def test_no_button_records_nothing_and_keeps_the_note(cast, people, client_for, page, chosen):
    client, late = client_for(cast.physician_a), people["overdue"]
    answer, _number = press(client, late, page, chosen, note="They moved")
    assert answer.status_code == 422
    assert "Choose one of the buttons." in text(answer)
    assert 'value="They moved"' in answer.content.decode()
    assert not ContactAttempt.objects.exists()
    assert not LossToFollowUp.objects.exists()


# --- attempts, loss, and being seen again -------------------------------------------------------

TRIED = {
    "two": ([(3, False), (2, False)], False),
    "three": ([(3, False), (2, False), (1, False)], True),
    "three on one day": ([(1, False)] * 3, True),
    "reached since": ([(4, False), (3, False), (2, False), (1, True)], False),
    "reached before them": ([(4, True), (3, False), (2, False), (1, False)], True),
    "before they were last seen": ([(43, False), (42, False), (41, False)], False),
    "on the day they were last seen": ([(40, False)] * 3, False),
}


@pytest.mark.parametrize(("attempts", "asked"), TRIED.values(), ids=TRIED)
def test_attempts_without_answer_ask_for_loss_to_follow_up(cast, people, attempts, asked):
    for days, reached in attempts:
        tried(people["overdue"], cast.physician_a, days, reached)
    told = needs(cast.physician_a, people["overdue"])
    assert told == (["overdue", "lost_question"] if asked else ["overdue"])


def test_the_site_decides_how_many(cast, people):
    Threshold.objects.create(site=cast.seoul, key="lost_after_attempts", value=1, reason="Small.")
    tried(people["overdue"], cast.physician_a, 1)
    assert "lost_question" in needs(cast.physician_a, people["overdue"])


def test_lost_they_leave_the_list_until_they_are_seen_again(cast, people, client_for):
    client, late = client_for(cast.physician_a), people["overdue"]
    answer, _number = press(client, late, "lost", "unreachable")
    assert answer.url == f"/patients/{late.pk}/"
    assert LossToFollowUp.objects.get().reason == "unreachable"
    assert "Élodie Petit" not in names(client.get(PAGE))
    assert names(client.get(f"{PAGE}?need=lost")) == ["Élodie Petit"]
    loss = LossToFollowUp.objects.get()
    kind = BY_PATH["losses"]
    earlier = read(kind.shape, loss.document() | {"date": ago(5, late)})
    kind.amend(
        row=loss, document=earlier, reason="Earlier.", expected=1, asked=now(cast.physician_a)
    )
    seen(late, cast.physician_a, 4)
    assert needs(cast.physician_a, late) == []


def test_an_open_alert_of_someone_lost_is_still_shown(cast, people, client_for):
    late = people["overdue"]
    record(late, cast.physician_a, "losses", reason="moved", date=ago(0, late))
    an_alert(late, "urgent")
    assert needs(cast.physician_a, late) == ["alert", "lost"]
    assert "Élodie Petit" in names(client_for(cast.physician_a).get(PAGE))


# --- what it is kept from -----------------------------------------------------------------------


def kept(patient):
    return FollowUp.objects.filter(patient=patient).values(*work_list.COLUMNS).first()


def test_every_write_keeps_it_and_a_rebuild_finds_nothing(cast, people):
    late = people["overdue"]
    tried(late, cast.physician_a, 1)
    assert kept(late)["attempts"] == 1
    for patient in people.values():
        assert kept(patient) == work_list.columns(followed_of([patient])[patient.pk])
    call_command("rebuild_work_list")
    call_command("rebuild_work_list", check=True)


def test_entered_in_error_is_kept_too(cast, people):
    late = people["overdue"]
    tried(late, cast.physician_a, 1)
    row = ContactAttempt.objects.get()
    consequences.enter_in_error(
        row=row, asked=now(cast.physician_a), reason="Wrong one.", expected=1
    )
    assert kept(late)["attempts"] == 0


def test_the_check_fails_where_something_differs_and_changes_nothing(cast, people, capsys):
    call_command("rebuild_work_list")
    FollowUp.objects.filter(patient=people["due"]).update(lost=True)
    with pytest.raises(CommandError, match="W-DUE"):
        call_command("rebuild_work_list", check=True)
    assert kept(people["due"])["lost"] is True
    call_command("rebuild_work_list")
    assert kept(people["due"])["lost"] is False
    assert "1 written anew" in capsys.readouterr().out


def test_without_what_is_kept_the_list_is_the_same(cast, people):
    def told():
        entries = listed(cast.physician_a, timezone.now())
        return [
            (e.candidate.id, [one.need for one in e.wanted], e.candidate.followed.attempts)
            for e in entries
        ]

    before = told()
    FollowUp.objects.all().delete()
    assert told() == before


# --- queries ------------------------------------------------------------------------------------


def simulated(cast, count, seed):
    for _looked_at, _entered in simulation.run(
        site=cast.seoul, patients=count, seed=seed, as_of=TODAY - dt.timedelta(days=1)
    ):
        pass


def test_the_queries_do_not_grow_with_the_patients(cast, client_for):
    client = client_for(cast.physician_a)
    call_command("rebuild_work_list")
    simulated(cast, 5, seed=1)

    def count():
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE)
        return len(caught)

    few = count()
    simulated(cast, sampled(10, 25), seed=2)
    assert FollowUp.objects.count() == Patient.objects.count()
    assert count() == few


def test_of_simulated_patients_the_list_is_that_of_their_courses(cast):
    """The same from what is kept as from the whole course, on many days."""
    simulated(cast, sampled(15, 40), seed=3)
    days = [timezone.now() + dt.timedelta(days=n) for n in (0, 10, 40, 100, 400)]

    def told(at):
        return [
            (e.candidate.id, e.wanted[0].need, e.place[1]) for e in listed(cast.physician_a, at)
        ]

    from_kept = [told(at) for at in days]
    FollowUp.objects.all().delete()
    assert [told(at) for at in days] == from_kept
    assert len({need for day in from_kept for _id, need, _place in day}) >= 4


def test_one_event_names_the_patients_that_were_shown(cast, people, client_for):
    client = client_for(cast.physician_a)
    before = AuditEvent.objects.latest("pk").pk
    client.get(f"{PAGE}?need=overdue&q=petit")
    (event,) = AuditEvent.objects.filter(pk__gt=before)
    assert (event.action, event.patient_ids) == ("patient.list", [str(people["overdue"].pk)])


def test_pages_hold_everyone_once(cast, client_for, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 3)
    simulated(cast, sampled(15, 40), seed=4)
    client = client_for(cast.physician_a)
    everyone = needing(listed(cast.physician_a, timezone.now()), None)
    assert len(everyone) > 3
    found = []
    for number in range(1, (len(everyone) - 1) // 3 + 2):
        page = client.get(f"{PAGE}?page={number}").content.decode()
        found += re.findall(r'<p class="work__who"><a href="/patients/([^/]+)/"', page)
    assert found == [str(e.candidate.id) for e in everyone]


# --- the plan on the patient's page -------------------------------------------------------------


def test_the_plan_says_what_was_done_what_it_lacks_and_what_is_asked_for(cast, people, client_for):
    late = people["overdue"]
    page = client_for(cast.physician_a).get(f"/patients/{late.pk}/")
    shown = re.sub(
        r"<[^>]*>", " ", page.content.decode().partition('id="plan"')[2].partition("</section>")[0]
    )
    shown = re.sub(r"\s+", " ", shown)
    assert "2 weeks Done Day 15" in shown
    assert "By the visit “unscheduled”; not recorded: wound, post-void residual, strength" in shown
    assert "6 weeks Overdue Day 42" in shown
    assert "Record this visit : 6 weeks" in shown


def test_the_patient_reads_the_plan_and_records_nothing(cast, client_for):
    page = client_for(cast.patient_user).get(f"/my/{cast.ha.pk}/recovery/").content.decode()
    plan = page.partition('id="own-next"')[2].partition("</section>")[0]
    assert "the visit three months after the operation" in plan
    assert "Record this visit" not in page
    assert "Contact attempt" not in page


def test_the_plan_of_the_published_case_is_none(cast, client_for):
    page = client_for(cast.physician_a).get(f"/patients/{cast.baek.pk}/").content.decode()
    plan = page.partition('id="plan"')[2].partition("</section>")[0]
    assert "A published case: nothing is planned." in plan
    assert "<li>" not in plan
