"""Each sign has its row, its words and its advice, and whom to call with and without numbers."""

import datetime as dt
import itertools
import uuid
from typing import get_args

import pytest

from outcomes.documents.diary import DiaryDocument
from outcomes.presenters import warning_signs as presenter
from outcomes.red_flag_words import ADVICE, LABELS
from outcomes.reference import FirstCall, FlagLevel, Sign, red_flags, sources
from outcomes.warning_signs import Report
from outcomes.words import words
from patients.models import Site

SIGNS = get_args(DiaryDocument.model_fields["sign"].annotation)
PHONE, NOTE, EMERGENCY, CRISIS = "02-123-4567", "Day and night", "119", "109"


def site(*given):
    every = {"phone": PHONE, "emergency_number": EMERGENCY, "crisis_line": CRISIS}
    kept = {name: number for name, number in every.items() if name in given}
    return Site(time_zone="Asia/Seoul", phone_note=NOTE if "phone" in given else "", **kept)


def test_the_signs_are_those_of_the_document():
    assert tuple(Sign) == SIGNS == tuple(red_flags())


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_has_its_words_level_advice_and_source(sign):
    flag = red_flags()[sign]
    assert flag.level in set(FlagLevel)
    assert flag.call in set(FirstCall)
    assert flag.label in LABELS
    assert flag.advice
    assert set(flag.advice) <= set(ADVICE)
    key = flag.source.split(", ")[0]
    assert key in sources()
    assert "CLINICAL G" in flag.source or "CLINICAL H" in flag.source
    assert not flag.verified or sources()[key].verified
    assert words("diary.sign", sign) != sign


def test_what_is_marked_for_translation_is_what_the_reference_says():
    flags = red_flags().values()
    assert list(LABELS) == [flag.label for flag in flags]
    assert list(ADVICE) == list(dict.fromkeys(s for flag in flags for s in flag.advice))


# --- whom to call ---------------------------------------------------------------------------------
# the sign's own first | what the site has given | first line | then, one after the other
CLINIC, CHEST, SELF = "new_weakness", "chest_pain_breathless", "self_harm"
ALL = ("phone", "emergency_number", "crisis_line")
CALL_CLINIC, CALL_EMERGENCY = "Call your clinic", "Call the emergency number"
CALL_CRISIS = "Call the crisis line"
NO_CLINIC, NO_CRISIS = (
    "Your clinic has not given its number.",
    "Your clinic has not given a crisis line.",
)
COUNTRY = "Call your country's emergency number now."
ELSE, ELSE_COUNTRY = (
    "If nobody answers at once, call the emergency number.",
    "If nobody answers at once, call your country's emergency number.",
)
CALLS = [
    (CLINIC, ALL, "Call your clinic now.", [CALL_CLINIC, ELSE, CALL_EMERGENCY]),
    (CLINIC, ("phone",), "Call your clinic now.", [CALL_CLINIC, ELSE_COUNTRY]),
    (CLINIC, ("emergency_number",), "Call the emergency number now.", [CALL_EMERGENCY, NO_CLINIC]),
    (CLINIC, (), COUNTRY, [NO_CLINIC]),
    (CHEST, ALL, "Call the emergency number now.",
     [CALL_EMERGENCY, "Then call your clinic.", CALL_CLINIC]),
    (CHEST, ("phone",), COUNTRY, ["Then call your clinic.", CALL_CLINIC]),
    (CHEST, ("emergency_number",), "Call the emergency number now.", [CALL_EMERGENCY, NO_CLINIC]),
    (CHEST, (), COUNTRY, [NO_CLINIC]),
    (SELF, ALL, "Call the crisis line now.",
     [CALL_CRISIS, ELSE, CALL_EMERGENCY, "Then call your clinic.", CALL_CLINIC]),
    (SELF, ("crisis_line",), "Call the crisis line now.", [CALL_CRISIS, ELSE_COUNTRY, NO_CLINIC]),
    (SELF, ("phone", "emergency_number"), "Call the emergency number now.",
     [CALL_EMERGENCY, "Then call your clinic.", CALL_CLINIC, NO_CRISIS]),
    (SELF, ("phone",), COUNTRY, ["Then call your clinic.", CALL_CLINIC, NO_CRISIS]),
    (SELF, (), COUNTRY, [NO_CRISIS, NO_CLINIC]),
]  # fmt: skip


def told(sign, given):
    (one,) = [s for s in presenter.signs(site(*given), [], NOW, str) if s.sign == sign]
    lines = [line for call in one.calls for line in (call.before, call.words) if line]
    return one, lines


NOW = dt.datetime(2026, 3, 1, 5, 5, tzinfo=dt.UTC)  # 14:05 in Seoul


@pytest.mark.parametrize(
    ("sign", "given", "first", "lines"),
    [pytest.param(*row, id=f"{row[0]} with {' '.join(row[1]) or 'nothing'}") for row in CALLS],
)
def test_whom_to_call(sign, given, first, lines):
    one, said = told(sign, given)
    assert (one.first, said) == (first, lines)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "given", [g for n in range(4) for g in itertools.combinations(ALL, n)], ids=" ".join
)
def test_every_given_number_that_fits_has_a_button_and_someone_can_always_be_called(sign, given):
    one, _lines = told(sign, given)
    dialled = {call.dial for call in one.calls if call.dial}
    fitting = {"phone": "021234567", "emergency_number": "119"}
    if red_flags()[sign].call is FirstCall.CRISIS:
        fitting["crisis_line"] = "109"
    assert dialled == {number for name, number in fitting.items() if name in given}
    assert one.first.startswith("Call ")
    spoken = one.first + " ".join(call.words for call in one.calls)
    assert "emergency number" in spoken


def test_when_the_telephone_is_answered_stands_beside_the_clinics_number_alone():
    one, _lines = told(CLINIC, ALL)
    assert [(call.who, call.note) for call in one.calls] == [("clinic", NOTE), ("emergency", "")]


# --- what the clinic knows ------------------------------------------------------------------------
def report(happened=0, told=0, seen=None, sign="fever"):
    """Minutes before NOW."""

    def ago(minutes):
        return NOW - dt.timedelta(minutes=minutes)

    return Report(
        id=uuid.uuid4(), sign=sign, happened_at=ago(happened), told_at=ago(told),
        seen_at=None if seen is None else ago(seen), zone="Asia/Seoul",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told_at", "happened", "seen"),
    [
        (report(), "14:05", "", ""),
        (report(60, 0), "14:05", "", ""),
        (report(61, 0), "14:05", "13:04", ""),
        (report(15, 15, 5), "13:50", "", "14:00"),
        (report(14 * 60 + 6, 14 * 60 + 6), "2026-02-28 23:59", "", ""),
        (report(3 * 24 * 60, 5), "14:00", "2026-02-26 14:05", ""),
    ],
)
def test_what_is_said_of_a_report(given, told_at, happened, seen):
    said = presenter.report_words(given, NOW, str)
    assert (said.told, said.happened, said.seen) == (told_at, happened, seen)
    assert said.label == "Fever"


def test_a_sign_shows_its_latest_report():
    reports = [report(1, 1), report(9, 9), report(5, 5, sign="wound_leak")]
    by_sign = {one.sign: one for one in presenter.signs(site(), reports, NOW, str)}
    assert by_sign["fever"].last.told == "14:04"
    assert len(by_sign["fever"].reports) == 2
    assert by_sign["new_weakness"].last is None
