"""The entries of a diary that the reader may see, by day."""

import datetime as dt
import uuid

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from outcomes.actions.diary import changeable
from outcomes.models import DiaryEntry
from outcomes.presenters.diary import what
from outcomes.presenters.diary_log import Day, Line, by_day
from outcomes.reference import Sign, red_flags
from patients.access import Own
from patients.models import User
from patients.records import Asked


def days_of(
    user: User, own: Own, *, since: dt.date, until: dt.date, headings: bool = True
) -> list[Day]:
    """Both days included, by the site's calendar; the latest first."""
    rows = (
        DiaryEntry.objects.visible_to(user)
        .current()
        .filter(patient=own.patient, date__gte=since, date__lte=until)
        .select_related("course", "recorded_by")
        .order_by("-date", "-occurred_at", "-position")
    )
    asked = Asked(by=user, at=timezone.now(), reporter=own.reporter)
    names = _names(own)
    return by_day(((row.date, _line(row, own, asked, names)) for row in rows), headings=headings)


def _names(own: Own) -> dict[int, str]:
    """What the patient calls each caregiver, for the patient alone: a caregiver's account may bear
    what another patient calls them."""
    if own.reporter != "patient":
        return {}
    return dict(own.patient.proxies.order_by("since").values_list("user_id", "name"))


def _line(row: DiaryEntry, own: Own, asked: Asked, names: dict[int, str]) -> Line:
    at = row.local_time
    return Line(
        id=row.pk,
        words=_words(row),
        time=formats.time_format(at, "H:i") if at else _("time of day not known"),
        whose="" if row.recorded_by_id == asked.by.pk else _whose(row, names),  # type: ignore[union-attr]
        changeable=own.reports and changeable(row, asked),
        version=row.version,
        address=reverse("phone-today", args=[own.patient.pk]),
        key=uuid.uuid4(),
    )


def _words(row: DiaryEntry) -> str:
    """A warning sign in the words that were tapped."""
    if row.kind != "red_flag":
        return what(row, _)
    return f"{_('Warning sign')}: {_(red_flags()[Sign(row.sign)].label)}"


def _whose(row: DiaryEntry, names: dict[int, str]) -> str:
    if row.reporter == "clinician":
        return _("entered by the clinic")
    if row.reporter == "patient":
        return _("entered by the patient")
    name = names.get(row.recorded_by_id or 0)
    return _("entered by {name}").format(name=name) if name else _("entered by a caregiver")
