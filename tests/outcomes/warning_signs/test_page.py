"""The page of warning signs on the server: reports without a script, numbers, who sees what."""

import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes.models import Alert, DiaryEntry
from outcomes.reference import Sign, red_flags
from patients.models import AuditEvent, Site
from tests.support.alerts import answer

pytestmark = pytest.mark.django_db
UNKNOWN = "The clinic does not know yet."


@pytest.fixture
def signs_of(client, cast):
    """A browser on the page of Ha's warning signs, as someone."""

    def open_(user, patient=None):
        client.force_login(user)
        return reverse("phone-signs", args=[(patient or cast.ha).pk])

    return open_


def shown(client, address):
    answered = client.get(address)
    assert answered.status_code == 200
    return answered.content.decode()


def plain(html):
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def advice(html, sign):
    section = re.search(rf'<section class="signs__advice" id="{sign}".*?</section>', html, re.S)
    assert section
    return section[0]


def entry_on(html):
    return re.search(r'name="id" value="([0-9a-f-]+)"', html)[1]


# --- the page -------------------------------------------------------------------------------------
def test_every_sign_has_its_button_and_its_advice_in_the_page(client, cast, signs_of):
    page = shown(client, signs_of(cast.patient_user))
    for sign, flag in red_flags().items():
        assert f'name="sign" value="{sign}"' in page
        said = plain(advice(page, sign))
        assert flag.label in said
        assert all(sentence in said for sentence in flag.advice)
        assert "Do not wait for the clinic to call you back." in said
        assert UNKNOWN in said


def test_without_numbers_it_says_so_and_whom_to_call_all_the_same(client, cast, signs_of):
    page = shown(client, signs_of(cast.patient_user))
    assert "tel:" not in page
    assert "Your clinic has not given its number." in plain(advice(page, "fever"))
    assert "Call your country's emergency number now." in plain(advice(page, "fever")).replace(
        "&#x27;", "'"
    )


def test_with_numbers_each_has_a_button(client, cast, signs_of):
    given = {"phone": "02-123-4567", "phone_note": "Day and night", "emergency_number": "119",
             "crisis_line": "109"}  # fmt: skip
    Site.objects.filter(pk=cast.seoul.pk).update(**given)
    page = shown(client, signs_of(cast.patient_user))
    fever = advice(page, "fever")
    assert re.findall(r'href="tel:([^"]*)"', fever) == ["021234567", "119"]
    assert "Day and night" in fever
    chest = advice(page, "chest_pain_breathless")
    assert re.findall(r'href="tel:([^"]*)"', chest) == ["119", "021234567"]
    assert re.findall(r'href="tel:([^"]*)"', advice(page, "self_harm"))[0] == "109"


def test_what_a_site_calls_itself_cannot_break_the_page(client, cast, signs_of):
    Site.objects.filter(pk=cast.seoul.pk).update(phone="1-2-3", phone_note="<script>x</script>")
    assert "<script>x" not in shown(client, signs_of(cast.patient_user))


def test_every_page_of_the_phone_leads_there(client, cast, signs_of):
    address = signs_of(cast.patient_user)
    for name in ("phone-today", "phone-entries", "phone-more", "phone-settings", "phone-signs"):
        page = shown(client, reverse(name, args=[cast.ha.pk]))
        assert f'href="{address}"' in page, name


def test_the_shell_holds_the_advice_and_the_numbers_and_nothing_about_the_person(
    client, cast, signs_of
):
    Site.objects.filter(pk=cast.seoul.pk).update(phone="02-123-4567")
    address = signs_of(cast.patient_user)
    client.post(address, {"sign": "fever", "id": str(uuid.uuid4())})
    shell = shown(client, f"{address}?shell")
    assert "tel:021234567" in shell
    assert all(flag.label in shell for flag in red_flags().values())
    assert "has been told" not in plain(shell).replace("&#x27;", "'")
    assert ">Ha<" not in shell


# --- reporting ------------------------------------------------------------------------------------
@pytest.mark.parametrize("sign", list(Sign))
def test_a_plain_post_reports_and_goes_to_the_advice(client, cast, signs_of, sign):
    address = signs_of(cast.patient_user)
    answered = client.post(address, {"sign": sign, "id": entry_on(shown(client, address))})
    assert (answered.status_code, urlsplit(answered["Location"]).fragment) == (302, sign)
    entry = DiaryEntry.objects.get(sign=sign)
    assert (entry.patient, entry.recorded_by, entry.reporter) == (
        cast.ha, cast.patient_user, "patient",
    )  # fmt: skip
    assert Alert.objects.filter(record=entry.pk, rule=f"reported_{sign}").count() == 1
    said = plain(advice(shown(client, address), sign))
    assert re.search(r"Your clinic has been told at \d\d:\d\d\.", said)
    assert "They may not see it at once: call." in said
    assert UNKNOWN not in said


