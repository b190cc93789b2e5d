"""What some patients report from home over the last days, with the gaps that real diaries have."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.notes import Notes
from outcomes.synthetic.recovery import VOIDS_FROM, Recovery
from outcomes.synthetic.story import Story

SHARE = 0.15
DAYS = 5
ZONE = dt.timezone(dt.timedelta(hours=9))
"""Of the demo hospital: an instant needs one, and a made-up person has no site yet."""
HOURS = (7, 9, 12, 14, 16, 18, 21)
Entry = dict[str, Any]


def write(
    seed: int, number: int, story: Story, recovery: Recovery, notes: Notes
) -> list[dict[str, Any]]:
    """Entries with their reporter; the first patient of a seed, who can sign in, always has some.

    None of who is not followed any more, or has only just come home.
    """
    chance = stream(seed, number, "diary")
    keeps = chance.yes(SHARE) or number == 1
    if not keeps or story.fate or story.since(story.last) < story.stay + DAYS:
        return []
    silent = chance.randint(1, DAYS - 1)
    found = []
    for ago in range(DAYS, 0, -1):
        # the last day itself is not over yet
        day = story.last - dt.timedelta(days=ago)
        entries = list(_day(chance, recovery, story.since(day)))
        # a day nobody wrote anything
        if ago != silent:
            found += [_told(chance, notes, day, n, entry) for n, entry in enumerate(entries)]
    return found


def _told(chance: Chance, notes: Notes, day: dt.date, n: int, entry: Entry) -> dict[str, Any]:
    hour = entry.pop("hour")
    at = dt.datetime.combine(day, dt.time(hour, 5 * chance.randint(0, 11)), ZONE)
    document = {
        "id": notes.id(f"diary-{day.isoformat()}-{n}"),
        **entry,
        "device_time": at.isoformat(),
        "device_sent_at": (at + dt.timedelta(minutes=1)).isoformat(),
    }
    reporter = "caregiver" if chance.yes(0.25) else "patient"
    return {"reporter": reporter, "document": document}


def _day(chance: Chance, recovery: Recovery, t: int) -> Iterator[Entry]:
    function = recovery.sphincter(t)
    for hour in HOURS:
        if chance.yes(0.12):  # forgotten
            continue
        yield _emptied(chance, function) | {"hour": hour}
    for _leak in range(chance.randint(0, 2) if function < 0.85 else 0):
        amount = chance.one_of({"drops": 5, "some": 3, "much": 1})
        yield {"kind": "leak", "leak_amount": amount, "hour": chance.randint(8, 20)}
    if chance.yes(0.7):
        back = max(0, min(10, round(recovery.pain("back", t) + chance.gauss(0, 1))))
        yield {"kind": "pain", "pain_back": back, "hour": 19}
    walked = "with_aid" if chance.yes(0.7) else "with_person"
    yield {"kind": "walking", "walked": walked, "hour": 20}
    skipped = {"pills": "skipped", "pills_skipped_why": "forgot"}
    yield {"kind": "pills", "drug": "paracetamol", "hour": 8} | (
        skipped if chance.yes(0.15) else {"pills": "taken"}
    )


def _emptied(chance: Chance, function: float) -> Entry:
    if function < VOIDS_FROM:
        return {"kind": "catheter", "volume_ml": 10 * chance.whole(35, 9, 8, 60)}
    measured = {"volume_ml": 10 * chance.whole(24, 8, 5, 48)} if chance.yes(0.8) else {}
    urgency = {"urgency": chance.randint(1, 4)} if chance.yes(0.3) else {}
    return {"kind": "void", **measured, **urgency}
