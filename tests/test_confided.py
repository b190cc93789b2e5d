"""A patient's mood and thoughts of self-harm are for the patient and the clinic alone.

Whoever sees the record reads the rest of the diary; what a caregiver reported, that one reads too.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.models import DiaryEntry
from patients import invitations
from patients.actions import link_caregiver
from patients.invitations import Terms
from patients.roles import Scope
from tests.api.client import Api, path
from tests.api.test_diary import entry
from tests.support.cast import now
from tests.test_hidden import everything
from tests.test_hidden import recorded as recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates_as_in_life")]

CONFIDED = (
    {"kind": "mood", "mood": "low", "words": "mood-canary"},
    {"kind": "red_flag", "sign": "self_harm", "words": "harm-canary"},
)
CANARIES = (b"mood-canary", b"harm-canary")
OPEN = {"kind": "note", "words": "note-canary"}
RELATIVES = ("sees", "sees_and_reports", "reports")


def say(user, patient, facts):
    document = entry(**facts)
    answer = Api(user).post(path(patient, "diary"), document)
    assert answer.status == 201, answer.raw.content
    return document["id"]


@pytest.mark.parametrize(
    ("who", "author"),
    [
        ("sees", "patient"),
        ("both", "clinic"),
        ("both", "another caregiver"),
        pytest.param("both", "patient", marks=pytest.mark.full),
        pytest.param("sees", "clinic", marks=pytest.mark.full),
        pytest.param("sees", "another caregiver", marks=pytest.mark.full),
    ],
)
def test_no_page_and_no_answer_tells_a_caregiver(cast, recorded, who, author):
    authors = {"patient": cast.patient_user, "clinic": cast.physician_a,
               "another caregiver": cast.reports}  # fmt: skip
    behalf = {"on_behalf": "patient"} if author == "clinic" else {}
    numbers = [say(authors[author], cast.ha, facts | behalf) for facts in CONFIDED]
    say(cast.patient_user, cast.ha, OPEN)
    told = everything(cast, who, recorded, *({"diary": number} for number in numbers))
    secrets = [*CANARIES, *(number.encode() for number in numbers)]
    leaking = {
        place
        for place, (_status, content, _etag) in told.items()
        for secret in secrets
        if secret in content.replace(place[1].encode(), b"")
    }
    assert leaking == set()
    assert {place[0] for place, answer in told.items() if b"note-canary" in answer[1]} >= {
        "api-diary",
        "api-timeline",
        "phone-entries",
        "phone-today",
    }


def test_a_caregiver_is_called_what_this_patient_calls_them_and_only_before_the_patient(
    cast, client_for
):
    """The account bears the name that the first patient gave it."""
    made = invitations.invite(
        patient=cast.ji, terms=Terms("both", "Mina, my dear"), asked=now(cast.physician_a)
    )
    joined = invitations.join(code=made.code, year=1939, by=None, language="en", at=timezone.now())
    mina = joined.user
    link_caregiver(
        patient=cast.ha, user=mina, scope=Scope.BOTH, name="Mrs Kim", asked=now(cast.physician_a)
    )
    say(mina, cast.ha, OPEN)

    def entries(user):
        return client_for(user).get(reverse("phone-entries", args=[cast.ha.pk])).content.decode()

    assert "entered by Mrs Kim" in entries(cast.patient_user)
    assert "entered by a caregiver" in entries(cast.sees_and_reports)
    for reader in (cast.patient_user, cast.sees_and_reports):
        assert "my dear" not in entries(reader)


@pytest.mark.parametrize("who", RELATIVES)
def test_of_thoughts_of_self_harm_no_caregiver_reads_that_they_were_told(cast, client_for, who):
    say(cast.patient_user, cast.ha, CONFIDED[1])
    reader = cast.users[who]
    assert Api(reader).get(path(cast.ha, "warning-signs")).json["reports"] == []
    page = client_for(reader).get(reverse("phone-signs", args=[cast.ha.pk])).content.decode()
    assert "What the clinic was told" not in page


@pytest.mark.parametrize("who", ["patient_user", "physician_a", "therapist_a"])
def test_the_patient_and_the_clinic_read_both(cast, who):
    numbers = {say(cast.patient_user, cast.ha, facts) for facts in CONFIDED}
    seen = DiaryEntry.objects.visible_to(cast.users[who]).filter(pk__in=numbers)
    assert {str(one.pk) for one in seen} == numbers


@pytest.mark.parametrize("who", ["reports", "sees_and_reports"])
def test_who_reported_it_reads_it_and_so_does_the_patient(cast, who):
    number = say(cast.users[who], cast.ha, CONFIDED[1])
    for reader in (cast.users[who], cast.patient_user):
        assert Api(reader).get(f"diary/{number}/").status == 200


def test_a_caregiver_cannot_tell_a_hidden_id_from_one_that_is_not_there(cast):
    number = say(cast.patient_user, cast.ha, CONFIDED[0])
    api, nothing = Api(cast.sees_and_reports), "00000000-0000-4000-8000-000000000000"
    for deed in ("get", "patch"):
        more = {} if deed == "get" else {"body": {"reason": "x"}}
        hidden = getattr(api, deed)(f"diary/{number}/", **more)
        assert hidden.seen == getattr(api, deed)(f"diary/{nothing}/", **more).seen


def test_a_clinician_who_is_the_caregiver_as_well_reads_it_at_work(cast):
    link_caregiver(patient=cast.ha, user=cast.therapist_a, scope=Scope.SEE,
                   asked=now(cast.physician_a))  # fmt: skip
    number = say(cast.patient_user, cast.ha, CONFIDED[0])
    assert DiaryEntry.objects.visible_to(cast.therapist_a).filter(pk=number).exists()


def test_the_patient_is_told_who_reads_before_saying_it(cast, client_for):
    def text(user, name):
        page = client_for(user).get(reverse(name, args=[cast.ha.pk])).content.decode()
        return " ".join(page.split())

    mine = text(cast.patient_user, "phone-today")
    assert mine.count("Only you and your clinic read this.") == 1
    assert "The people you let see how it goes read it too." in mine
    assert "Only you and your clinic read this." in text(cast.patient_user, "phone-signs")
    assert "except your mood" in text(cast.patient_user, "phone-people")
    for name in ("phone-today", "phone-signs"):
        assert "Only you and your clinic" not in text(cast.sees_and_reports, name)
