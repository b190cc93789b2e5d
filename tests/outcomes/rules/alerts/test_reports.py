"""Warning signs that are reported: each sign, each meeting with fever, each missing input."""

import datetime as dt
from dataclasses import replace

import pytest

from outcomes.reference import Sign, red_flags
from outcomes.rules.alerts import reports
from tests.outcomes.rules.alerts.tables import NO_EVENTS, NOT_OPERATED, course, fact, table, told

UNKNOWN_WOUND = "without wound_drainage wound_clear_leak wound_postural_headache"
NO_TEMPERATURE = "without vitals_temperature_c"
# G and H, typed again by hand: what a report of the sign alone is
LEVELS = {
    "new_weakness": "emergency",
    "saddle_numbness": "emergency",
    "cannot_pass_urine": "emergency",
    "new_leaking": "emergency",
    "pain_both_legs": "emergency",
    "fever": f"urgent, {UNKNOWN_WOUND}",
    "wound_leak": f"urgent, {NO_TEMPERATURE}",
    "headache_sitting_up": f"urgent, {NO_TEMPERATURE}",
    "fall_new_pain": "urgent",
    "calf_swelling": "emergency",
    "chest_pain_breathless": "emergency",
    "self_harm": "emergency",
}


def known(day, hour=0):
    """Something came to be known on that day of the course."""
    return dt.datetime(2026, 1, 10, 10, tzinfo=dt.UTC) + dt.timedelta(days=day, hours=hour)


def report(day, sign, *, sent=None, hour=0, id="", **more):
    """A report of a day, sent on that day at ten if not said otherwise."""
    made = fact(day, "10:00", id or f"{sign}{day}", kind="red_flag", sign=sign, **more)
    at = known(day if sent is None else sent, hour)
    return replace(made, recorded_at=at, reporter="patient")


def visit(day, *, entered=None, id="", **values):
    return replace(fact(day, id=id or f"visit{day}", **values),
                   recorded_at=known(day if entered is None else entered, 2))  # fmt: skip


def seen(*visits, diary, **more):
    """As tables.course, but what says when it came to be known keeps it."""
    made = course(*visits, diary=diary, **more)
    at = {one.id: one for one in (*visits, *diary)}

    def kept(one):
        given = at[one.id]
        return replace(one, recorded_at=given.recorded_at, reporter=given.reporter,
                       amended_at=given.amended_at)  # fmt: skip

    return replace(
        made,
        visits=tuple(map(kept, made.visits)),
        diary=tuple(map(kept, made.diary)),
    )


def alone(sign):
    return f"{sign}5 reported_{sign} {LEVELS[sign]}"


def two(wound):
    """The cases that a leaking wound and a headache share."""
    rule = {"wound_leak": "reported_wound_leak_with_fever",
            "headache_sitting_up": "reported_headache_with_fever"}[wound]  # fmt: skip
    leak, hot = report(5, wound), {"vitals_temperature_c": 38.0}
    base = f"{wound}5 reported_{wound} urgent"
    both = f"{wound}5 {rule} emergency"
    with_wound = "reported_fever_with_wound_sign emergency"
    return {
        f"{wound}: a normal temperature near holds nothing back": (
            seen(visit(5, vitals_temperature_c=36.5), diary=[leak]), [base],
        ),
        f"{wound}: 37.9 near": (seen(visit(5, vitals_temperature_c=37.9, entered=4), diary=[leak]),
                                [base]),
        f"{wound}: 38.0 known before": (seen(visit(4, **hot), diary=[leak]), [both]),
        f"{wound}: 38.0 three days before": (seen(visit(2, **hot), diary=[leak]), [both]),
        f"{wound}: 38.0 four days before": (seen(visit(1, **hot), diary=[leak]),
                                            [f"{base}, {NO_TEMPERATURE}"]),
        f"{wound}: 38.0 known only later: the examination carries it": (
            seen(visit(6, **hot), diary=[leak]), [base],
        ),
        f"{wound}: of a day without a visit time, entered before": (
            seen(visit(5, entered=4, **hot), diary=[leak]), [both],
        ),
        f"{wound}: fever reported before": (
            seen(diary=[report(4, "fever"), leak]),
            [f"fever4 reported_fever urgent, {UNKNOWN_WOUND}", both],
        ),
        f"{wound}: fever reported after carries both": (
            seen(diary=[leak, report(6, "fever")]),
            [f"{base}, {NO_TEMPERATURE}", f"fever6 {with_wound}"],
        ),
        f"{wound}: fever four days later is apart": (
            seen(diary=[leak, report(9, "fever")]),
            [f"{base}, {NO_TEMPERATURE}", f"fever9 reported_fever urgent, {UNKNOWN_WOUND}"],
        ),
        f"{wound}: of an earlier day, sent after the fever was": (
            seen(diary=[report(5, wound, sent=7), report(6, "fever")]),
            [both, f"fever6 reported_fever urgent, {UNKNOWN_WOUND}"],
        ),
        f"{wound}: of the same second, told apart by their ids": (
            seen(diary=[report(5, wound, id="a"), report(5, "fever", id="b")]),
            [f"a reported_{wound} urgent, {NO_TEMPERATURE}", f"b {with_wound}"],
        ),
    }  # fmt: skip


