"""The page of the day without a script: what is said is recorded, once, and can be taken back."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from outcomes.models import DiaryEntry, MedicationCourse
from outcomes.pages.phone.frame import OFFLINE
from outcomes.presenters.diary_log import Line, by_day
from patients.models import AuditEvent, User
from tests.support.cast import Cast
from tests.support.telling import tells

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User | None], Client]
New = Callable[[], QuerySet[DiaryEntry]]


@pytest.fixture
def new(cast: Cast) -> New:
    """The entries since the test began."""
    before = list(DiaryEntry.objects.values_list("pk", flat=True))
    return lambda: DiaryEntry.objects.exclude(pk__in=before)


def at(cast: Cast, name: str = "phone-today") -> str:
    return reverse(name, args=[cast.ha.pk])


def say(client: Client, cast: Cast, kind: str, **fields: str):
    return client.post(at(cast), {"id": str(uuid.uuid4()), "kind": kind} | fields)


SAID = [
    ("void", {"volume_ml": "250"}, {"volume_ml": 250}),
    ("void", {"volume_ml": ""}, {"volume_ml": None}),
    ("void", {"volume_ml": "0"}, {"volume_ml": 0}),
    ("leak", {"leak_amount": "drops"}, {"leak_amount": "drops"}),
    ("catheter", {"volume_ml": "400"}, {"volume_ml": 400}),
    ("pain", {"pain_back": "0", "pain_left_leg": "7"},
     {"pain_back": 0, "pain_right_leg": None, "pain_left_leg": 7}),
    ("walking", {"walked": "with_aid"}, {"walked": "with_aid"}),
    ("pills", {"pills": "taken", "drug": "all"}, {"pills": "taken", "drug": "all"}),
    ("pills", {"pills_skipped_why": "forgot", "drug": "all"},
     {"pills": "skipped", "pills_skipped_why": "forgot"}),
    ("fall", {"fall_injured": "true", "fall_new_pain": "false"},
     {"fall_injured": True, "fall_new_pain": False}),
    ("mood", {"mood": "so_so"}, {"mood": "so_so"}),
    ("note", {"words": "Slept well"}, {"words": "Slept well"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "kept"), SAID)
def test_each_form_is_recorded_as_it_was_said(
    cast: Cast,
    client_for: ClientFor,
    new: New,
    kind: str,
    fields: dict[str, str],
    kept: dict[str, object],
) -> None:
    before = timezone.now()
    answer = say(client_for(cast.patient_user), cast, kind, **fields)
    assert answer.status_code == 302
    [row] = new()
    assert row.kind == kind
    assert row.reporter == "patient"
    assert {name: getattr(row, name) for name in kept} == kept
    assert before <= row.occurred_at <= timezone.now()


def test_pressed_twice_it_is_one_entry(cast: Cast, client_for: ClientFor, new: New) -> None:
    client, same = client_for(cast.patient_user), str(uuid.uuid4())
    for _ in range(2):
        assert say(client, cast, "void", id=same).status_code == 302
    assert new().count() == 1


REFUSED = [
    ("void", {"volume_ml": "9000"}),
    ("void", {"volume_ml": "much"}),
    ("catheter", {"volume_ml": ""}),
    ("pain", {}),
    ("pain", {"pain_back": "11"}),
    ("mood", {"mood": "grand"}),
    ("nonsense", {}),
]


@pytest.mark.parametrize(("kind", "fields"), REFUSED)
def test_what_cannot_be_is_refused_with_what_to_do(
    cast: Cast, client_for: ClientFor, new: New, kind: str, fields: dict[str, str]
) -> None:
    answer = say(client_for(cast.patient_user), cast, kind, **fields)
    assert answer.status_code == 422
    assert "Not saved yet" in answer.content.decode()
    assert new().count() == 0


@pytest.mark.parametrize(
    ("who", "status"), [("reports", 302), ("sees_and_reports", 302), ("sees", 403)]
)
def test_a_caregiver_reports_within_the_scope(
    cast: Cast, client_for: ClientFor, new: New, who: str, status: int
) -> None:
    answer = say(client_for(getattr(cast, who)), cast, "mood", mood="well")
    assert answer.status_code == status
    assert [row.reporter for row in new()] == ["caregiver"] * (status == 302)


def test_the_same_form_pressed_twice_is_one_entry(
    cast: Cast, client_for: ClientFor, new: New
) -> None:
    client, number = client_for(cast.patient_user), str(uuid.uuid4())
    for _press in range(3):
        assert say(client, cast, "catheter", id=number, volume_ml="200").status_code == 302
    assert [row.volume_ml for row in new()] == [200]


def test_a_form_sent_again_with_another_answer_is_another_entry_once(
    cast: Cast, client_for: ClientFor, new: New
) -> None:
    """As after going back in the browser: the page has the same id, the person means another."""
    client, number = client_for(cast.patient_user), str(uuid.uuid4())
    for volume in ("200", "300", "300", "200"):
        assert say(client, cast, "catheter", id=number, volume_ml=volume).status_code == 302
    assert say(client, cast, "note", id=number, words="Slept well").status_code == 302
    assert sorted(row.volume_ml or 0 for row in new()) == [0, 200, 300]


def test_an_id_of_somebody_else_or_of_what_was_taken_back_loses_nothing(
    cast: Cast, client_for: ClientFor, new: New
) -> None:
    mine, hers = client_for(cast.patient_user), client_for(cast.reports)
    number = str(uuid.uuid4())
    say(mine, cast, "void", id=number, volume_ml="150")
    assert say(hers, cast, "void", id=number, volume_ml="150").status_code == 302
    assert sorted(row.reporter or "" for row in new()) == ["caregiver", "patient"]
    undo = {"undo": number, "key": str(uuid.uuid4()), "version": "1"}
    mine.post(at(cast), undo)
    assert say(mine, cast, "void", id=number, volume_ml="150").status_code == 302
    assert new().current().filter(reporter="patient").count() == 1  # type: ignore[attr-defined]


def test_a_low_mood_leads_to_kind_words_and_numbers(cast: Cast, client_for: ClientFor) -> None:
    cast.ha.site.phone = "02-123"
    cast.ha.site.save()
    client = client_for(cast.patient_user)
    assert say(client, cast, "mood", mood="low")["Location"].endswith("#kind-words")
    assert say(client, cast, "mood", mood="well")["Location"].endswith("#home")
    page = client.get(at(cast)).content.decode()
    assert 'href="tel:02123"' in page.partition('id="kind-words"')[2]


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def test_an_entry_can_be_taken_back_by_whoever_said_it(
    cast: Cast, client_for: ClientFor, new: New
) -> None:
    client = client_for(cast.patient_user)
    say(client, cast, "void", volume_ml="250")
    page = client.get(at(cast)).content.decode()
    assert "Passed urine: 250 mL" in page
    undo = page.partition('name="undo"')[2]
    body = {name: hidden(undo, name) for name in ("key", "version")}
    body["undo"] = str(new().get().pk)
    carer = client_for(cast.sees_and_reports)
    assert 'name="undo"' not in carer.get(at(cast)).content.decode()
    assert carer.post(at(cast), body).status_code == 422
    for _ in range(2):
        assert client.post(at(cast), body).status_code == 302
    assert new().get().entered_in_error
    assert "250 mL" not in client.get(at(cast)).content.decode()


@pytest.mark.parametrize("body", [{"undo": "x"}, {"undo": str(uuid.uuid4()), "key": "x"}])
def test_nothing_else_can_be_taken_back(
    cast: Cast, client_for: ClientFor, body: dict[str, str]
) -> None:
    assert client_for(cast.patient_user).post(at(cast), body).status_code == 404


def test_who_may_only_report_sees_only_what_they_said(cast: Cast, client_for: ClientFor) -> None:
    say(client_for(cast.patient_user), cast, "note", words="By the patient")
    say(client_for(cast.reports), cast, "note", words="By the carer")
    for name in ("phone-today", "phone-entries"):
        page = client_for(cast.reports).get(at(cast, name)).content.decode()
        assert "By the carer" in page
        assert "By the patient" not in page
        assert "By the carer" in client_for(cast.patient_user).get(at(cast, name)).content.decode()


def test_entries_of_other_weeks_are_a_page_further(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.patient_user)
    say(client, cast, "note", words="Today's")
    page = client.get(at(cast, "phone-entries")).content.decode()
    assert "Today&#x27;s" in page
    earlier = (timezone.now() - dt.timedelta(days=9)).date().isoformat()
    page = client.get(at(cast, "phone-entries"), {"until": earlier}).content.decode()
    assert "Today&#x27;s" not in page
    assert client.get(at(cast, "phone-entries"), {"until": "soon"}).status_code == 200


@pytest.mark.parametrize("name", [name for name in OFFLINE if name != "phone-signs"])
def test_a_shell_holds_nothing_about_anyone(cast: Cast, client_for: ClientFor, name: str) -> None:
    client = client_for(cast.patient_user)
    say(client, cast, "note", words="A secret word")
    full = client.get(at(cast, name)).content.decode()
    events = AuditEvent.objects.count()
    shell = client.get(at(cast, name), {"shell": ""}).content.decode()
    assert AuditEvent.objects.count() == events
    drugs = list(MedicationCourse.objects.filter(patient=cast.ha).values_list("drug", flat=True))
    known = [cast.ha.name, cast.ha.study_number, "A secret word", "data-key=", *drugs]
    assert [word for word in known if word and tells(shell, word)] == []
    assert tells(full, cast.ha.name)
    assert tells(full, "data-key=")


def test_the_worker_names_files_and_is_never_stale(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "phone-worker" in answer.content.decode()


def test_the_manifest_can_be_installed(client: Client) -> None:
    body = client.get(reverse("phone-manifest")).json()
    assert (body["start_url"], body["scope"], body["display"]) == ("/my/", "/", "standalone")
    assert {(i["sizes"], i["purpose"]) for i in body["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip


def test_language_and_type_size_stay_with_the_account(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.patient_user)
    address = at(cast, "phone-settings")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    body = {"language": "ko", "type_size": "largest"}
    for _ in range(2):
        assert client.post(address, body).status_code == 302
    page = client_for(cast.patient_user).get(at(cast)).content.decode()
    assert 'lang="ko"' in page
    assert 'data-type="largest"' in page
    assert AuditEvent.objects.filter(action="appearance.set").count() == 1
    for wrong in ({"language": "xx", "type_size": "large"}, {"language": "en", "type_size": "9"}):
        assert client.post(address, wrong).status_code == 422


def test_the_page_without_a_network_is_of_nobody(cast: Cast, client_for: ClientFor) -> None:
    address = reverse("phone-no-network")
    today = client_for(cast.patient_user).get(at(cast, "phone-today"))
    kept = re.search(r'id="phone-offline">(.*?)</script>', today.content.decode())
    assert kept
    assert address in json.loads(kept[1])
    page = client_for(cast.patient_user).get(address, {"shell": ""}).content.decode()
    assert "This page needs a connection" in page
    assert [word for word in (cast.ha.name, "data-key=") if word in page] == []


@pytest.mark.parametrize(
    ("who", "people"),
    [("patient_user", "Who helps me"), ("sees_and_reports", "What I may do for this person")],
)
def test_more_leads_to_every_other_page(
    cast: Cast, client_for: ClientFor, who: str, people: str
) -> None:
    page = client_for(getattr(cast, who)).get(at(cast, "phone-more")).content.decode()
    wanted = [at(cast, name) for name in ("phone-people", "phone-written", "phone-settings")]
    wanted += [reverse(name) for name in ("phone-reminders", "notices", "phone-sign-in")]
    assert [one for one in wanted if f'href="{one}"' not in page] == []
    assert people in page


@pytest.mark.parametrize("name", ["phone-reminders", "notices"])
def test_a_page_about_nobody_leads_back(cast: Cast, client_for: ClientFor, name: str) -> None:
    page = client_for(cast.patient_user).get(reverse(name)).content.decode()
    assert f'<a class="phone__back" href="{reverse("home")}">' in page


def test_a_warning_sign_is_named_as_it_was_tapped(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.patient_user)
    signs = at(cast, "phone-signs")
    client.post(signs, {"id": str(uuid.uuid4()), "kind": "red_flag", "sign": "new_weakness"})
    page = client.get(at(cast, "phone-entries")).content.decode()
    assert "Warning sign: New weakness in a leg" in page


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Thursday, 26 November"), ("ko", "11월 26일 목요일")]
)
def test_a_day_is_written_as_its_language_writes_it(language: str, heading: str) -> None:
    line = Line(
        id=uuid.uuid4(), words="", time="", whose="", changeable=False, version=1, address="",
        key=uuid.uuid4(),
    )  # fmt: skip
    with translation.override(language):
        [day] = by_day([(dt.date(2026, 11, 26), line)], headings=True)
    assert day.heading == heading
