"""What the diary says between visits: a fall that hurt, large catheter volumes, low mood.

Reported, not examined, and held apart from the visits. What a diary repeats day after day is said
once, and again after so many days as the site sets.

A fall with injury or new pain is urgent, as the same warning sign is: at home nobody has looked.
Low mood is asked about at the next contact, with a referral to offer: H wants the question and the
referral, and gives no level. Sources: CLINICAL.md G (trigger table), H (mood), J (Alerts: catheter
volume) [POLICY].
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from outcomes.rules.alerts.base import Found, Level, Raised, Rule
from outcomes.rules.alerts.comparing import exact, finding
from outcomes.rules.alerts.reports import reporter
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.values import Answer

HURT = ("fall_injured", "fall_new_pain")
VOLUME, MOOD = "volume_ml", "mood"


def fall(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Each fall that hurt; where nobody said whether it did, that is asked."""
    for entry in _of(facts, "fall"):
        hurt = [column for column in HURT if entry.get(column)]
        unsaid = [column for column in HURT if entry.get(column) is None]
        if hurt:
            yield finding("diary_fall", Level.URGENT, entry, hurt[0], reported_by=reporter(entry))
        elif unsaid:
            yield Found(
                rule="diary_fall_unclear",
                level=Level.ASK,
                now=entry,
                column=unsaid[0],
                value_now="not_stated",
                answer=Answer.CANNOT_TELL,
                missing=tuple(unsaid),
                reported_by=reporter(entry),
            )


def catheter_volumes(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """A second volume above 500 mL within seven days."""
    limit = facts.thresholds["catheter_volume_ml >"]
    large = [e for e in _of(facts, "catheter") if exact(e.get(VOLUME) or 0) > limit]
    days = timedelta(days=int(facts.thresholds["catheter_volume_days"]))

    def found(entry: Fact) -> Iterator[Found]:
        before = [e for e in large if _place(e) < _place(entry) and _apart(e, entry) <= days]
        if before:
            yield finding(
                "diary_catheter_volumes",
                Level.REVIEW,
                entry,
                VOLUME,
                unit="mL",
                before=before[-1],
                reported_by=reporter(entry),
            )

    yield from _now_and_then(facts, large, found, raised)


def low_mood(facts: Facts, raised: Sequence[Raised]) -> Iterator[Found]:
    """Low mood, to be asked about at the next contact."""

    def found(entry: Fact) -> Iterator[Found]:
        yield finding("diary_low_mood", Level.ASK, entry, MOOD, reported_by=reporter(entry))

    low = [e for e in _of(facts, "mood") if e.get(MOOD) == "low"]
    yield from _now_and_then(facts, low, found, raised)


def _of(facts: Facts, kind: str) -> list[Fact]:
    return sorted((e for e in facts.diary if e.get("kind") == kind), key=_place)


def _now_and_then(
    facts: Facts,
    entries: Sequence[Fact],
    judge: Callable[[Fact], Iterator[Found]],
    raised: Sequence[Raised],
) -> Iterator[Found]:
    """What was raised before is found again; anything else only some days from what was said."""
    quiet = timedelta(days=int(facts.thresholds["diary_quiet_days"]))
    known = {r.measurement for r in raised}
    found = [one for entry in entries for one in judge(entry)]
    said = [one for one in found if one.measurement in known]
    for one in found:
        if one not in said and all(_apart(one.now, s.now) >= quiet for s in said):
            said.append(one)
    yield from said


def _place(entry: Fact) -> tuple[str, str, int]:
    return str(entry.when.date or ""), str(entry.when.time or ""), entry.order


def _apart(one: Fact, other: Fact) -> timedelta:
    """In whole days: an entry always has its date."""
    assert one.when.date is not None
    assert other.when.date is not None
    return abs(one.when.date - other.when.date)


RULES: tuple[Rule, ...] = (fall, catheter_volumes, low_mood)
