"""Operations with their complications, imaging, and the milestones between them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.notes import Notes, at, on
from outcomes.synthetic.person import Person
from outcomes.synthetic.story import Event, Story
from patients.documents.base import LEVELS

TECHNIQUES = {"vertebroplasty": 72, "kyphoplasty": 22, "screw_augmentation": 3,
              "augmentation_other": 3}  # fmt: skip
DECOMPRESSIONS = {"laminectomy": 78, "hemilaminectomy": 12, "corpectomy": 7, "other": 3}
SIDES = {"left": 40, "right": 40, "bilateral": 12, "midline": 8}
REVISIONS: dict[str, dict[str, Any]] = {
    "haematoma": {"note": "Evacuation of an epidural haematoma."},
    "csf_leak": {"note": "Repair of the dura.", "dural_closure": "yes"},
    "surgical_site_infection": {"note": "Washout and debridement."},
    "hardware_failure": {"note": "Replacement of loosened screws.", "fixation": "yes"},
    "neurological_decline": {
        "note": "Removal of residual cement.", "durotomy": "yes", "cement_removal": "partial",
    },
}  # fmt: skip
# where an implant is first met with on a film
FILMS = {"hardware_failure": "Loosening of a screw.", "adjacent_fracture": "New fracture."}


class Surgeon:
    """Writes the operations of one patient."""

    def __init__(
        self, chance: Chance, person: Person, story: Story, notes: Notes, operator: dict[str, str]
    ) -> None:
        self.chance, self.person, self.story, self.notes = chance, person, story, notes
        self.operator = operator
        self.side = chance.one_of(SIDES)
        self.leak = self.level(-chance.randint(1, 3)), self.level(chance.randint(0, 1))
        self.compartment = chance.one_of({"intradural": 74, "mixed": 20, "epidural": 6})

    def level(self, steps: int) -> str:
        """The level some steps below (or above) the fracture."""
        return LEVELS[LEVELS.index(self.person.level) + steps]

    def operations(self) -> None:
        self._earlier()
        self._cement()
        if self.story.operated:
            self._decompression()
        for event in self.story.known_events():
            if event.revised and self.story.happened(self._revised_on(event)):
                self._revision(event)

    def complications(self) -> None:
        for event in self.story.known_events():
            revised = event.revised and self.story.happened(self._revised_on(event))
            again = {"reoperation": self.notes.id(f"revision-{event.kind}")} if revised else {}
            self._complication(event.kind, self.story.day(event.day), **again)
        if (
            self.story.fate == "died"
            and self.story.operated
            and self.story.since(self.story.last) <= 30
        ):
            self._complication("death", self.story.last)

    def _complication(self, kind: str, day: dt.date, **more: Any) -> None:
        first = self.notes.id("decompression")
        self.notes.add(
            "complications", f"complication-{kind}", procedure=first, kind=kind, **on(day), **more
        )

    def _revised_on(self, event: Event) -> dt.date:
        return self.story.day(event.day + event.until)

    def _earlier(self) -> None:
        """Another operation on the spine, years before: no decompression of the cement."""
        if not self.chance.yes(0.03):
            return
        year = self.story.cement.year - self.chance.randint(2, 15)
        self.notes.add(
            "procedures", "earlier", kind="decompression", intended="other",
            technique="laminectomy", level_from="L4", level_to="L5", elsewhere=True,
            date_lower=f"{year}-01-01", date_upper=f"{year}-12-31",
        )  # fmt: skip

    def _cement(self) -> None:
        self.notes.add(
            "procedures",
            "cement",
            kind="cement",
            technique=self.chance.one_of(TECHNIQUES),
            level_from=self.person.level,
            level_to=self.person.level,
            elsewhere=self.chance.yes(0.75),
            **self._cement_time(),
        )

    def _cement_time(self) -> dict[str, str]:
        moment, known = self.story.cement, self.story.cement_known
        spread = dt.timedelta(days=self.chance.randint(2, 4))
        bounds = {
            "date_lower": (moment.date() - spread).isoformat(),
            "date_upper": (moment.date() + spread).isoformat(),
        }
        if known == "bounds":
            return bounds
        if known == "approximate":
            return bounds | on(moment.date())
        return at(moment) if known == "time" else on(moment.date())

    def _decompression(self) -> None:
        story, chance = self.story, self.chance
        technique = chance.one_of(DECOMPRESSIONS)
        durotomy = chance.one_of({"yes": 84, "no": 8, "not_stated": 8})
        document: dict[str, Any] = {
            "kind": "decompression",
            "technique": technique,
            "intended": "decompress_leaked_cement",
            "level_from": self.leak[0],
            "level_to": self.leak[1],
            "laminectomy": "yes" if technique == "laminectomy" else "not_stated",
            "durotomy": durotomy,
            "fixation": "yes" if story.fixed else "no",
            "cement_removal": "partial" if story.residual else "complete",
            "adhesion": chance.one_of(
                {"none": 25, "mild": 25, "moderate": 20, "severe": 15, "not_stated": 15}
            ),
            "cement_side": self.side,
            "cement_aspect": chance.one_of({"ventral": 70, "dorsal": 20, "circumferential": 10}),
        }
        if durotomy == "yes":
            document["dural_closure"] = chance.one_of({"yes": 92, "not_stated": 8})
        if story.fixed:
            document |= {"fixation_from": self.level(-2), "fixation_to": self.level(2)}
        document |= {"elsewhere": True} if story.elsewhere else self.operator
        moment = at(story.incision) if story.incision_timed else on(story.incision.date())
        self.notes.add("procedures", "decompression", **document, **moment)

    def _revision(self, event: Event) -> None:
        self.notes.add(
            "procedures",
            f"revision-{event.kind}",
            kind="revision",
            level_from=self.leak[0],
            level_to=self.leak[1],
            **REVISIONS[event.kind],
            **self.operator,
            **on(self._revised_on(event)),
        )

    def milestones(self) -> None:
        story, timed = self.story, self.story.cement_known == "time"
        exact = story.cement_known in {"time", "date"}
        soon = at(story.deficit) if timed else on(story.deficit.date())
        if self.chance.yes(0.95) and exact:
            self.notes.add("milestones", "first_deficit", event="first_deficit", **soon)
        for event in ("presentation", "decision"):
            moment = story.presentation if event == "presentation" else story.decision
            if self.chance.yes(0.9) and story.happened(moment):
                told = at(moment) if timed and story.incision_timed else on(moment.date())
                self.notes.add("milestones", event, event=event, **told)
        if story.happened(story.day(story.stay)):
            self.notes.add(
                "milestones", "discharge", event="discharge", **on(story.day(story.stay))
            )

    def imaging(self, decline: int | None) -> None:
        """Scans of the leak, of what was left, and of what went wrong later."""
        self._leak_scan("ct", self.story.presentation.date())
        if self.chance.yes(0.8):
            self._leak_scan("mri", self.story.decision.date())
        if self.story.operated:
            self._after_operation()
        for event in self.story.known_events():
            if event.kind in FILMS:
                self._scan("radiograph", event.kind, self.story.day(event.day),
                           findings=FILMS[event.kind])  # fmt: skip
        if decline is not None:
            cause = self.chance.choice(("Arachnoiditis.", "Tethered cord.", "Syrinx."))
            self._scan("mri", "late", self.story.day(decline + 25), findings=cause)

    def _leak_scan(self, modality: str, day: dt.date) -> None:
        cord = "not_stated" if self.person.peripheral or modality == "ct" else "yes"
        self._scan(
            modality, "leak", day, compartment=self.compartment, level_from=self.leak[0],
            level_to=self.leak[1], cement_side=self.side, cord_compression=cord,
        )  # fmt: skip

    def _after_operation(self) -> None:
        left = "yes" if self.story.residual else "no"
        if self.chance.yes(0.8):
            said = self.chance.one_of({left: 85, "not_stated": 15})
            self._scan("radiograph", "after", self.story.day(1), residual_cement=said)
        if self.chance.yes(0.4):
            day = self.story.day(self.chance.randint(2, 9))
            self._scan("ct", "after", day, residual_cement=left)

    def _scan(self, modality: str, name: str, day: dt.date, **findings: Any) -> None:
        if self.story.happened(day):
            self.notes.add(
                "imaging", f"{modality}-{name}", modality=modality, **findings, **on(day)
            )


def surgeon(
    seed: int, number: int, person: Person, story: Story, notes: Notes, surgeons: Sequence[str]
) -> Surgeon:
    """`surgeons` only decide who operated: the rest of the course is the same without any."""
    whose = stream(seed, number, "operator")
    operator = {"surgeon": whose.choice(surgeons)} if surgeons else {}
    return Surgeon(stream(seed, number, "surgery"), person, story, notes, operator)
