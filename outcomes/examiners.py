"""How often each examiner enters a part as "examined today, unchanged" (CLINICAL.md G)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from outcomes.models import Visit
from outcomes.rules.unchanged import COPIED
from patients.models import User


@dataclass
class Rate:
    """`examined` parts in which something was found, `unchanged` of them entered so."""

    who: str
    examined: int = 0
    unchanged: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.unchanged / self.examined)


def rates(visits: QuerySet[Visit], since: dt.date) -> list[Rate]:
    """By examiner, named in the visit or else who recorded it; the most examinations first.

    Only what clinicians recorded on or after `since`; a visit without a date is not counted.
    """
    rows = visits.filter(reporter="clinician", date__gte=since, entered_in_error=False)
    counts = {f"examined_{part}": Count("pk", filter=_examined(part)) for part in COPIED}
    counts |= {
        f"unchanged_{part}": Count("pk", filter=Q(**{f"{part}_unchanged": True})) for part in COPIED
    }
    found: defaultdict[str, Rate] = defaultdict(lambda: Rate(""))
    people = {user.pk: user for user in User.objects.filter(pk__in=rows.values("recorded_by"))}
    counted: Iterable[dict[str, Any]] = (
        rows.order_by().values("examiner", "recorded_by").annotate(**counts)  # type: ignore[assignment]
    )
    for row in counted:
        by = people.get(row["recorded_by"])
        who = row["examiner"] or (str(by) if by else "–")
        found[who].who = who
        found[who].examined += sum(row[f"examined_{part}"] for part in COPIED)
        found[who].unchanged += sum(row[f"unchanged_{part}"] for part in COPIED)
    some = (rate for rate in found.values() if rate.examined)
    return sorted(some, key=lambda rate: (-rate.examined, rate.who))


def _examined(part: str) -> Q:
    nothing = Q(**{f"{column}__isnull": True for column in COPIED[part]})
    return ~nothing