def test_the_same_page_sent_twice_is_one_report_of_each_sign(client, cast, signs_of):
    address = signs_of(cast.patient_user)
    page = entry_on(shown(client, address))
    for sign in ("fever", "fever", "wound_leak", "fever", "wound_leak"):
        client.post(address, {"sign": sign, "id": page})
    reported = DiaryEntry.objects.filter(patient=cast.ha)
    assert sorted(reported.values_list("sign", flat=True)) == ["fever", "wound_leak"]
    client.post(address, {"sign": "fever", "id": entry_on(shown(client, address))})
    assert DiaryEntry.objects.filter(sign="fever").count() == 2


def test_a_report_that_was_taken_back_is_told_anew_from_the_same_page(client, cast, signs_of):
    address = signs_of(cast.patient_user)
    page = entry_on(shown(client, address))
    client.post(address, {"sign": "fever", "id": page})
    first = DiaryEntry.objects.get(sign="fever")
    undo = {"undo": str(first.pk), "key": str(uuid.uuid4()), "version": "1"}
    client.post(reverse("phone-today", args=[cast.ha.pk]), undo)
    client.post(address, {"sign": "fever", "id": page})
    again = DiaryEntry.objects.current().get(sign="fever")
    assert Alert.objects.filter(record=again.pk, rule="reported_fever").count() == 1


@pytest.mark.parametrize("page", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_report_is_taken_whatever_the_id(client, cast, signs_of, page):
    address = signs_of(cast.patient_user)
    for user in (cast.patient_user, cast.reports):
        client.force_login(user)
        client.post(address, {"sign": "fever", "id": page})
    assert DiaryEntry.objects.filter(sign="fever").count() == 2


@pytest.mark.parametrize("sign", ["", "hiccups", "fever\x00"])
def test_something_else_is_refused_and_says_that_the_clinic_does_not_know(
    client, cast, signs_of, sign
):
    answered = client.post(signs_of(cast.patient_user), {"sign": sign})
    assert answered.status_code == 422
    assert "Tap one of the signs." in answered.content.decode()
    assert not DiaryEntry.objects.filter(patient=cast.ha).exists()


def test_a_caregiver_reports_as_a_caregiver(client, cast, signs_of):
    client.post(signs_of(cast.reports), {"sign": "fever"})
    entry = DiaryEntry.objects.get(patient=cast.ha)
    assert (entry.reporter, entry.recorded_by) == ("caregiver", cast.reports)


def test_who_may_only_see_reads_the_advice_and_reports_nothing(client, cast, signs_of):
    address = signs_of(cast.sees)
    page = shown(client, address)
    assert 'name="sign"' not in page
    assert all(f'href="#{sign}"' in page for sign in Sign)
    assert client.post(address, {"sign": "fever"}).status_code == 403
    assert not DiaryEntry.objects.filter(patient=cast.ha).exists()


def test_opening_and_reporting_leave_one_event_each(client, cast, signs_of):
    address = signs_of(cast.patient_user)
    before = AuditEvent.objects.count()
    client.get(address)
    client.post(address, {"sign": "fever"})
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[before:]
    assert actions == ["patient.signs", "diaryentry.record", "alert.raise"]


# --- what the clinic answers ----------------------------------------------------------------------
def test_that_it_was_seen_is_told_and_the_note_is_not(client, cast, signs_of):
    address = signs_of(cast.patient_user)
    client.post(address, {"sign": "self_harm"})
    answer(Alert.objects.get(rule="reported_self_harm"), cast.physician_a)
    page = shown(client, address)
    assert "Someone at the clinic has seen it at" in advice(page, "self_harm")
    assert "Seen at once." not in page
    assert "physician_a" not in page


def test_many_reports_cost_as_many_queries_as_one(
    client, cast, signs_of, django_assert_num_queries
):
    address = signs_of(cast.patient_user)
    client.post(address, {"sign": "fever"})
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    queries = len(few)
    for sign in Sign:
        client.post(address, {"sign": sign})
    with django_assert_num_queries(queries):
        client.get(address)
