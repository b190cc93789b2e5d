"""Who the patient is: age, fracture, illnesses, bone, and walking before the injury."""

from dataclasses import dataclass
from typing import Any

from outcomes.synthetic.chance import Chance, stream
from outcomes.synthetic.names import full_name
from outcomes.synthetic.notes import Notes, on
from outcomes.synthetic.story import Story
from patients.documents.base import LEVELS

# mostly the thoracolumbar junction, where these fractures are
FRACTURE = {"T10": 2, "T11": 6, "T12": 25, "L1": 35, "L2": 24, "L3": 8}
ETIOLOGY = {
    "osteoporotic_fracture": 86,
    "pathologic_fracture": 11,
    "other": 1.5,
    "unknown": 1.5,
}
# how often a condition is there; a tenth of the answers is unknown, a tenth left out
CONDITIONS = {
    "hypertension": 0.6,
    "asthma": 0.08,
    "aspirin_sensitivity": 0.02,
    "sulfonamide_allergy": 0.02,
    "ischaemic_heart_disease": 0.12,
    "cerebrovascular_disease": 0.1,
    "peptic_ulcer_or_gi_bleeding": 0.08,
    "diabetes": 0.25,
    "epilepsy": 0.02,
    "haemodialysis": 0.01,
    "can_sit_upright_60_min": 0.7,
}
UNKNOWN, LEFT_OUT = 0.08, 0.1
WALKING = {"independent": 55, "with_aid": 35, "with_help": 6, "unknown": 4}
AID = {"independent": "none", "with_aid": "cane", "with_help": "walker", "unknown": "unknown"}
TUMOURS = {"multiple myeloma": 4, "breast": 3, "lung": 2, "prostate": 1}


@dataclass(frozen=True, slots=True)
class Person:
    """`frail` walks a step worse than the legs alone would; weight in kg."""

    korean: bool
    sex: str
    age: int
    level: str
    etiology: str
    frail: bool
    walking_before: str
    weight: float
    thinner: str
    """Antithrombotic drug taken for years, or none."""
    asthma: bool
    overactive: bool

    @property
    def peripheral(self) -> bool:
        """From L2 down the cauda equina is hit, not the cord."""
        return LEVELS.index(self.level) >= LEVELS.index("L2")


def draw(chance: Chance) -> Person:
    etiology = chance.one_of(ETIOLOGY)
    pathologic = etiology == "pathologic_fracture"
    age = chance.whole(60, 8, 45, 76) if pathologic else chance.whole(76.5, 6.5, 62, 90)
    female = chance.yes(0.55 if pathologic else 0.84)
    return Person(
        korean=chance.yes(0.6),
        sex="female" if female else "male",
        age=age,
        level=chance.one_of(FRACTURE),
        etiology=etiology,
        frail=chance.yes(0.45 if age >= 80 else 0.15),
        walking_before=chance.one_of(WALKING),
        weight=round(chance.about(55 if female else 66, 8, 38, 95), 1),
        thinner=chance.one_of({"": 74, "aspirin": 12, "clopidogrel": 6, "apixaban": 8}),
        asthma=chance.yes(CONDITIONS["asthma"]),
        overactive=chance.yes(0.35),
    )


def patient(seed: int, number: int, person: Person, story: Story, notes: Notes) -> dict[str, Any]:
    document = {
        "id": notes.id("patient"),
        "study_number": f"SYN{seed}-{number:04d}",
        "record_number": f"S{seed}-{100000 + number}",
        "name": full_name(seed=seed, number=number, korean=person.korean, sex=person.sex),
        "birth_year": story.day0.year - person.age,
        "sex": person.sex,
        "language": "ko" if person.korean else "en",
        "origin": "synthetic",
        "status": story.status,
        "fracture_level": person.level,
        "etiology": person.etiology,
    }
    return document | ({"died_on": story.last.isoformat()} if story.status == "died" else {})


def write(seed: int, number: int, person: Person, story: Story, notes: Notes) -> None:
    """Background and bone density."""
    chance = stream(seed, number, "background")
    if chance.yes(0.96) and story.happened(story.presentation):
        _background(chance, person, story, notes)
    _bone_density(chance, story, notes)


def _background(chance: Chance, person: Person, story: Story, notes: Notes) -> None:
    answers: dict[str, Any] = {}
    for name, share in CONDITIONS.items():
        answer = person.asthma if name == "asthma" else chance.yes(share)
        drawn = chance.random()
        if drawn < LEFT_OUT:
            continue
        unknown = drawn < LEFT_OUT + UNKNOWN
        answers[name] = "unknown" if unknown else ("yes" if answer else "no")
    if person.etiology == "pathologic_fracture":
        answers |= {"cancer": "active", "cancer_site": chance.one_of(TUMOURS)}
    elif chance.yes(0.8):
        answers["cancer"] = chance.one_of({"none": 85, "cured": 10, "unknown": 5})
    if chance.yes(0.7):
        answers["glaucoma"] = chance.one_of(
            {"none": 88, "open_angle": 3, "narrow_angle": 2, "angle_unknown": 2, "unknown": 5}
        )
    notes.add(
        "background",
        "background",
        **answers,
        walking_before=person.walking_before,
        walking_aid_before=AID[person.walking_before],
        neurology_before=chance.one_of({"no_deficit": 92, "deficit": 3, "unknown": 5}),
        recorded_as_of=story.presentation.date().isoformat(),
    )


def _bone_density(chance: Chance, story: Story, notes: Notes) -> None:
    """Mostly measured before the cement, sometimes only later; repeated at two years by some."""
    lumbar = chance.about(-3.1, 0.7, -5.2, -1.2)
    hip = chance.about(lumbar + 0.7, 0.5, -4.5, -0.5)
    before = story.cement.date() - chance.randint(3, 120) * story.DAY
    after = story.day(chance.randint(5, 90))
    repeated = story.day(730 + chance.randint(-40, 40))
    times = [
        ("dxa", before if chance.yes(0.7) else after, chance.yes(0.88), 0.0),
        ("dxa-24mo", repeated, chance.yes(0.5), chance.uniform(-0.1, 0.5)),
    ]
    both = chance.yes(0.7)
    for name, day, measured, gain in times:
        if not measured or not story.happened(day):
            continue
        scores = {"lumbar_total": lumbar, "femur_neck": hip} if both else {"lumbar_total": lumbar}
        for region, score in scores.items():
            notes.add(
                "bone-density", f"{name}-{region}", region=region, t_score=round(score + gain, 1),
                **on(day),
            )  # fmt: skip
