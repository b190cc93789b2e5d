"""Made-up patients with plausible courses, reproducible by seed, marked synthetic wherever shown.

Not epidemiology: the shapes (recovery that slows, inflammation that rises after surgery and falls,
missed visits with a reason) serve to try the product, never to be compared with anyone.
"""

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from outcomes.published import enter_documents
from patients import actions
from patients.documents.base import read
from patients.documents.people import PatientDocument
from patients.models import Patient, Site, User
from patients.records import Asked

NAMESPACE = uuid.UUID("5c6f2a52-6a3e-5f0e-9a55-2b1f6d1f3c11")
NAMES = (
    "Kim Youngsook", "Lee Jungja", "Park Soonja", "Choi Malsoon", "Jung Okhee", "Kang Bokhee",
    "Maria Schmidt", "Anna Rossi", "Helen Clarke", "Yoon Taeho", "Peter Novak", "Oh Kilja",
)  # fmt: skip
MALE = {"Yoon Taeho", "Peter Novak"}
GRADES = ("0", "1", "2", "3", "4-", "4", "4+", "5")
VISITS = (("discharge", 21), ("6wk", 42), ("3mo", 91), ("6mo", 182), ("12mo", 365), ("24mo", 730))
# how much of the way to its final grade a leg has come at each visit: steep early, then slow
PROGRESS = {"discharge": 0.3, "6wk": 0.5, "3mo": 0.7, "6mo": 0.85, "12mo": 1.0, "24mo": 1.0}


@dataclass(frozen=True)
class Course:
    """A made-up patient: the person's document and the documents of their course."""

    patient: dict[str, Any]
    documents: list[dict[str, Any]]


def course(*, seed: int, number: int, today: dt.date, surgeons: Sequence[str] = ()) -> Course:
    """The same seed, number and day give the same course; nothing in it is later than `today`."""
    made = _Maker(random.Random(f"{seed}/{number}"), seed, number, today).course()
    if surgeons:
        made.documents[1]["document"]["surgeon"] = surgeons[0]
    return made


