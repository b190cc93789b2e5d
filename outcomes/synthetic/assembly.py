"""A made-up patient as a whole: the person, and the documents of their course in order of entry."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from outcomes.synthetic import (
    care,
    diary,
    laboratory,
    medication,
    person,
    plan,
    recovery,
    story,
    surgery,
    visits,
)
from outcomes.synthetic.chance import stream
from outcomes.synthetic.notes import Notes


@dataclass(frozen=True)
class Course:
    """`patient` is a PatientDocument; `documents` are {"kind": path, "document": …}, in the order
    in which they must be entered: procedures first, then what names or is judged by them.
    `diary` are {"reporter": …, "document": …}."""

    patient: dict[str, Any]
    documents: list[dict[str, Any]]
    diary: list[dict[str, Any]] = field(default_factory=list)


def course(*, seed: int, number: int, today: dt.date, surgeons: Sequence[str] = ()) -> Course:
    """The same arguments give the same course to the byte; nothing in it is later than `today`.

    `surgeons` are usernames, one of whom operated; without any no document names an operator.
    """
    someone = person.draw(stream(seed, number, "person"))
    told = story.draw(stream(seed, number, "story"), frail=someone.frail, today=today)
    recovering = recovery.draw(stream(seed, number, "recovery"), someone, told)
    planned = plan.draw(stream(seed, number, "plan"), told, recovering.decline)
    treated = medication.draw(stream(seed, number, "treatment"), someone, told, recovering, planned)
    notes = Notes(seed, number)
    surgeon = surgery.surgeon(seed, number, someone, told, notes, surgeons)
    surgeon.operations()
    surgeon.milestones()
    person.write(seed, number, someone, told, notes)
    surgeon.imaging(recovering.decline)
    surgeon.complications()
    visits.write(seed, number, someone, told, recovering, treated, planned, notes)
    laboratory.write(seed, number, someone, told, treated, notes)
    medication.write(seed, number, someone, told, recovering, treated, notes)
    care.write(seed, number, told, planned, notes)
    reported = diary.write(seed, number, told, recovering, notes)
    return Course(person.patient(seed, number, someone, told, notes), notes.documents, reported)
