"""The visits as documents: legs, sensation, sphincters, walking and pain move together."""

from collections.abc import Callable, Mapping
from typing import Any

from outcomes.rules.grades import GRADES, KEY_MUSCLES, arithmetic
from outcomes.rules.walking import WALKS_ALONE_FROM
from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.medication import Treatment
from outcomes.synthetic.notes import Notes
from outcomes.synthetic.person import Person
from outcomes.synthetic.plan import Planned
from outcomes.synthetic.recovery import (
    SADDLE_NORMAL_FROM,
    SADDLE_PRESENT_FROM,
    SIDES,
    TOP,
    VOIDS_FROM,
    Recovery,
)
from outcomes.synthetic.story import Story

Parts = dict[str, Any]

# by the step of the weaker leg: the category of walking of someone who is not frail
FAC = (0, 0, 1, 2, 3, 4, 4, 5)
FAC_ON_THE_WARD = 2
AIDS: Mapping[int, Mapping[str, float]] = {
    0: {"wheelchair": 1},
    1: {"parallel_bars": 4, "walker": 4, "wheelchair": 2},
    2: {"walker": 8, "crutches": 2},
    3: {"walker": 7, "crutches": 1, "cane": 2},
    4: {"cane": 6, "walker": 4},
    5: {"none": 8, "cane": 2},
}
TRANSFERS = ("hoist", "two_persons", "one_person", "supervision", "independent", "independent")
# which parts a visit holds: ward visits are short
ON_WARD = ("motor", "sensation", "bladder", "pain", "vitals", "wound")
IN_FULL = ("motor", "sensation", "bladder", "bowel", "walking", "pain", "spasticity", "vitals",
           "function", "safety")  # fmt: skip
FROM_AFAR = ("bladder", "bowel", "walking", "pain", "function", "safety")
LEFT_OUT = {"motor": 0.02, "vitals": 0.35, "function": 0.35, "safety": 0.3, "sensation": 0.08,
            "bowel": 0.15, "spasticity": 0.12, "wound": 0.1, "walking": 0.05}  # fmt: skip
NOT_DONE = {"motor": 0.02, "sensation": 0.05, "bowel": 0.12, "walking": 0.05, "pain": 0.04,
            "bladder": 0.03, "spasticity": 0.03}  # fmt: skip
WHY_NOT = {
    "motor": ("too_painful", "too_unwell", "communication"),
    "sensation": ("communication", "no_time", "too_unwell"),
    "bladder": ("no_equipment", "declined", "no_time"),
    "bowel": ("declined", "no_time", "not_indicated"),
    "walking": ("too_unwell", "too_painful", "no_time"),
    "pain": ("communication", "too_unwell"),
    "spasticity": ("no_time", "communication"),
}
WARD_WORDS = {0: "sedation", 1: "pain"}


