"""A patient's diary as somebody may read it: of some days, and its summary."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone

from outcomes.models import DiaryEntry
from outcomes.models.diary import DiaryQuerySet
from outcomes.presenters.diary import entry
from outcomes.rules.bladder_diary import BLADDER, LEAST_DAYS, Summary, summary
from outcomes.thresholds import site_thresholds
from patients.models import Patient, User


class Diary:
    """The diary of one patient for one reader."""

    def __init__(self, patient: Patient, user: User) -> None:
        self.patient, self.user = patient, user
        self.now = timezone.now().astimezone(ZoneInfo(patient.site.time_zone))

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def current(self) -> DiaryQuerySet:
        found: DiaryQuerySet = DiaryEntry.objects.visible_to(self.user).filter(patient=self.patient)  # type: ignore[assignment]
        return found.current().select_related("recorded_by", "course")  # type: ignore[return-value]

    def latest_day(self, *kinds: str) -> dt.date | None:
        """The last day with an entry, of these kinds where any are named."""
        rows = self.current().filter(kind__in=kinds) if kinds else self.current()
        latest: dt.date | None = rows.aggregate(last=Max("date"))["last"]
        return latest

    def between(self, first: dt.date, last: dt.date) -> list[DiaryEntry]:
        rows = self.current().filter(date__range=(first, last))
        return list(rows.order_by("date", "occurred_at", "position"))

    def recent(self, count: int) -> list[DiaryEntry]:
        """The last entries, the latest first."""
        return list(self.current().order_by("-date", "-occurred_at", "-position")[:count])

    def summary(self, rows: list[DiaryEntry], first: dt.date, last: dt.date) -> Summary:
        large = int(site_thresholds(self.patient.site)["catheter_volume_ml >"])
        local = self.now.replace(tzinfo=None)
        entries = map(entry, rows)
        return summary(entries, first=first, last=last, now=local, large_ml=large)

    def last_days(self) -> Summary | None:
        """The three days up to the last entry about the bladder; None where there is none."""
        last = self.latest_day(*BLADDER)
        if last is None:
            return None
        first = last - dt.timedelta(days=LEAST_DAYS - 1)
        return self.summary(self.between(first, last), first, last)