class _Maker:
    def __init__(self, chance: random.Random, seed: int, number: int, today: dt.date):
        self.chance, self.today = chance, today
        self.seed, self.prefix = seed, f"{seed}-{number}"
        self.number = number
        self.documents: list[dict[str, Any]] = []
        self.surgery = today - dt.timedelta(days=chance.randint(60, 800))
        self.delay_hours = chance.choice((8, 14, 20, 30, 52, 96, 240, 600))
        self.level = chance.choice(("T12", "L1", "L1", "L2"))

    def id(self, name: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.prefix}/{name}"))

    def add(self, path: str, name: str, **document: Any) -> None:
        self.documents.append({"kind": path, "document": {"id": self.id(name), **document}})

    def course(self) -> Course:
        operation = self._operations()
        self.documents.insert(1, {"kind": "procedures", "document": operation})
        self._background()
        self._motor_course()
        self._labs()
        self._drugs()
        name = NAMES[(self.number - 1) % len(NAMES)]
        person = {
            "id": self.id("patient"),
            "study_number": f"SYN{self.seed}-{self.number:04d}",
            "record_number": f"S{self.seed}-{self.number:05d}",
            "name": name,
            "birth_year": self.surgery.year - self.chance.randint(62, 89),
            "sex": "male" if name in MALE else "female",
            "language": "ko" if self.number % 2 else "en",
            "origin": "synthetic",
            "fracture_level": self.level,
            "etiology": self.chance.choice(
                ("osteoporotic_fracture", "osteoporotic_fracture", "pathologic_fracture")
            ),
        }
        return Course(person, self.documents)

    def day(self, days: int) -> dt.date:
        return self.surgery + dt.timedelta(days=days)

    def _operations(self) -> dict[str, Any]:
        incision = dt.datetime.combine(self.surgery, dt.time(self.chance.randint(8, 20), 30))
        cement = incision - dt.timedelta(hours=self.delay_hours)
        self.cement, self.first_exam = cement.date(), cement + dt.timedelta(hours=1)
        self.add(
            "procedures",
            "cement",
            kind="cement",
            technique=self.chance.choice(("vertebroplasty", "vertebroplasty", "kyphoplasty")),
            date=cement.date().isoformat(),
            time=cement.time().isoformat("minutes"),
            level_from=self.level,
            level_to=self.level,
        )
        self.add("milestones", "deficit", event="first_deficit", date=cement.date().isoformat())
        return {
            "id": self.id("decompression"),
            "kind": "decompression",
            "technique": "laminectomy",
            "intended": "decompress_leaked_cement",
            "date": self.surgery.isoformat(),
            "time": incision.time().isoformat("minutes"),
            "laminectomy": "yes",
            "durotomy": "yes",
            "fixation": self.chance.choice(("yes", "no")),
            "cement_removal": self.chance.choice(("complete", "partial")),
            "level_from": self.level,
            "level_to": "L2",
        }

    def _background(self) -> None:
        answers = {
            name: self.chance.choices(("no", "yes", "unknown"), (6, 3, 1))[0]
            for name in ("hypertension", "asthma", "diabetes")
        }
        walking = self.chance.choice(("independent", "with_aid"))
        self.add("background", "background", **answers, walking_before=walking)
        score = round(self.chance.uniform(-4.2, -1.5), 1)
        before = (self.cement - dt.timedelta(days=20)).isoformat()
        self.add("bone-density", "dxa", region="lumbar_total", t_score=score, date=before)

    def _motor_course(self) -> None:
        first = {side: self.chance.randint(1, 5) for side in ("right", "left")}
        gain = 4 if self.delay_hours < 48 else 3
        last = {side: min(7, grade + self.chance.randint(0, gain)) for side, grade in first.items()}
        retains = self.chance.random() < 0.6
        exam = self.first_exam
        time = exam.time().isoformat("minutes")
        self._visit("pre_op", exam.date(), first, 0.0, last, retains, time=time)
        for kind, target in VISITS:
            day = self.day(target + self.chance.randint(-5, 6))
            if day <= self.today and self.chance.random() < 0.88:
                self._visit(kind, day, first, PROGRESS[kind], last, retains)

    def _visit(
        self,
        kind: str,
        day: dt.date,
        first: dict[str, int],
        progress: float,
        last: dict[str, int],
        retains: bool,
        **more: Any,
    ) -> None:
        steps = {s: round(first[s] + (last[s] - first[s]) * progress) for s in first}
        legs = {side: {"grade": GRADES[step]} for side, step in steps.items()}
        worst = min(steps.values())
        pain = max(0, round(7 * (1 - progress) + self.chance.uniform(-1, 2)))
        document: dict[str, Any] = {
            "motor": {"basis": "gestalt", **legs},
            "sensation": {
                "right": "reduced" if steps["right"] < 5 else "normal",
                "left": "reduced" if steps["left"] < 5 else "normal",
                "saddle": "reduced" if retains and progress < 0.6 else "normal",
            },
            "bladder": self._bladder(progress, retains),
            "walking": self._walking(worst),
            "pain": {"back": min(pain, 9), "right_leg": min(max(pain - 2, 0), 8)},
            "spasticity": {"present": False},
        }
        if self.chance.random() < 0.25:
            document["pain"] = {"not_done": "communication"}
        if self.chance.random() < 0.5:
            document["bowel"] = {"not_done": "no_time"}
        else:
            document["bowel"] = {"incontinence": "no", "constipation": "yes" if retains else "no"}
        if kind in {"6wk", "12mo"}:
            document["vitals"] = {"weight_kg": round(self.chance.uniform(44, 68), 1)}
        self.add(
            "visits", kind, kind=kind, mode="in_person", date=day.isoformat(), **more, **document
        )

    def _bladder(self, progress: float, retains: bool) -> dict[str, Any]:
        if not retains:
            pvr = self.chance.randint(0, 60)
            return {"method": "normal_voiding", "incontinence": "no", "pvr_ml": pvr,
                    "pvr_method": "scan"}  # fmt: skip
        if progress < 0.4:
            return {"method": "indwelling_urethral", "dysfunction": "yes"}
        if progress < 0.8:
            return {"method": "intermittent_self", "incontinence": "weekly",
                    "catheter_volume_max_ml": self.chance.randint(250, 520)}  # fmt: skip
        pvr = self.chance.randint(60, 180)
        return {"method": "normal_voiding", "incontinence": "monthly", "pvr_ml": pvr,
                "pvr_method": "scan"}  # fmt: skip

    def _walking(self, worst: int) -> dict[str, Any]:
        if worst <= 2:
            return {"fac": 0, "aid": "wheelchair", "walks_alone": False}
        if worst <= 4:
            return {"fac": 3, "aid": "walker", "walks_alone": False}
        return {"fac": 4 if worst < 7 else 5, "aid": "cane" if worst < 7 else "none",
                "walks_alone": True}  # fmt: skip

    def _labs(self) -> None:
        drift = self.chance.uniform(0.8, 1.25)
        for day, esr, crp, hb, alt in (
            (0, 24, 3.1, 11.8, 28),
            (3, 52, 96.0, 9.9, 46),
            (7, 61, 34.0, 10.1, 71),
            (14, 48, 11.0, 10.6, 52),
            (42, 28, 3.6, 11.7, 33),
            (182, 18, 2.1, 12.4, 27),
        ):
            if self.day(day) > self.today:
                return
            for code, value, unit, low, high in (
                ("esr", round(esr * drift), "mm/h", "0", "20"),
                ("crp", round(crp * drift, 1), "mg/L", "0", "5.0"),
                ("hb", round(hb / drift**0.3, 1), "g/dL", "12.0", "16.0"),
                ("alt", round(alt * drift), "U/L", "5", "40"),
            ):
                self.add(
                    "labs",
                    f"{code}-{day}",
                    analyte=code,
                    value=str(value),
                    unit=unit,
                    range={"low": low, "high": high},
                    specimen_at=f"{self.day(day).isoformat()}T07:10",
                )

    def _drugs(self) -> None:
        self._course("celecoxib", "M01AH01", 100, 2, start=2, stop=90)
        self._course("tramadol", "N02AX02", 50, 3, start=1, stop=40)
        if self.chance.random() < 0.5:
            self._course("solifenacin", "G04BD08", 5, 1, start=50, indication="urgency")
        self._injections()

    def _course(
        self, drug: str, atc: str, dose: int, times: int, start: int, stop: int = 0, **more: Any
    ) -> None:
        """A tablet in mg from day `start` to day `stop` (0: still taken), at most today."""
        if stop:
            ended = min(self.day(stop), self.today).isoformat()
            more |= {"stop": ended, "stop_reason": "completed"}
        self.add(
            "medications",
            drug,
            drug=drug,
            atc=atc,
            dose=dose,
            dose_unit="mg",
            times_per_day=times,
            route="oral",
            start=min(self.day(start), self.today).isoformat(),
            **more,
        )

    def _injections(self) -> None:
        given = {"dose": 3, "dose_unit": "mg", "route": "intravenous"}
        days = [self.day(d) for d in (60, 152, 244) if self.day(d) <= self.today]
        if not days:
            return
        self.add(
            "medications",
            "ibandronate",
            drug="ibandronic acid",
            atc="M05BA06",
            frequency="every three months",
            start=days[0].isoformat(),
            doses=[
                {"id": self.id(f"ibandronate-{n}"), "date": day.isoformat(), **given}
                for n, day in enumerate(days)
            ],
            **given,
        )


@transaction.atomic
def enter(case: Course, *, site: Site, asked: Asked, user: User | None = None) -> Patient:
    """Record a made-up course through the same actions as a clinician's entry."""
    actions.enrol(document=read(PatientDocument, case.patient), site=site, asked=asked, user=user)
    patient = Patient.objects.select_related("site").get(pk=case.patient["id"])
    enter_documents(patient, case.documents, asked)
    return patient
