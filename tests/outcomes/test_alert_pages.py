"""Alerts on the patient's page and on their own: seen, answered, hidden from the patient."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from outcomes.actions.alerts import acknowledge
from outcomes.actions.consequences import enter_in_error
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import Alert, Visit
from patients.documents.base import read
from patients.models import AuditEvent
from tests.outcomes.actions.test_alerts import amended, examined, motor_of, note
from tests.support.cast import SURGERY, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def fall(cast):
    visit = examined(cast.ha, cast.physician_a, 60, "2", examiner="Dr Kim")
    return Alert.objects.get(patient=cast.ha, record=visit.pk)


def shown(client, name, *arguments):
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def page(client, cast):
    return shown(client, "patient", cast.ha.pk)


def card(text):
    return text[text.index('class="alerts"') : text.index('class="clocks"')]


def answered(client, alert, **sent):
    return client.post(reverse("alert-acknowledge", args=[alert.patient_id, alert.pk]), sent)


def test_the_card_says_what_changed_and_what_to_do(cast, fall, client_for):
    told = card(page(client_for(cast.physician_a), cast))
    for words in (
        "1 open alert", "Emergency", "Muscle grade fell", "Right leg: MRC grade",
        "Contact the surgical team now.", "Examined by Dr Kim", fall.when_before, fall.when_now,
        "<strong>3</strong>", "<strong>2</strong>", "not reviewed by a clinician",
        "Decision support, not diagnosis",
    ):  # fmt: skip
        assert words in told, words


def test_without_an_open_alert_there_is_no_card(cast, fall, client_for):
    client = client_for(cast.physician_a)
    assert answered(client, fall, note="Re-examined.").status_code == 302
    assert 'class="alerts"' not in page(client, cast)


def test_an_urgent_one_calls_nobody(cast, client_for):
    examined(cast.ha, cast.physician_a, 60, "3", "3")
    assert "Contact the surgical team now." not in card(page(client_for(cast.physician_a), cast))


def test_what_cannot_be_compared_says_what_is_missing(cast, client_for):
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled",
        "date": str(SURGERY + dt.timedelta(days=60)),
        "motor": {"basis": "gestalt", "right": {"not_testable": "pain"}},
    }  # fmt: skip
    visits = BY_PATH["visits"]
    visits.record(
        patient=cast.ha, document=read(visits.shape, document), asked=now(cast.physician_a)
    )
    told = card(page(client_for(cast.physician_a), cast))
    assert "Ask: re-examine" in told
    assert "not testable: pain" in told
    assert "missing or not comparable: Right leg: MRC grade" in told


def test_an_open_alert_of_a_fall_stands_beside_the_outcome(cast, fall, client_for):
    client = client_for(cast.physician_a)
    box = re.search(r'<section[^>]* id="outcome".*?</section>', page(client, cast), re.S)[0]
    assert "Open alert" in box
    assert "Muscle grade fell, Right leg: MRC grade: 3 → 2" in re.sub(r"\s+", " ", box)
    assert f'href="#alert-{fall.pk}"' in box
    answered(client, fall, note="Re-examined.")
    assert "Open alert" not in page(client, cast)


def test_of_one_level_what_was_found_last_comes_first_and_before_surgery_is_marked(
    cast, client_for
):
    emptied(cast, day=-5, pvr_ml=300, method="normal_voiding")
    emptied(cast, day=60, pvr_ml=300, method="normal_voiding")
    emptied(cast, day=70, pvr_ml=310, method="normal_voiding")
    told = card(page(client_for(cast.physician_a), cast))
    cards = told.split("<article")[1:]
    assert ["From before the operation" in one for one in cards] == [False, False, True]
    days = [re.findall(r"\d{4}-\d\d-\d\d", one.split("alert__change")[1])[-1] for one in cards]
    assert days == sorted(days, reverse=True)


def emptied(cast, day=60, **bladder):
    document = {
        "id": str(uuid.uuid4()), "kind": "unscheduled", "bladder": bladder, "mode": "in_person",
        "date": str(SURGERY + dt.timedelta(days=day)),
    }  # fmt: skip
    BY_PATH["visits"].record(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )


EMPTIED = {
    "an indwelling catheter": (
        {"method": "indwelling_urethral"}, "Cannot check: indwelling catheter.", True,
    ),
    "a residual with an indwelling catheter": (
        {"method": "indwelling_urethral", "pvr_ml": 300}, "Cannot check: indwelling catheter.",
        True,
    ),
    "a residual without the way of emptying": (
        {"pvr_ml": 300}, "The way of emptying is not recorded: judged as voiding.", True,
    ),
    "a residual of who voids": (
        {"pvr_ml": 300, "method": "normal_voiding"}, "judged as voiding", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bladder", "sentence", "said"), EMPTIED.values(), ids=EMPTIED)
def test_how_a_residual_was_judged_is_said(cast, client_for, bladder, sentence, said):
    emptied(cast, **bladder)
    told = card(page(client_for(cast.physician_a), cast))
    assert (sentence in told) is said
    assert "Cannot check; missing or not comparable" not in told


BASIS = {
    "the value now is corrected": ("now", motor_of("4"), {}, ["3", "4"]),
    "the value before is corrected": ("before", motor_of("2"), {}, ["2", "2"]),
    "the order of the two turns round": ("now", motor_of("2"), {"day": 20}, ["2", "3"]),
    "the leg was not testable": (
        "now", {"basis": "gestalt", "left": {"grade": "4"}, "right": {"not_testable": "pain"}}, {},
        ["3", "not recorded"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("which", "motor", "moved", "stands"), BASIS.values(), ids=BASIS)
def test_a_changed_basis_shows_what_was_and_what_is_now(
    cast, fall, client_for, which, motor, moved, stands
):
    visit = Visit.objects.get(pk=fall.record if which == "now" else fall.record_before)
    date = {"date": str(SURGERY + dt.timedelta(days=moved["day"]))} if moved else {}
    amended(visit, cast.physician_a, motor=motor, **date)
    told = card(page(client_for(cast.physician_a), cast))
    was, now_ = told.split("As the record stands now")
    assert "When it was raised" in was
    assert re.findall(r"<strong>(.*?)</strong>", was.split("alert__change--was")[1]) == ["3", "2"]
    assert re.findall(r"<strong>(.*?)</strong>", now_.split("</p>\n")[1]) == stands


def test_a_withdrawn_value_is_shown_as_entered_in_error(cast, fall, client_for):
    visit = Visit.objects.get(pk=fall.record)
    enter_in_error(row=visit, asked=now(cast.physician_a), reason="another patient", expected=1)
    told = card(page(client_for(cast.physician_a), cast))
    assert "<strong>entered in error</strong>" in told.split("As the record stands now")[1]


def test_it_is_answered_where_it_was_seen(cast, fall, client_for):
    client = client_for(cast.physician_a)
    here = reverse("patient", args=[cast.ha.pk])
    assert answered(client, fall, note="seen", next=here).url == here
    there = answered(client, fall, note="seen", next="https://elsewhere.example/")
    assert there.url == here


def test_answered_after_a_refusal_it_leads_to_a_page(cast, fall, client_for):
    client = client_for(cast.physician_a)
    refused = answered(client, fall, note="")
    assert refused.status_code == 422
    here = re.search(r'name="next" value="([^"]*)"', refused.content.decode())[1]
    assert client.get(answered(client, fall, note="seen", next=here).url).status_code == 200


def test_all_alerts_with_their_answers(cast, fall, client_for):
    client = client_for(cast.therapist_a)
    amended(Visit.objects.get(pk=fall.record), cast.physician_a, motor=motor_of("3"))
    answered(client, fall, note="Typed wrong, 3 as before.")
    told = shown(client, "alert-list", cast.ha.pk)
    assert "Acknowledged by therapist_a" in told
    assert "Typed wrong, 3 as before." in told
    assert "Basis changed" in told
    assert AuditEvent.objects.filter(action="alert.list", by=cast.therapist_a).exists()


def test_without_a_note_it_is_not_answered(cast, fall, client_for):
    answer = answered(client_for(cast.physician_a), fall, note="  ")
    assert answer.status_code == 422
    assert "Say in a few words what was done" in answer.content.decode()
    fall.refresh_from_db()
    assert fall.acknowledged_at is None


def test_who_comes_second_is_told_and_keeps_the_words(cast, fall, client_for):
    answered(client_for(cast.physician_a), fall, note="first")
    answer = answered(client_for(cast.therapist_a), fall, note="my own words")
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "physician_a has acknowledged this already" in told
    assert "my own words" in told


def test_the_patient_sees_none_of_it(cast, fall, client_for):
    acknowledge(row=fall, document=note(), asked=now(cast.physician_a))
    client = client_for(cast.patient_user)
    for name in ("phone-recovery", "phone-written"):
        told = shown(client, name, cast.ha.pk).lower()
        assert "alert" not in told.replace('role="alert"', "")
    assert client.get(reverse("alert-list", args=[cast.ha.pk])).status_code == 404
    assert "alert" not in shown(client, "patient-access", cast.ha.pk).lower().replace(
        'role="alert"', ""
    )
    assert "Acknowledged an alert" in shown(
        client_for(cast.physician_a), "patient-access", cast.ha.pk
    )


def test_nothing_typed_becomes_markup(cast, fall, client_for):
    client = client_for(cast.physician_a)
    answered(client, fall, note="<script>alert(1)</script>")
    assert "<script>alert(1)" not in shown(client, "alert-list", cast.ha.pk)
