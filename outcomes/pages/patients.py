"""The list of patients that the reader may see."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes import words
from outcomes.figures.base import extent, when_words
from outcomes.finding import matching, mine, searched
from outcomes.models import Visit
from outcomes.pages import page, reader
from outcomes.pages.drafts import waiting
from outcomes.presenters.base import date_words
from outcomes.presenters.outcome import leg_words
from outcomes.readings import Surgery
from outcomes.rules.values import Moment
from patients import audit
from patients.access import is_clinician, sites_for, sites_with_patients_for
from patients.models import Patient, Procedure, User
from patients.models.record import PatientRecord, civil_date
from patients.roles import Permission

PAGE_SIZE = 25
LEGS = ("right", "left")
ACTIVE = "active"
R = TypeVar("R", bound=PatientRecord)


@require_safe
@page
def patients(request: HttpRequest) -> HttpResponse:
    """Patients by study number, 25 a page, found by study number, record number or name."""
    user = reader(request)
    if not is_clinician(user) and Patient.objects.own(user).exists():
        return redirect("phone")
    search = searched(request.GET.get("q", ""))
    own = request.GET.get("whose") == "mine"
    found = Patient.objects.visible_to(user).filter(matching(search))
    found = found.filter(mine(user)) if own else found
    paginator = Paginator(found.select_related("site").order_by("study_number"), PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    drafts = waiting(user)
    seen = dict.fromkeys([*(p.pk for p in shown), *(d.patient_id for d in drafts if d.patient_id)])
    audit.record(by=user, action="patient.list", patient_ids=seen)
    rows = _rows(list(shown), user, timezone.now())
    context = {
        "rows": rows,
        "page": shown,
        "search": search,
        "mine": own,
        "works": is_clinician(user),
        "drafts": drafts,
        "may_enrol": sites_for(user, Permission.ENROL).exists(),
        "may_import": sites_with_patients_for(user, Permission.RECORD_OBSERVATION).exists(),
    }
    return render(request, "clinician/patients.html", context)


@dataclass(frozen=True)
class Row:
    """One patient of the list."""

    patient: Patient
    course: Surgery
    visits: Sequence[Visit]
    today: dt.date

    @property
    def title(self) -> str:
        return self.patient.name or self.patient.study_number

    @property
    def identity(self) -> list[str]:
        """Study number, record number, sex and birth, as far as known."""
        patient = self.patient
        sex = words.words("sex", patient.sex) if patient.sex else None
        known = (patient.study_number, patient.record_number, sex, born(patient))
        return [text for text in known if text]

    @property
    def origin(self) -> str:
        return words.words("origin", self.patient.origin)

    @property
    def status(self) -> str:
        return words.words("patient.status", self.patient.status)

    @property
    def since(self) -> str:
        """Days since the decompression, counted only while the course goes on."""
        if self.patient.status != ACTIVE:
            return ""
        day = self.course.day(Moment(date=self.today))
        if not extent(day):
            return _("day not known")
        told = when_words(day, None, _)
        if self.course.operated:
            return told
        return _("not decompressed; {day} since the cement").format(day=told)

    @property
    def last(self) -> Visit | None:
        return max(self.visits, key=self._when, default=None)

    @property
    def last_when(self) -> str:
        """The date of the last visit, or its day where it has no date."""
        if self.last is None:
            return ""
        when = self.last.when
        return date_words(when, _) or when_words(self.course.day(when), when.phase, _)

    @property
    def last_kind(self) -> str:
        return words.words("visit.kind", self.last.kind) if self.last else ""

    @property
    def legs(self) -> list[str]:
        """The grade of each leg at the last visit, after its side in words."""
        if self.last is None:
            return []
        return [f"{words.words('', side)} {leg_words(self.last, side, _)}" for side in LEGS]

    def _when(self, visit: Visit) -> tuple[float, str, int]:
        day = self.course.day(visit.when)
        known = next((d for d in (day.best, day.lower, day.upper) if d is not None), float("-inf"))
        return (known, str(visit.time or ""), visit.position)


def _rows(patients: Sequence[Patient], user: User, now: dt.datetime) -> list[Row]:
    """Two more queries, however many patients there are."""
    procedures = _by_patient(Procedure, patients, user)
    visits = _by_patient(Visit, patients, user)
    return [
        Row(
            patient=patient,
            course=Surgery(tuple(procedures[patient.pk])),
            visits=visits[patient.pk],
            today=civil_date(now, patient.site.time_zone),
        )
        for patient in patients
    ]


def _by_patient(
    model: type[R], patients: Iterable[Patient], user: User
) -> defaultdict[UUID, list[R]]:
    rows: Any = model.objects.visible_to(user).filter(patient__in=[p.pk for p in patients])
    found: defaultdict[UUID, list[R]] = defaultdict(list)
    for row in rows.current().order_by("position"):
        found[row.patient_id].append(row)
    return found


def born(patient: Patient) -> str:
    """The birth date or year, or the age at the operation: whichever was recorded."""
    if patient.birth_date:
        return _("born {date}").format(date=patient.birth_date.isoformat())
    if patient.birth_year:
        return _("born {year}").format(year=patient.birth_year)
    if patient.age_at_index is not None:
        return _("{years} years at the operation").format(years=patient.age_at_index)
    return ""