def examined(column):
    """Fever reported where a wound sign was examined."""
    return {
        f"fever: {column} known before": (
            seen(visit(4, **{column: True}), diary=[report(5, "fever")]),
            ["fever5 reported_fever_with_wound_sign emergency"],
        ),
        f"fever: {column} not there": (
            seen(visit(4, **{column: False}), diary=[report(5, "fever")]),
            ["fever5 reported_fever urgent, without "
             + " ".join(c for c in reports.WOUND_COLUMNS if c != column)],
        ),
        f"fever: {column} four days before": (
            seen(visit(1, **{column: True}), diary=[report(5, "fever")]), [alone("fever")],
        ),
    }  # fmt: skip


NORMAL = {"motor_right_grade": "5", "sensation_saddle": "normal", "bladder_pvr_ml": 0,
          "wound_drainage": False, "wound_clear_leak": False,
          "wound_postural_headache": False}  # fmt: skip
MEETS = "vitals_temperature_c"
HOT = {MEETS: 38.0}
CASES = {
    "signs": {
        "nothing reported": (seen(diary=[]), []),
        "another kind of entry": (seen(diary=[fact(5, "10:00", kind="note", words="Fine")]), []),
    }
    | {f"{sign}: alone": (seen(diary=[report(5, sign)]), [alone(sign)]) for sign in LEVELS}
    | {
        f"{sign}: a normal examination of that day holds nothing back": (
            seen(visit(5, **NORMAL | {"vitals_temperature_c": 36.5}), diary=[report(5, sign)]),
            [alone(sign).split(", ")[0]],
        )
        for sign in LEVELS
    }
    | {
        f"{sign}: not operated": (
            seen(diary=[report(5, sign)], anchors=NOT_OPERATED), [alone(sign)],
        )
        for sign in LEVELS
    }
    | {
        f"{sign}: no event to count from": (
            seen(diary=[report(5, sign)], anchors=NO_EVENTS), [alone(sign)],
        )
        for sign in LEVELS
    }
    | {
        f"{sign}: again on the same day is a new report": (
            seen(diary=[report(5, sign, id="first"), report(5, sign, hour=1, id="again")]),
            [alone(sign).replace(f"{sign}5", "first"), alone(sign).replace(f"{sign}5", "again")],
        )
        for sign in LEVELS
    }
    | two("wound_leak")
    | two("headache_sitting_up")
    | examined("wound_drainage")
    | examined("wound_clear_leak")
    | examined("wound_postural_headache")
    | {
        "every sign at once: each has its own": (
            seen(diary=[report(5, sign, hour=n) for n, sign in enumerate(LEVELS)]),
            [
                "new_weakness5 reported_new_weakness emergency",
                "saddle_numbness5 reported_saddle_numbness emergency",
                "cannot_pass_urine5 reported_cannot_pass_urine emergency",
                "new_leaking5 reported_new_leaking emergency",
                "pain_both_legs5 reported_pain_both_legs emergency",
                alone("fever"),
                "wound_leak5 reported_wound_leak_with_fever emergency",
                "headache_sitting_up5 reported_headache_with_fever emergency",
                "fall_new_pain5 reported_fall_new_pain urgent",
                "calf_swelling5 reported_calf_swelling emergency",
                "chest_pain_breathless5 reported_chest_pain_breathless emergency",
                "self_harm5 reported_self_harm emergency",
            ],
        ),
    },
    "meeting": {
        "nothing reported": (seen(visit(5, **HOT), diary=[]), []),
        "fever after a wound leak was reported": (
            seen(visit(6, **HOT), diary=[report(5, "wound_leak")]),
            ["visit6 fever_with_reported_wound_sign emergency"],
        ),
        "fever after a headache was reported": (
            seen(visit(6, **HOT), diary=[report(5, "headache_sitting_up")]),
            ["visit6 fever_with_reported_wound_sign emergency"],
        ),
        "37.9": (seen(visit(6, **{MEETS: 37.9}), diary=[report(5, "wound_leak")]), []),
        "no temperature": (seen(visit(6), diary=[report(5, "wound_leak")]), []),
        "fever four days after": (seen(visit(9, **HOT), diary=[report(5, "wound_leak")]), []),
        "fever known before: the report carries it": (
            seen(visit(4, **HOT), diary=[report(5, "wound_leak")]), [],
        ),
        "fever and a sign that is an emergency alone": (
            seen(visit(6, **HOT), diary=[report(5, "saddle_numbness")]), [],
        ),
        "two wound signs reported: one alert for the temperature": (
            seen(visit(6, **HOT),
                 diary=[report(5, "wound_leak"), report(5, "headache_sitting_up")]),
            ["visit6 fever_with_reported_wound_sign emergency"],
        ),
        "no fever reported": (
            seen(visit(6, wound_drainage=True), diary=[report(5, "fall_new_pain")]), [],
        ),
    }
    | {
        f"{column} after fever was reported": (
            seen(visit(6, **{column: True}), diary=[report(5, "fever")]),
            ["visit6 wound_sign_with_reported_fever emergency"],
        )
        for column in reports.WOUND_COLUMNS
    }
    | {
        f"{column} not there after fever was reported": (
            seen(visit(6, **{column: False}), diary=[report(5, "fever")]), [],
        )
        for column in reports.WOUND_COLUMNS
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(reports, CASES))
def test_case(rule, facts, expected):
    assert sorted(told(rule, facts)) == sorted(expected)


def test_every_sign_has_its_rule_and_level():
    assert set(LEVELS) == set(Sign) == set(reports.NAMES)
    for sign, flag in red_flags().items():
        assert LEVELS[sign].split(", ")[0] == flag.level


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reporter": "patient"}, "patient"),
        ({"reporter": "caregiver"}, "caregiver"),
        ({"reporter": "clinician", "on_behalf": "patient"}, "patient"),
        ({"reporter": "clinician", "on_behalf": "caregiver"}, "caregiver"),
        ({"reporter": "clinician"}, "clinician"),
        ({"reporter": "import"}, "clinician"),
    ],
)
def test_whose_word_it_is(given, expected):
    told_by = {key: value for key, value in given.items() if key == "on_behalf"}
    one = replace(report(5, "fever", **told_by), reporter=given["reporter"])
    (found,) = reports.signs(seen(diary=[one]), ())
    assert found.reported_by == expected


def test_an_examination_that_meets_a_report_stays_an_examination():
    (found,) = reports.meeting(seen(visit(6, **HOT), diary=[report(5, "wound_leak")]), ())
    assert (found.reported_by, found.value_before, found.value_now) == (
        "", "wound_leak", "38.0 °C",
    )  # fmt: skip


def test_a_temperature_that_was_amended_into_a_fever_is_known_since_then():
    amended = replace(visit(4, **HOT), amended_at={MEETS: known(7)})
    (found,) = reports.meeting(seen(amended, diary=[report(5, "wound_leak")]), ())
    assert found.now.id == "visit4"
