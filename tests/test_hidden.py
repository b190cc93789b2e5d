"""What the clinic wants to discuss first is told nowhere before its time (DESIGN.md section 3).

Every address that a patient or caregiver can open is opened, from the tables of the access matrix:
before anything is hidden, while it is hidden, and once it is shared or its days are over. While it
is hidden every answer is, to the byte, what it was before.
"""

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outcomes.charts import NAMES
from outcomes.record import Record
from outcomes.sharing import SHAREABLE, hidden, hidden_until, waits
from patients.models import Imaging, Threshold
from patients.querysets import hideable
from tests import test_access_matrix as matrix
from tests.api.client import Api, new_id, path
from tests.support.cast import TODAY, Cast
from tests.support.copies import Once
from tests.support.telling import tells

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates_as_in_life")]

DAY = str(TODAY)
READERS = {"patient": "patient_user", "sees": "sees", "both": "sees_and_reports"}
# planted in the hidden records; no number of them stands anywhere else
CANARIES = {
    "labs": ["77.731", "laboratory-canary"],
    "imaging": ["finding-canary", "displaced-canary"],
    "visits": ["note-canary", "bladder-canary", "2719"],
}
# where a reader finds what is shared: at least there
BELONGS = {
    "77.731": {"api-labs", "api-lab", "api-timeline", "api-figure", "phone-recovery"},
    "laboratory-canary": {"api-labs", "api-lab", "api-timeline"},
    "finding-canary": {"api-imaging", "api-timeline", "phone-written"},
    "displaced-canary": {"api-imaging", "api-timeline", "phone-written"},
    "note-canary": {"api-visits", "api-visit", "api-timeline", "phone-written"},
    "bladder-canary": {"api-visits", "api-visit", "api-timeline"},
    "2719": {"api-visits", "api-visit", "api-timeline", "api-figure", "phone-recovery"},
}
TELLING = {name for places in BELONGS.values() for name in places}
# outside the full profile some looks are only at these
WHERE = None if matrix.FULL else TELLING


@Once
def of_every_kind(cast: Cast) -> dict[str, str]:
    return matrix.record_everything(Api(cast.physician_a), cast.ha)


@pytest.fixture
def recorded(cast) -> dict[str, str]:
    """Of every kind one document of Ha that nobody hides."""
    return of_every_kind(cast)


def plant(cast: Any) -> dict[str, str]:
    """A result, a scan and a visit with grades that fall, each to be discussed first."""
    documents = {
        "labs": {"analyte": "crp", "value": "77.731", "unit": "mg/L", "specimen_at": DAY,
                 "laboratory": "laboratory-canary", "range": {"low": "0", "high": "5"}},
        "imaging": {"modality": "mri", "date": DAY, "findings": "finding-canary",
                    "cord_displacement": "displaced-canary"},
        "visits": {"kind": "unscheduled", "date": DAY, "mode": "in_person", "note": "note-canary",
                   "motor": {"basis": "gestalt", "right": {"grade": "0"}, "left": {"grade": "0"}},
                   "pain": {"back": 9}, "walking": {"fac": 0},
                   "bladder": {"method": "normal_voiding", "pvr_ml": 2719, "pvr_method": "scan",
                               "description": "bladder-canary"}},
    }  # fmt: skip
    physician, planted = Api(cast.physician_a), {}
    for kind, document in documents.items():
        body = {"id": new_id(), "discuss_first": True, **document}
        answer = physician.post(path(cast.ha, kind), body)
        assert answer.status == 201, answer.raw.content
        planted[kind] = body["id"]
    return planted


def readable(who: str) -> Iterator[matrix.Route]:
    """Every route that this reader can open about Ha, or about nobody."""
    for route in matrix.ROUTES:
        rule = (matrix.classified(route) or {}).get("GET")
        if rule is None:
            continue
        cells = matrix.policy(rule[0])
        if (cells.get("Ha") or cells["any"])[who] in {"ok", "302"}:
            yield route