class Examiner:
    """Writes the visits of one patient; `t` is days from day 0."""

    def __init__(
        self,
        chance: Chance,
        person: Person,
        story: Story,
        recovery: Recovery,
        treatment: Treatment,
        notes: Notes,
    ) -> None:
        self.chance, self.person, self.story = chance, person, story
        self.recovery, self.treatment, self.notes = recovery, treatment, notes
        basis = {"gestalt": 58, "weakest_key_muscle": 34, "unspecified": 8}
        self.basis = chance.one_of(basis)
        self.spared = {side: self._spared() for side in SIDES}
        self.attended = chance.yes(0.4)
        self.weight = person.weight
        self.events = list(story.known_events())
        self.parts: dict[str, Callable[[int, Planned], Parts]] = {
            "sensation": self._sensation,
            "bladder": self._bladder,
            "bowel": self._bowel,
            "pain": self._pain,
            "spasticity": self._spasticity,
            "vitals": self._vitals,
            "wound": self._wound,
        }

    def _spared(self) -> dict[str, int]:
        """How much stronger than the weakest each key muscle is; from L2 down the hip is spared."""
        more = {muscle: self.chance.randint(0, 2) for muscle in KEY_MUSCLES}
        if self.person.peripheral:
            more |= {"L2": more["L2"] + 2, "L3": more["L3"] + 1}
        more[self.chance.choice(KEY_MUSCLES[2:])] = 0
        return more

    def write(self, visit: Planned) -> None:
        t = self.story.since(visit.day)
        if visit.kind == "pre_op" or visit.name == "first":
            t = min(t, -1)
        document: Parts = {"kind": visit.kind}
        if visit.how != "referral":
            document["mode"] = visit.how
        else:
            document["examiner"] = "Referring hospital"
        document["date"] = visit.day.isoformat()
        if visit.time is not None:
            document["time"] = visit.time.isoformat("minutes")
        self.notes.add("visits", f"visit-{visit.name}", **document, **self._examined(t, visit))

    def _examined(self, t: int, visit: Planned) -> Parts:
        names = self._names(t, visit)
        steps = {side: self._step(side, t) for side in SIDES}
        fac = self._fac(min(steps.values()), t)
        document: Parts = {}
        if visit.how == "remote" and self.chance.yes(0.6):
            document["motor"] = {"not_done": "remote_visit"}
        for name in names:
            drawn = self.chance.random()
            if drawn < LEFT_OUT.get(name, 0):
                continue
            not_done = drawn > 1 - NOT_DONE.get(name, 0)
            document[name] = (
                {"not_done": self.chance.choice(WHY_NOT[name])}
                if not_done
                else self._part(name, t, visit, steps, fac)
            )
        return document or {"pain": self._pain(t, visit)}

    def _names(self, t: int, visit: Planned) -> tuple[str, ...]:
        if visit.how == "remote":
            return FROM_AFAR
        if visit.kind == "post_op":
            return ON_WARD
        wound = self.story.operated and 0 <= t <= 70
        return (*IN_FULL, "wound") if wound else IN_FULL

    def _part(self, name: str, t: int, visit: Planned, steps: dict[str, int], fac: int) -> Parts:
        if name == "motor":
            return self._motor(t, visit, steps)
        if name == "walking":
            return self._walking(fac)
        if name == "function":
            return self._function(fac)
        if name == "safety":
            return self._safety(t)
        return self.parts[name](t, visit)

    def _step(self, side: str, t: int) -> int:
        """The grade an examiner gives, as a step: near the truth, rarely one beside it."""
        seen = self.recovery.strength(side, t) + self.chance.gauss(0, 0.15)
        return min(max(round(seen), 0), TOP)

    def _motor(self, t: int, visit: Planned, steps: dict[str, int]) -> Parts:
        basis = "unspecified" if visit.how == "referral" else self.basis
        motor: Parts = {"basis": basis}
        for side in SIDES:
            if self.chance.yes(0.015):
                reason = WARD_WORDS.get(t) or self.chance.choice(("pain", "cast_or_brace"))
                motor[side] = {"not_testable": reason}
            else:
                motor[side] = {"grade": GRADES[steps[side]]}
                if basis == "weakest_key_muscle":
                    motor[side]["muscles"] = self._muscles(side, GRADES[steps[side]])
        return motor

    def _muscles(self, side: str, grade: str) -> Parts:
        weakest = arithmetic(grade) or 0
        muscles: Parts = {m: min(5, weakest + more) for m, more in self.spared[side].items()}
        if self.chance.yes(0.04):
            muscles["L2"] = {"not_testable": "pain"}
        return muscles

    def _sensation(self, t: int, visit: Planned) -> Parts:
        function = self.recovery.sphincter(t)
        legs: Parts = {}
        for side in SIDES:
            strength = self.recovery.strength(side, t)
            legs[side] = "absent" if strength < 0.7 else "reduced" if strength < 5.2 else "normal"
        saddle = "normal" if function >= SADDLE_NORMAL_FROM else "reduced"
        if function < SADDLE_PRESENT_FROM:
            saddle = "absent"
        return legs | {"saddle": saddle if self.chance.yes(0.94) else "not_tested"}

    def _bladder(self, t: int, visit: Planned) -> Parts:
        function = self.recovery.sphincter(t)
        impaired = self.recovery.sphincter_start < VOIDS_FROM
        part: Parts = {"dysfunction": "yes"} if impaired and function < 0.9 else {}
        if self._infected(t):
            part["urinary_infection"] = self.chance.choice(("with_fever", "without_fever"))
        if 0 <= t <= 2 and visit.kind == "post_op":
            return part | {"method": "indwelling_urethral"}
        if function >= VOIDS_FROM:
            return part | self._voiding(t, function, visit)
        return part | self._catheter(t, function)

    def _infected(self, t: int) -> bool:
        return any(e.kind == "urinary_infection" and 0 <= t - e.day <= 7 for e in self.events)

    def _voiding(self, t: int, function: float, visit: Planned) -> Parts:
        frequency = "no" if function > 0.85 else "monthly" if function > 0.7 else "weekly"
        part: Parts = {"method": "normal_voiding", "awareness": "yes", "incontinence": frequency}
        if self.treatment.overactive:
            part["dysfunction_type"] = "overactive"
        if visit.how == "remote":
            return part
        more = self.treatment.retained(visit.day)
        left = self.chance.about(10 + 230 * (1 - function) + more, 22, 0, 480)
        part |= {"pvr_ml": round(left), "pvr_method": "scan"}
        if self.chance.yes(0.35):
            part["pvr_minutes_after_void"] = self.chance.randint(2, 15)
        return part

    def _catheter(self, t: int, function: float) -> Parts:
        part: Parts = {"dysfunction_type": "retention", "incontinence": "not_applicable",
                       "awareness": "no" if function < SADDLE_PRESENT_FROM else "yes"}  # fmt: skip
        if t < 10 or function < 0.12:
            late = t > 150 and self.attended
            return part | {"method": "indwelling_suprapubic" if late else "indwelling_urethral"}
        largest = self.chance.whole(400, 85, 150, 720)
        part |= {
            "method": "intermittent_attendant" if self.attended else "intermittent_self",
            "incontinence": "daily" if function < 0.3 else "weekly",
            "catheter_volume_max_ml": largest,
            "reliably_catheterised": "yes",
            "retention_plan": "Intermittent catheterisation, review at the next visit.",
        }
        if largest > 500:
            part["catheter_volumes_over_500_ml"] = self.chance.randint(1, 4)
        return part

    def _bowel(self, t: int, visit: Planned) -> Parts:
        function = self.recovery.sphincter(t)
        slow = 0.6 if function < VOIDS_FROM else 0.45 if 0 < t < 60 else 0.2
        part: Parts = {
            "incontinence": "no" if function > 0.5 else "weekly" if function < 0.2 else "monthly",
            "constipation": "yes" if self.chance.yes(slow) else "no",
        }
        if visit.how != "remote" and self.chance.yes(0.5):
            part["anal_tone"] = "preserved" if function > 0.6 else "decreased"
            if function < 0.08:
                part["anal_tone"] = "absent"
            part["voluntary_contraction"] = "yes" if function > 0.4 else "no"
        return part

    def _fac(self, worst: int, t: int) -> int:
        """Walking follows the weaker leg; on the ward nobody goes far."""
        fac = FAC[worst] - (1 if self.person.frail and worst > 2 else 0)
        if worst == TOP - 1 and self.person.walking_before == "independent":
            fac += 1
        return min(fac, FAC_ON_THE_WARD) if 0 <= t <= 7 else fac

    def _walking(self, fac: int) -> Parts:
        part: Parts = {"fac": fac, "aid": self.chance.one_of(AIDS[fac])}
        if self.chance.yes(0.8):
            part["walks_alone"] = fac >= WALKS_ALONE_FROM
        return part

    def _pain(self, t: int, visit: Planned) -> Parts:
        part: Parts = {}
        worse = 2 if any(0 <= t - e.day <= 5 for e in self.events if e.revised) else 0
        for place in ("back", "right_leg", "left_leg"):
            felt = self.recovery.pain("back" if place == "back" else "leg", t) + worse
            part[place] = round(min(max(felt + self.chance.gauss(0, 0.8), 0), 10))
        if self.chance.yes(0.5):
            part["period"] = "average_24h"
        if self.chance.yes(0.6):
            part["neuropathic"] = self.recovery.neuropathic and part["left_leg"] > 0
        return part

    def _spasticity(self, t: int, visit: Planned) -> Parts:
        return {"present": self.recovery.declining(t) or (self.recovery.spastic and t > 80)}

    def _vitals(self, t: int, visit: Planned) -> Parts:
        chance = self.chance
        fever = any(0 <= t - e.day <= 3 for e in self.events if "infection" in e.kind)
        warm = 38.3 if fever else 37.4 if 0 <= t <= 2 else 36.6
        upper = chance.whole(132, 13, 92, 178)
        part: Parts = {
            "temperature_c": round(chance.about(warm, 0.25, 35.8, 39.6), 1),
            "systolic_lying": upper,
            "diastolic_lying": min(chance.whole(76, 8, 50, 100), upper - 20),
            "heart_rate": chance.whole(92 if fever else 76, 9, 54, 118),
        }
        if visit.kind != "post_op" and chance.yes(0.6):
            self.weight = round(chance.about(self.weight, 0.7, 37, 96), 1)
            part["weight_kg"] = self.weight
        return part

    def _wound(self, t: int, visit: Planned) -> Parts:
        infected = self._around("surgical_site_infection", t)
        leak = self._around("csf_leak", t)
        part: Parts = {"drainage": infected, "clear_leak": leak, "redness": infected}
        if leak:
            part["postural_headache"] = self.chance.yes(0.7)
        return part

    def _around(self, kind: str, t: int) -> bool:
        return any(e.kind == kind and 0 <= t - e.day <= 4 for e in self.events)

    def _function(self, fac: int) -> Parts:
        help_needed = "none" if fac >= WALKS_ALONE_FROM else "some_hours" if fac else "whole_day"
        return {"caregiver": help_needed, "transfers": TRANSFERS[fac]}

    def _safety(self, t: int) -> Parts:
        chance = self.chance
        fractured = self._around("adjacent_fracture", t)
        return {
            "fall_with_injury": chance.yes(0.02),
            "sudden_pain": fractured or chance.yes(0.01),
            "calf_swelling": self._around("dvt_pe", t),
            "low_mood": chance.yes(0.1),
            "pressure_injury_site": chance.one_of({"none": 96, "sacrum": 3, "heel": 1}),
        }


def write(
    seed: int,
    number: int,
    person: Person,
    story: Story,
    recovery: Recovery,
    treatment: Treatment,
    plan: list[Planned],
    notes: Notes,
) -> None:
    chance = stream(seed, number, "visits")
    examiner = Examiner(chance, person, story, recovery, treatment, notes)
    for visit in plan:
        if not visit.missed:
            examiner.write(visit)
