"""What a user may see of one patient, each table read once."""

import datetime as dt
import math
from collections import defaultdict
from functools import cached_property
from typing import Any

from outcomes.facts import columns, ordered
from outcomes.models import LabResult, MedicationCourse, MedicationDose, Visit
from outcomes.readings import Surgery
from outcomes.rules.facts import Facts, place
from outcomes.rules.recovery import Legs
from outcomes.rules.values import Moment, Span
from outcomes.thresholds import site_thresholds
from patients.access import works_with
from patients.current import Authors, current, with_authors
from patients.models import (
    Background,
    BoneDensity,
    Complication,
    Consent,
    ContactAttempt,
    Imaging,
    LossToFollowUp,
    Milestone,
    Patient,
    Procedure,
    Transfer,
    User,
)
from patients.models.record import civil_date

GRADED = (
    "motor_right_grade",
    "motor_left_grade",
    "motor_right_not_testable",
    "motor_left_not_testable",
)


class Record:
    """The current rows of one patient in the order of time; one query for each kind asked for."""

    def __init__(self, patient: Patient, user: User) -> None:
        self.patient, self.user = patient, user
        self._authors: Authors = {}

    def day(self, moment: Moment) -> Span:
        """Days since decompression; since cement, where nobody operated."""
        return self.surgery.day(moment)

    @cached_property
    def surgery(self) -> Surgery:
        return Surgery(tuple(self._rows(Procedure)))

    @cached_property
    def procedures(self) -> list[Any]:
        return self._ordered(self.surgery.procedures)

    @cached_property
    def visits(self) -> list[Any]:
        return self._read(Visit)

    @property
    def latest_visits(self) -> list[Any]:
        """The latest first; what has no day comes last, by phase."""
        dated = [visit for visit in self.visits if self._place(visit)[0] < math.inf]
        return [*reversed(dated), *self.visits[len(dated) :]]

    @cached_property
    def labs(self) -> list[Any]:
        return self._read(LabResult)

    @cached_property
    def courses(self) -> list[Any]:
        """Drugs, each with its single doses in `given`."""
        given = defaultdict(list)
        for dose in self._rows(MedicationDose):
            given[dose.course_id].append(dose)
        courses = self._read(MedicationCourse)
        for course in courses:
            course.given = given[course.pk]
        return courses

    @cached_property
    def imaging(self) -> list[Any]:
        return self._read(Imaging)

    @cached_property
    def bone_density(self) -> list[Any]:
        return self._read(BoneDensity)

    @cached_property
    def milestones(self) -> list[Any]:
        return self._read(Milestone)

    @cached_property
    def complications(self) -> list[Any]:
        return self._read(Complication)

    @cached_property
    def consents(self) -> list[Any]:
        return self._read(Consent)

    @cached_property
    def contact(self) -> list[Any]:
        """Contact attempts, transfers and losses to follow-up together."""
        models = (ContactAttempt, Transfer, LossToFollowUp)
        return self._ordered(row for model in models for row in self._rows(model))

    @cached_property
    def background(self) -> Background | None:
        return next(iter(self._rows(Background)), None)

    def facts(self, now: dt.datetime) -> Facts:
        """The same rows for the rules that look at the whole course; one query more."""
        site, index = self.patient.site, self.surgery.decompression
        doses = [dose for course in self.courses for dose in course.given]
        return Facts(
            now=now,
            today=civil_date(now, site.time_zone),
            anchors=self.surgery.anchors,
            person=columns(self.patient),
            background=columns(self.background) if self.background else {},
            thresholds=site_thresholds(site),
            jurisdiction=site.jurisdiction,
            procedures=ordered(self.procedures, self.surgery),
            index_id=str(index.pk) if index else "",
            visits=ordered(self.visits, self.surgery),
            labs=ordered(self.labs, self.surgery),
            drugs=ordered(self.courses, self.surgery),
            doses=ordered(doses, self.surgery),
            complications=ordered(self.complications, self.surgery),
            imaging=ordered(self.imaging, self.surgery),
            milestones=ordered(self.milestones, self.surgery),
        )

    @cached_property
    def whole(self) -> bool:
        """Whether the reader sees all of it, which is asked once."""
        return works_with(self.user, self.patient)

    def _rows(self, model: Any) -> list[Any]:
        if self.whole:
            return with_authors(current(model, [self.patient.pk])[self.patient.pk], self._authors)
        rows = model.objects.visible_to(self.user).filter(patient=self.patient).current()
        return list(rows.select_related("recorded_by").order_by("position"))

    def _read(self, model: Any) -> list[Any]:
        return self._ordered(self._rows(model))

    def _ordered(self, rows: Any) -> list[Any]:
        return sorted(rows, key=self._place)

    def _place(self, row: Any) -> tuple[float, int, str, int]:
        return place(self.day(row.when), row.when, row.position)


def examined(visit: Visit) -> bool:
    """Whether a leg was examined as one: graded, or not testable with the reason."""
    return any(getattr(visit, column) is not None for column in GRADED)


def legs_of(visit: Visit) -> Legs:
    """The leg grades of a visit and what they stand for."""
    given = {"basis": visit.motor_basis} if visit.motor_basis else {}
    return Legs(right=visit.motor_right_grade, left=visit.motor_left_grade, **given)
