"""Two tabs of one person on two patients, in every order: no write crosses over (TRUST.md 19).

What is typed says whose it is: the number of the patient in the note, and grades that the other
patient never has. A browser does the same in tests/browser/test_two_tabs.py.
"""

import datetime as dt
import os
import random
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse

from outcomes.models import Draft, Visit
from tests.outcomes.test_drafts import Tab
from tests.support.cast import SURGERY, assemble

INTERLEAVINGS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 6
GRADES = {"A-001": ("0", "1", "2"), "A-002": ("4-", "4", "5")}
DATE = str(SURGERY + dt.timedelta(days=60))


@dataclass
class Hand:
    """One tab, and the person who types in it; only the browser's session is shared."""

    client: Client
    patient: object
    chance: random.Random
    tab: Tab | None = None
    typed: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    @property
    def number(self) -> str:
        return self.patient.study_number

    def open(self):
        """Opens the form, or loads it again: what was kept of it is shown and gone on with."""
        self.tab = Tab(self.client, reverse("visit-new", args=[self.patient.pk]))
        other = next(n for n in GRADES if n != self.number)
        assert f"note of {other}" not in self.tab.html
        self.typed = {}

    def type(self):
        grade = self.chance.choice(GRADES[self.number])
        self.typed = {
            "date": DATE,
            "kind": "unscheduled",
            "mode": "in_person",
            "motor.right.grade": grade,
            "note": f"note of {self.number} {self.chance.random()}",
        }

    def autosave(self):
        assert self.tab.keep(**self.typed).status_code == 204

    def submit(self):
        answer = self.client.post(self.tab.address, self.tab.hidden | self.typed)
        assert answer.status_code == 302, answer.content
        assert str(self.patient.pk) in answer["Location"]
        self.sent.add(self.tab.hidden["id"])

    def twice(self):
        """A double tap, or a reply that was lost."""
        self.submit()
        self.submit()

    def script(self) -> list[str]:
        """Begins, goes on as it pleases, and ends in one visit."""
        between = self.chance.choices(("type", "autosave", "open"), k=self.chance.randint(0, 2))
        end = self.chance.choice(("submit", "submit", "twice"))
        return ["open", "type", "autosave", *between, "type", end]


def merged(chance: random.Random, *hands: Hand) -> list[tuple[Hand, str]]:
    """One order in which both scripts can happen."""
    left = {n: hand.script() for n, hand in enumerate(hands)}
    order = [n for n, script in left.items() for _ in script]
    chance.shuffle(order)
    return [(hands[n], left[n].pop(0)) for n in order]


@pytest.mark.django_db
def test_interleavings_of_two_tabs_on_two_patients_cross_nothing(settings):
    settings.DRAFTS_PER_MINUTE = 10**6
    cast = assemble()
    before = set(Visit.objects.values_list("pk", flat=True))
    client = Client()
    client.force_login(cast.physician_a)
    sent: dict[str, set[str]] = {number: set() for number in GRADES}
    orders = set()
    for seed in range(INTERLEAVINGS):
        chance = random.Random(seed)
        hands = [Hand(client, patient, chance) for patient in (cast.ha, cast.ji)]
        steps = merged(chance, *hands)
        for hand, step in steps:
            getattr(hand, step)()
        orders.add(tuple((hand.number, step) for hand, step in steps))
        for hand in hands:
            sent[hand.number] |= hand.sent
    recorded = Visit.objects.exclude(pk__in=before).select_related("patient")
    assert [v for v in recorded if whose(v) != v.patient.study_number] == []
    of = {n: {str(v.pk) for v in recorded if v.patient.study_number == n} for n in GRADES}
    assert of == sent
    assert len(recorded) == 2 * INTERLEAVINGS
    assert len(orders) > 0.9 * INTERLEAVINGS, "nearly every one is an order of its own"
    assert not Draft.objects.exists()


def whose(visit: Visit) -> str:
    """Whose the values of a visit are, by note and grade; an assertion where they disagree."""
    by_note = visit.note.split()[2]
    by_grade = next(
        number for number, grades in GRADES.items() if visit.motor_right_grade in grades
    )
    assert by_note == by_grade
    return by_note