def addresses(
    cast: Any, who: str, recorded: dict[str, str], planted: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """The route and its address, with the planted ids as well, each figure and each kind."""
    ids = recorded | planted
    numbers = [recorded["visits"], *planted.values()]
    for route in readable(who):
        for known, name in itertools.product((recorded, ids), NAMES):
            where = matrix.address(cast, route, cast.ha.pk, known)
            yield (
                route.name,
                where.replace("/recovery/", f"/{name}/") if "name" in (route.arguments) else where,
            )
        if "record_id" in route.arguments:
            for number in numbers:
                yield route.name, reverse(route.name, args=[cast.ha.pk, number])


def everything(
    cast: Any, who: str, recorded: dict[str, str], *planted: dict[str, str], only: Any = None
) -> dict[tuple[str, str], tuple[int, bytes, str]]:
    """What the reader is answered, once per address; `only` of some routes."""
    user = cast.users[READERS[who]]
    browser, api = Client(raise_request_exception=False), Api(user)
    browser.force_login(user)
    found = {}
    every = (place for one in planted for place in addresses(cast, who, recorded, one))
    for name, where in dict.fromkeys(every):
        if only is not None and name not in only:
            continue
        if name.startswith("api-"):
            answer = api.get(where, **({"accept": "text/html"} if name == "api-docs" else {})).raw
        else:
            answer = browser.get(where)  # where it leads is an address of its own
        content = b"".join(answer) if answer.streaming else answer.content
        found[name, where] = answer.status_code, content, answer.headers.get("ETag", "")
    return found


def leaks(told: dict[Any, Any], planted: dict[str, str]) -> list[tuple[Any, str]]:
    secrets = [one for kind in CANARIES.values() for one in kind] + list(planted.values())
    return [
        (place, secret)
        for place, (_status, content, etag) in told.items()
        for secret in secrets
        if (tells(content, secret) or secret in etag)
        and not (secret in place[1] and _only_repeats(content, place[1]))
    ]


def _only_repeats(content: bytes, where: str) -> bool:
    """An answer may repeat the address that was asked for, as a 404 page's language switch does."""
    return where.rsplit("/", 2)[-2].encode() not in content.replace(where.encode(), b"")


def told_where(told: dict[Any, Any]) -> dict[str, set[str]]:
    """By canary, the routes that tell it."""
    found = defaultdict(set)
    for (name, _where), (_status, content, _etag) in told.items():
        for secret in itertools.chain(*CANARIES.values()):
            if tells(content, secret):
                found[secret].add(name)
    return found


# what differs at each answer; what tells of one's own looking, and a token of the session
ALWAYS_NEW = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|data-key="[^"]*"|name="(id|slip|key)" value="[^"]*"'
    rb'|"challenge": "[^"]*"'
    rb'|data-draft="[^"]*"|nonce="[^"]*"'
)
OWN_DOING = {"patient-access", "phone-session"}


@pytest.mark.parametrize("who", READERS)
def test_while_hidden_every_answer_is_what_it_was_before(cast, recorded, who):
    before = everything(cast, who, recorded, {})
    planted = plant(cast)
    during = everything(cast, who, recorded, planted)
    assert leaks(during, planted) == []
    assert told_where(during) == {}
    same = [place for place in before if place[0] not in OWN_DOING]
    assert len(same) > 40, same
    changed = {place for place in same if _told(before[place]) != _told(during[place])}
    assert {place: _first_difference(before[place], during[place]) for place in changed} == {}


def _first_difference(one: tuple[int, bytes, str], other: tuple[int, bytes, str]) -> object:
    """Where two answers part, with a little around it."""
    (_status, first, _etag), (_status, second, _etag) = _told(one), _told(other)
    at = next((i for i, pair in enumerate(zip(first, second)) if len(set(pair)) > 1), -1)  # noqa: B905
    return first[max(at - 80, 0) : at + 40], second[max(at - 80, 0) : at + 40]


def _told(answer: tuple[int, bytes, str]) -> tuple[int, bytes, str]:
    return answer[0], ALWAYS_NEW.sub(b"", answer[1]), answer[2]


def test_a_hidden_id_answers_like_one_that_does_not_exist(cast, recorded):
    planted = plant(cast)
    api = Api(cast.patient_user)
    for kind, number in planted.items():
        where = f"visits/{number}/" if kind == "visits" else path(cast.ha, kind, number)
        nothing = where.replace(number, new_id())
        physician = Api(cast.physician_a).get(where)
        assert physician.status == 200
        for headers in ({}, {"if_none_match": physician.etag}, {"if_none_match": "*"}):
            assert api.get(where, **headers).seen == api.get(nothing, **headers).seen
        assert api.patch(where, {"reason": "x"}).seen == api.patch(nothing, {"reason": "x"}).seen


@pytest.mark.parametrize("who", READERS)
def test_after_its_days_it_is_found_where_it_belongs(cast, recorded, who):
    planted, now = plant(cast), timezone.now()
    with time_machine.travel(now + dt.timedelta(days=13.99), tick=False):
        assert leaks(everything(cast, who, recorded, planted, only=WHERE), planted) == []
    with time_machine.travel(now + dt.timedelta(days=14.01), tick=False):
        only = WHERE if who != "patient" else None
        found = told_where(everything(cast, who, recorded, planted, only=only))
    assert set().union(*found.values()) <= TELLING, "name this route where it belongs"
    assert {secret: places - found[secret] for secret, places in BELONGS.items()} == {
        secret: set() for secret in BELONGS
    }


def test_a_site_that_waits_less_shares_earlier(cast, recorded):
    Threshold.objects.create(site=cast.seoul, key="discuss_first_days", value=2, reason="tried")
    planted, now = plant(cast), timezone.now()
    with time_machine.travel(now + dt.timedelta(days=1.99), tick=False):
        assert leaks(everything(cast, "patient", recorded, planted, only=WHERE), planted) == []
    with time_machine.travel(now + dt.timedelta(days=2.01), tick=False):
        found = told_where(everything(cast, "patient", recorded, planted, only=WHERE))
    assert set(found) == set(BELONGS)


