"""Consent, attempts to reach who missed a visit, loss, transfer and last contact."""

import datetime as dt
from collections.abc import Sequence

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.notes import Notes, on
from outcomes.synthetic.plan import Planned
from outcomes.synthetic.story import Story

MEANS = {"telephone": 70, "letter": 12, "family": 10, "email": 8}
REACHED = 0.5
WHY_LOST = {"unreachable": 50, "declined": 22, "moved": 14, "too_unwell": 12, "other": 2}
HOSPITALS = ("Regional hospital", "University hospital", "Rehabilitation centre")
# first: how many signed; second: of those, how many took it back later
CONSENT = {"care": (0.97, 0.005), "research": (0.76, 0.07), "publication": (0.09, 0.02)}


def write(seed: int, number: int, story: Story, plan: Sequence[Planned], notes: Notes) -> None:
    chance = stream(seed, number, "care")
    _consents(chance, story, notes)
    for visit in plan:
        if visit.missed:
            _attempts(chance, story, visit, notes)
    _end(chance, story, notes)


def _consents(chance: Chance, story: Story, notes: Notes) -> None:
    signed = story.presentation.date()
    version = chance.choice(("1.0", "1.1", "2.0"))
    by = "representative" if chance.yes(0.12) else "patient"
    for purpose, (given, withdrawn) in CONSENT.items():
        agreed, taken_back = chance.yes(given), chance.yes(withdrawn)
        later = signed + dt.timedelta(days=chance.randint(0, 10) if purpose != "care" else 0)
        end = later + dt.timedelta(days=chance.randint(40, 500))
        if agreed and story.happened(later):
            notes.add("consents", f"consent-{purpose}", purpose=purpose, decision="given",
                      form_version=version, given_by=by, **on(later))  # fmt: skip
            if taken_back and story.happened(end):
                notes.add("consents", f"consent-{purpose}-end", purpose=purpose,
                          decision="withdrawn", given_by=by, **on(end))  # fmt: skip


def _attempts(chance: Chance, story: Story, visit: Planned, notes: Notes) -> None:
    """Until somebody answers, at most three; none after what is known."""
    day = visit.day
    for n in range(3):
        day += dt.timedelta(days=chance.randint(2, 9))
        means, reached = chance.one_of(MEANS), chance.yes(REACHED)
        if story.fate == "lost" and (story.last - day).days < 70:
            reached = False
        if not story.happened(day):
            return
        notes.add("contact-attempts", f"contact-{visit.name}-{n}", means=means, reached=reached,
                  **on(day))  # fmt: skip
        if reached:
            return


def _end(chance: Chance, story: Story, notes: Notes) -> None:
    if story.fate == "lost":
        gone = story.last - dt.timedelta(days=chance.randint(75, 110))
        if gone > story.presentation.date():
            notes.add("milestones", "last_contact", event="last_contact", **on(gone))
        reason = chance.one_of(WHY_LOST)
        notes.add("losses", "loss", reason=reason, **on(story.last))
    if story.fate == "transferred":
        notes.add("transfers", "transfer", to_site=chance.choice(HOSPITALS),
                  reason="Nearer to home.", **on(story.last))  # fmt: skip
