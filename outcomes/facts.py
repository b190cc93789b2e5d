"""From rows to the facts that rules look at: the same few queries for one patient or many."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Any
from uuid import UUID

from outcomes.models import DiaryEntry, LabResult, MedicationCourse, MedicationDose, Visit
from outcomes.readings import Surgery
from outcomes.rules.facts import Fact, Facts, place
from outcomes.thresholds import site_thresholds
from patients.current import current, with_authors
from patients.models import (
    Background,
    Complication,
    DocumentVersion,
    Imaging,
    Milestone,
    Patient,
    Procedure,
)
from patients.models.columns import attname, flatten, leaves
from patients.models.record import PatientRecord, Record, civil_date

LISTS: dict[str, type[PatientRecord]] = {
    "visits": Visit,
    "labs": LabResult,
    "drugs": MedicationCourse,
    "doses": MedicationDose,
    "complications": Complication,
    "imaging": Imaging,
    "milestones": Milestone,
}
# kinds of diary entry that a rule looks at: a year of voids is read by nobody there
LOOKED_AT = ("catheter", "fall", "mood", "red_flag")
# what a row knows beside its document
BESIDE: dict[type[Record], tuple[str, ...]] = {
    LabResult: ("comparator", "canonical", "canonical_unit"),
    MedicationDose: ("course_id",),
    Procedure: ("time_zone",),
    DiaryEntry: ("time_basis",),
}


def facts_of(
    patients: Sequence[Patient], now: dt.datetime, only: Collection[str] = tuple(LISTS)
) -> dict[UUID, Facts]:
    """Of each patient (with its site) what holds at `now`; `only` names the lists to read."""
    thresholds = {site: site_thresholds(site) for site in {p.site for p in patients}}
    ids = [patient.pk for patient in patients]
    procedures = current(Procedure, ids)
    lists = {name: current(model, ids) for name, model in LISTS.items() if name in only}
    reported = current(DiaryEntry, ids, kind__in=LOOKED_AT)
    background = current(Background, ids)
    read = (procedures, reported, *lists.values())
    with_authors(chain.from_iterable(chain.from_iterable(rows.values()) for rows in read), {})
    amended = _amended(chain.from_iterable(lists.get("visits", {}).values()))
    found = {}
    for patient in patients:
        surgery = Surgery(tuple(procedures[patient.pk]))
        index = surgery.decompression
        diary = ordered(reported[patient.pk], surgery)
        placed = {name: ordered(rows[patient.pk], surgery, amended) for name, rows in lists.items()}
        found[patient.pk] = Facts(
            now=now,
            today=civil_date(now, patient.site.time_zone),
            anchors=surgery.anchors,
            person=columns(patient),
            background=next((columns(row) for row in background[patient.pk]), {}),
            thresholds=thresholds[patient.site],
            jurisdiction=patient.site.jurisdiction,
            procedures=ordered(procedures[patient.pk], surgery),
            index_id=str(index.pk) if index else "",
            diary=diary,
            **placed,
        )
    return found


Amended = Mapping[UUID, Mapping[str, dt.datetime]]
"""By record and column, when the present value was written, if that was not at first."""


def ordered(
    rows: Iterable[Any], surgery: Surgery, amended: Amended = MappingProxyType({})
) -> tuple[Fact, ...]:
    facts = [replace(fact(row, surgery), amended_at=amended.get(row.pk, {})) for row in rows]
    return tuple(sorted(facts, key=lambda one: place(one.day, one.when, one.order)))


def fact(row: Any, surgery: Surgery) -> Fact:
    """One row as the rules see it."""
    when, author = row.when, row.recorded_by
    return Fact(
        id=str(row.pk),
        when=when,
        day=surgery.day(when),
        values=columns(row),
        version=row.version or 1,
        order=row.position or 0,
        by=getattr(row, "examiner", None) or (author.get_full_name() or author.username)
        if author
        else getattr(row, "examiner", None) or "",
        reporter=row.reporter,
        recorded_at=row.recorded_at,
    )


def columns(row: Record) -> dict[str, Any]:
    """What is recorded, by column."""
    model = type(row)
    names = [(leaf.column, attname(model, leaf.column)) for leaf in leaves(model.SHAPE)]
    names += [(name.removesuffix("_id"), name) for name in BESIDE.get(model, ())]
    values = {column: getattr(row, name) for column, name in names}
    return {column: value for column, value in values.items() if value is not None}


def _amended(rows: Iterable[Record]) -> Amended:
    """One query over the histories of those rows that have one."""
    later = [row.pk for row in rows if (row.version or 1) > 1]
    found: defaultdict[UUID, dict[str, dt.datetime]] = defaultdict(dict)
    if not later:
        return found
    before: dict[str, Any] = {}
    for version in DocumentVersion.objects.filter(record_id__in=later).order_by(
        "record_id", "version"
    ):
        now = flatten(version.content["document"])
        if version.version > 1:
            changed = {c for c in before | now if before.get(c) != now.get(c)}
            found[version.record_id] |= dict.fromkeys(changed, version.at)
        before = now
    return found
