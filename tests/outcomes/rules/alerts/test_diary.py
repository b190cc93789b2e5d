"""The diary between visits: falls, catheter volumes, low mood, each input missing (G, H, J)."""

from dataclasses import replace

import pytest

from outcomes.rules.alerts import diary
from outcomes.rules.alerts.base import Raised
from tests.outcomes.rules.alerts.tables import DEFAULTS, course, fact, said, table, visit


def entry(day, kind, time="10:00", id="", **values):
    made = fact(day, time, id or f"day{day}", kind=kind, **values)
    return replace(made, reporter="patient")


def fell(day, **values):
    return entry(day, "fall", **values)


def volume(day, ml, time="10:00", id=""):
    return entry(day, "catheter", time, id, volume_ml=ml)


def mood(day, answer, id=""):
    return entry(day, "mood", id=id, mood=answer)


def diaries(*entries, **more):
    return course(diary=entries, **more)


FALL, UNCLEAR = "diary_fall urgent", "diary_fall_unclear ask, cannot tell without"
TWICE, LOW = "diary_catheter_volumes review", "diary_low_mood ask"
CASES = {
    "fall": {
        "no entry": (diaries(), []),
        "hurt": (diaries(fell(5, fall_injured=True, fall_new_pain=False)), [f"day5 {FALL}"]),
        "new pain": (diaries(fell(5, fall_injured=False, fall_new_pain=True)), [f"day5 {FALL}"]),
        "both: one alert": (
            diaries(fell(5, fall_injured=True, fall_new_pain=True)), [f"day5 {FALL}"],
        ),
        "neither": (diaries(fell(5, fall_injured=False, fall_new_pain=False)), []),
        "nothing said of it": (
            diaries(fell(5)), [f"day5 {UNCLEAR} fall_injured fall_new_pain"],
        ),
        "not hurt, pain not said": (
            diaries(fell(5, fall_injured=False)), [f"day5 {UNCLEAR} fall_new_pain"],
        ),
        "no pain, injury not said": (
            diaries(fell(5, fall_new_pain=False)), [f"day5 {UNCLEAR} fall_injured"],
        ),
        "hurt, pain not said": (diaries(fell(5, fall_injured=True)), [f"day5 {FALL}"]),
        "twice": (
            diaries(fell(5, fall_injured=True), fell(6, fall_injured=True)),
            [f"day5 {FALL}", f"day6 {FALL}"],
        ),
        "an examined fall is another rule's": (
            course(visit(5, safety_fall_with_injury=True), diary=[]), [],
        ),
    },
    "catheter_volumes": {
        "none": (diaries(), []),
        "no volume": (diaries(entry(5, "catheter"), volume(6, 600)), []),
        "one": (diaries(volume(5, 501)), []),
        "two of 500": (diaries(volume(5, 500), volume(6, 500)), []),
        "two of 501": (diaries(volume(5, 501), volume(6, 501)), [f"day6 {TWICE}"]),
        "two of a day": (
            diaries(volume(5, 501, "08:00", "a"), volume(5, 600, "14:00", "b")), [f"b {TWICE}"],
        ),
        "seven days apart": (diaries(volume(5, 501), volume(12, 501)), [f"day12 {TWICE}"]),
        "eight days apart": (diaries(volume(5, 501), volume(13, 501)), []),
        "day after day: said once in seven days": (
            diaries(*(volume(day, 600) for day in range(5, 16))),
            [f"day6 {TWICE}", f"day13 {TWICE}"],
        ),
        "voided volumes say nothing": (
            diaries(entry(5, "void", volume_ml=600), entry(6, "void", volume_ml=600)), [],
        ),
        "the site's own limit": (
            diaries(volume(5, 450), volume(6, 450),
                    thresholds=DEFAULTS | {"catheter_volume_ml >": 400}),
            [f"day6 {TWICE}"],
        ),
    },
    "low_mood": {
        "none": (diaries(), []),
        "well": (diaries(mood(5, "well")), []),
        "so-so": (diaries(mood(5, "so_so")), []),
        "low": (diaries(mood(5, "low")), [f"day5 {LOW}"]),
        "low day after day: asked once in seven days": (
            diaries(*(mood(day, "low") for day in range(5, 13))),
            [f"day5 {LOW}", f"day12 {LOW}"],
        ),
        "the site's own days": (
            diaries(mood(5, "low"), mood(7, "low"), thresholds=DEFAULTS | {"diary_quiet_days": 2}),
            [f"day5 {LOW}", f"day7 {LOW}"],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(diary, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected


def told(rule, facts, raised=()):
    return [said(found) for found in rule(facts, raised)]


def test_what_was_raised_before_stays_found_when_an_earlier_entry_arrives_late():
    early, late = mood(5, "low"), mood(8, "low")
    (found,) = diary.low_mood(diaries(late), ())
    raised = [Raised(rule=found.rule, measurement=found.measurement)]
    assert told(diary.low_mood, diaries(early, late), raised) == [f"day8 {LOW}"]


def test_an_alert_of_before_is_no_reason_to_stay_silent_for_ever():
    (found,) = diary.low_mood(diaries(mood(5, "low")), ())
    raised = [Raised(rule=found.rule, measurement=found.measurement)]
    facts = diaries(mood(5, "low"), mood(12, "low"))
    assert told(diary.low_mood, facts, raised) == [f"day5 {LOW}", f"day12 {LOW}"]


def test_the_volume_before_is_the_nearest_one():
    (found,) = diary.catheter_volumes(diaries(volume(1, 600), volume(9, 650), volume(10, 700)), ())
    assert (found.value_before, found.value_now) == ("650 mL", "700 mL")