def test_what_is_shared_is_found_at_once_and_the_rest_stays_hidden(cast, recorded, client_for):
    planted = plant(cast)
    physician = client_for(cast.physician_a)
    kinds = {kind.path: kind for kind in SHAREABLE}
    shared: set[str] = set()
    for kind, number in planted.items():
        where = reverse(f"{kinds[kind].name}-share", args=[cast.ha.pk, number])
        answer = physician.post(where, {"version": "1"})
        assert (answer.status_code, answer.url) == (302, reverse("patient", args=[cast.ha.pk]))
        shared |= set(CANARIES[kind])
        found = told_where(everything(cast, "patient", recorded, planted, only=WHERE))
        assert set(found) == shared
        assert all(BELONGS[secret] <= found[secret] for secret in shared)


def test_who_opened_my_record_does_not_tell_of_it_until_it_is_shared(cast, recorded, client_for):
    def events():
        page = client_for(cast.patient_user).get(reverse("patient-access", args=[cast.ha.pk]))
        return re.sub(r"<[^>]+>", " ", page.content.decode())

    before = events().count("Recorded")
    planted = plant(cast)
    where = reverse("lab-check", args=[cast.ha.pk])
    client_for(cast.physician_a).post(where, {"analyte": "crp"})
    assert events().count("Recorded") == before
    assert "checked" not in events()
    assert "data query" not in events().lower()
    with time_machine.travel(timezone.now() + dt.timedelta(days=14.01), tick=False):
        assert events().count("Recorded") == before + len(planted)


# --- the clinic ---------------------------------------------------------------------------------
def test_clinicians_read_until_when_and_share_with_one_tap(cast, client_for):
    planted = plant(cast)
    until = (timezone.now() + dt.timedelta(days=14)).astimezone(dt.timezone(dt.timedelta(hours=9)))
    said = f"The patient does not see this until {until:%Y-%m-%d}."
    physician, therapist = client_for(cast.physician_a), client_for(cast.therapist_a)
    page = physician.get(reverse("patient", args=[cast.ha.pk])).content.decode()
    assert page.count(said) == len(planted) == page.count("Discussed, share now")
    # a scan is the doctors' to share
    page = therapist.get(reverse("patient", args=[cast.ha.pk])).content.decode()
    assert (page.count(said), page.count("Discussed, share now")) == (3, 2)
    for kind in SHAREABLE:
        page = physician.get(reverse(f"{kind.name}-list", args=[cast.ha.pk])).content.decode()
        assert page.count(said) == 1, kind.name


def test_sharing_keeps_the_record_and_says_who_and_why(cast, client_for):
    planted = plant(cast)
    physician = client_for(cast.physician_a)
    where = reverse("imaging-share", args=[cast.ha.pk, planted["imaging"]])
    back = reverse("imaging-list", args=[cast.ha.pk])
    assert physician.post(where, {"version": "1", "next": back}).url == back
    row = Imaging.objects.get(pk=planted["imaging"])
    assert (row.version, row.discuss_first, row.findings) == (2, False, "finding-canary")
    history = physician.get(reverse("document-history", args=[cast.ha.pk, row.pk]))
    assert "Discussed with the patient" in history.content.decode()
    # a second tap changes nothing and is no error
    assert physician.post(where, {"version": "1"}).status_code == 302
    assert Imaging.objects.get(pk=planted["imaging"]).version == 2


@pytest.mark.parametrize("version", ["", "0", "2", "x", "9" * 12, "-1", "\u0661"])
def test_a_version_that_was_not_seen_is_not_shared(cast, client_for, version):
    planted = plant(cast)
    where = reverse("imaging-share", args=[cast.ha.pk, planted["imaging"]])
    answer = client_for(cast.physician_a).post(where, {"version": version}, follow=True)
    assert "It was changed meanwhile" in answer.content.decode()
    assert Imaging.objects.get(pk=planted["imaging"]).discuss_first is True


def test_nothing_but_a_page_of_the_patient_is_come_back_to(cast, client_for):
    planted = plant(cast)
    where = reverse("lab-share", args=[cast.ha.pk, planted["labs"]])
    answer = client_for(cast.physician_a).post(where, {"next": "https://elsewhere.example/"})
    assert answer.url == reverse("patient", args=[cast.ha.pk])


@pytest.mark.parametrize(
    ("days", "still"),
    [(0, True), (13.99, True), (14, False), (14.01, False)],
    ids=["at once", "just before", "to the moment", "after"],
)
def test_what_the_clinic_reads_agrees_with_what_the_patient_sees(cast, days, still):
    planted = plant(cast)
    row = Imaging.objects.get(pk=planted["imaging"])
    at = row.recorded_at + dt.timedelta(days=days)
    with time_machine.travel(at, tick=False):
        assert (row in [one.row for one in hidden(Record(cast.ha, cast.physician_a))]) == still
        assert (hidden_until(row, waits(cast.seoul)) is not None) == still
        assert Imaging.objects.visible_to(cast.patient_user).exists() != still


def test_every_kind_that_can_be_hidden_can_be_shared():
    assert {kind.model for kind in SHAREABLE} == set(hideable())


def test_nothing_is_hidden_unless_somebody_says_so(cast, recorded):
    """No kind is hidden by itself, results from a file included."""
    assert hidden(Record(cast.ha, cast.physician_a)) == []
