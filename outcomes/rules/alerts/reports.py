"""Warning signs that a patient or caregiver reports: each report is an alert, whatever is known.

Nobody has examined what is reported. Where the levels of G hang on what a report does not hold
(how much weaker, how much is left in the bladder, urine or stool), the worse one holds; the levels
are reference data (red_flags.csv). A report is no examination: no rule on visits reads it. Where a
report and another finding meet, as a wound leak and fever do, the one that came to be known last
carries the alert of both, so that each report has one alert.

In G a wound sign with fever is the only meeting that raises a level which a report does not have
by itself: new neurological signs are emergencies alone.
Sources: CLINICAL.md G (trigger table, alert behaviour), H (self-harm), J (the worse holds)
[POLICY].
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from outcomes.reference import Sign, red_flags
from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import finding, near, shown, unrecorded
from outcomes.rules.alerts.fever import TEMPERATURE, is_fever
from outcomes.rules.facts import Fact, Facts

SIGN = "sign"
NAMES: Mapping[Sign, str] = {
    Sign.NEW_WEAKNESS: "reported_new_weakness",
    Sign.SADDLE_NUMBNESS: "reported_saddle_numbness",
    Sign.CANNOT_PASS_URINE: "reported_cannot_pass_urine",
    Sign.NEW_LEAKING: "reported_new_leaking",
    Sign.PAIN_BOTH_LEGS: "reported_pain_both_legs",
    Sign.FEVER: "reported_fever",
    Sign.WOUND_LEAK: "reported_wound_leak",
    Sign.HEADACHE_SITTING_UP: "reported_headache_sitting_up",
    Sign.FALL_NEW_PAIN: "reported_fall_new_pain",
    Sign.CALF_SWELLING: "reported_calf_swelling",
    Sign.CHEST_PAIN_BREATHLESS: "reported_chest_pain_breathless",
    Sign.SELF_HARM: "reported_self_harm",
}
# what is an emergency with fever: reported, and examined
WOUND_SIGNS = {
    Sign.WOUND_LEAK: "reported_wound_leak_with_fever",
    Sign.HEADACHE_SITTING_UP: "reported_headache_with_fever",
}
WOUND_COLUMNS = ("wound_drainage", "wound_clear_leak", "wound_postural_headache")

Seen = tuple[Fact, str]
"""A document and the column in which something was found."""


def signs(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Every report; a wound sign with fever, or fever with a wound sign, is an emergency."""
    for report in _reports(facts):
        met = _met(facts, report)
        before = next((seen for seen in met if _known_before(facts, seen, (report, SIGN))), None)
        yield _with(report, before) if before else _alone(facts, report)


def meeting(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A temperature or wound sign that an examination found after its counterpart was reported."""
    for visit in facts.visits:
        for column, signs in _examined(facts, visit):
            for report in _near(facts, visit, signs):
                if _known_before(facts, (report, SIGN), (visit, column)):
                    yield _meeting(visit, column, report)
                    break


def reporter(report: Fact) -> str:
    """Whose word it is: of what the clinic entered on behalf, who told it."""
    told = str(report.get("on_behalf") or report.reporter)
    return told if told in ("patient", "caregiver") else "clinician"


# --- one report -----------------------------------------------------------------------------------


def _reports(facts: Facts) -> Iterator[Fact]:
    return (entry for entry in facts.diary if entry.get(SIGN))


def _alone(facts: Facts, report: Fact) -> Found:
    sign = Sign(report.get(SIGN))
    return finding(
        NAMES[sign],
        Level(red_flags()[sign].level),
        report,
        SIGN,
        missing=_unknown(facts, report, sign),
        reported_by=reporter(report),
    )


def _unknown(facts: Facts, report: Fact, sign: Sign) -> tuple[str, ...]:
    """What would make it an emergency, and nobody has looked at."""
    if sign in WOUND_SIGNS:
        return unrecorded(near(facts, report), (TEMPERATURE,))
    return unrecorded(near(facts, report), WOUND_COLUMNS) if sign is Sign.FEVER else ()


# --- a wound sign and fever -----------------------------------------------------------------------


def _met(facts: Facts, report: Fact) -> list[Seen]:
    """The counterparts of a report within the days that count as together, reported or examined."""
    sign = Sign(report.get(SIGN))
    around = near(facts, report)
    if sign in WOUND_SIGNS:
        hot = [(v, TEMPERATURE) for v in around if is_fever(facts, v)]
        return [*((r, SIGN) for r in _near(facts, report, (Sign.FEVER,))), *hot]
    if sign is Sign.FEVER:
        wounds = [(v, column) for v in around for column in WOUND_COLUMNS if v.get(column)]
        return [*((r, SIGN) for r in _near(facts, report, tuple(WOUND_SIGNS))), *wounds]
    return []


def _near(facts: Facts, fact: Fact, signs: Sequence[Sign]) -> list[Fact]:
    """The reports of these signs near a document, itself left out."""
    reports = [r for r in _reports(facts) if r.get(SIGN) in signs and r.id != fact.id]
    return [r for r in near(facts, fact, among=reports) if r is not fact]


def _with(report: Fact, before: Seen) -> Found:
    sign = Sign(report.get(SIGN))
    rule = WOUND_SIGNS.get(sign, "reported_fever_with_wound_sign")
    return _both(rule, (report, SIGN), before, reported_by=reporter(report))


def _examined(facts: Facts, visit: Fact) -> Iterator[tuple[str, tuple[Sign, ...]]]:
    """Each finding of a visit that meets a report, with the signs that it meets."""
    if is_fever(facts, visit):
        yield TEMPERATURE, tuple(WOUND_SIGNS)
    for column in WOUND_COLUMNS:
        if visit.get(column):
            yield column, (Sign.FEVER,)


def _meeting(visit: Fact, column: str, report: Fact) -> Found:
    hot = column == TEMPERATURE
    rule = "fever_with_reported_wound_sign" if hot else "wound_sign_with_reported_fever"
    return _both(rule, (visit, column), (report, SIGN))


def _both(rule: str, now: Seen, before: Seen, reported_by: str = "") -> Found:
    return Found(
        rule=rule,
        level=Level.EMERGENCY,
        now=now[0],
        column=now[1],
        value_now=_shown(now),
        before=before[0],
        value_before=_shown(before),
        reported_by=reported_by,
    )


def _shown(seen: Seen) -> str:
    fact, column = seen
    return shown(fact, column, "°C" if column == TEMPERATURE else "")


def _known_before(facts: Facts, one: Seen, other: Seen) -> bool:
    """Whether the first came to be known before the second, whenever either happened."""
    return _known(facts, one) < _known(facts, other)


def _known(facts: Facts, seen: Seen) -> tuple[dt.datetime, str]:
    fact, column = seen
    return fact.written_at(column) or facts.now, fact.id


RULES: tuple[Rule, ...] = (signs, meeting)
