"""Which doses are awaited, over many patients: their repeated drugs alone are read, in two queries.

A dose whose day is told only by a day count is not placed here; the patient's own page does that.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from outcomes.facts import ordered
from outcomes.models import MedicationCourse, MedicationDose
from outcomes.readings import Surgery
from outcomes.reference import drug_names, drugs
from outcomes.rules.facts import Facts
from outcomes.rules.medication_safety import NextDue, next_due, repeated
from outcomes.rules.medication_safety.due import AFTERWARDS
from patients.models import User


def awaited(
    user: User, now: dt.datetime, today: Mapping[UUID, dt.date]
) -> dict[UUID, list[NextDue]]:
    """By patient the next doses of their courses; `today` is the date at the site of each."""
    repeated_courses = _courses(user)
    courses = _by_patient(repeated_courses.select_related("recorded_by").order_by("position"))
    given = MedicationDose.objects.current().filter(course__in=repeated_courses.values("pk"))
    doses = _by_patient(given.select_related("recorded_by").order_by("position"))
    none = Surgery(())
    found = {}
    for pk in courses.keys() & today.keys():
        drugs_of, doses_of = ordered(courses[pk], none), ordered(doses[pk], none)
        found[pk] = next_due(Facts(now=now, today=today[pk], drugs=drugs_of, doses=doses_of))
    return found


def _by_patient(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


def _courses(user: User) -> QuerySet[MedicationCourse]:
    """Of the drugs that are repeated, and of those that take over from one."""
    return MedicationCourse.objects.visible_to(user).current().filter(_of_bone())


@cache
def _of_bone() -> Q:
    codes = {drugs()[inn].atc for inn in repeated()}
    names = {*repeated(), *(one.name for one in drug_names() if one.atc in codes)}
    by_code = (Q(atc__startswith=atc) for atc in (*sorted(codes), *AFTERWARDS))
    by_name = (Q(drug__iexact=name) for name in sorted(names))
    return reduce(or_, (*by_code, *by_name))
