"""What was changed in sites, roles and thresholds, by whom and when, from their histories."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _

from outcomes import words
from outcomes.pages.administration import told
from outcomes.pages.administration.numbers import name_of, with_unit
from outcomes.thresholds import defaults
from patients.models import Membership, Site, Threshold

SITE_FIELDS = (
    "name", "time_zone", "phone", "phone_note", "emergency_number", "crisis_line", "jurisdiction",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    at: dt.datetime
    when: str
    who: str
    what: str
    site: str


def changes(sites: Collection[Site], limit: int) -> list[Change]:
    """The newest changes of any kind; three queries."""
    found = [*site_changes(sites, limit), *role_changes(sites, limit)]
    found += threshold_changes(sites, limit)
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def _change(row: Any, what: str, site: Site) -> Change:
    who = str(row.history_user) if row.history_user else _("the command line")
    return Change(row.history_date, told(row.history_date, site.time_zone), who, what, site.name)


def site_changes(sites: Collection[Site], limit: int) -> Iterator[Change]:
    by_id = {site.pk: site for site in sites}
    before = {
        f"{field}_before": Window(
            Lag(field), partition_by=[F("id")], order_by=F("history_id").asc()
        )
        for field in SITE_FIELDS
    }
    rows = Site.history.filter(id__in=by_id).annotate(**before).select_related("history_user")
    for row in rows.order_by("-history_id")[:limit]:
        yield _change(row, _site_change(row), by_id[row.id])


def site_label(field: str) -> str:
    return {
        "name": _("Name"),
        "time_zone": _("Time zone"),
        "phone": _("Telephone"),
        "phone_note": _("When the telephone is answered"),
        "emergency_number": _("Emergency number"),
        "crisis_line": _("Crisis line"),
        "jurisdiction": _("Whose drug labels hold"),
    }[field]


def _site_change(row: Any) -> str:
    if row.history_type == "+":
        return _("The site was made")
    differing = [f for f in SITE_FIELDS if getattr(row, f) != getattr(row, f"{f}_before")]
    return "; ".join(
        _("{field}: {before} → {now}").format(
            field=site_label(field),
            before=getattr(row, f"{field}_before") or _("(empty)"),
            now=getattr(row, field) or _("(empty)"),
        )
        for field in differing
    )


def role_changes(sites: Collection[Site], limit: int, person: Any = None) -> Iterator[Change]:
    by_id = {site.pk: site for site in sites}
    before = {
        f"{field}_before": Window(
            Lag(field), partition_by=[F("id")], order_by=F("history_id").asc()
        )
        for field in ("active", "on_call")
    }
    rows = Membership.history.filter(site__in=by_id).annotate(**before)
    rows = rows.select_related("history_user", "user")
    if person is not None:
        rows = rows.filter(user=person)
    for row in rows.order_by("-history_id")[:limit]:
        yield _change(row, _role_change(row), by_id[row.site_id])


def _role_change(row: Any) -> str:
    """A role given or taken away, or who is on call in it."""
    if row.active_before == row.active:
        template = {
            "first": _("{person}: on call ({role})"),
            "second": _("{person}: second on call ({role})"),
        }.get(row.on_call, _("{person}: no longer on call ({role})"))
    elif row.active:
        template = _("{person}: role {role} given")
    else:
        template = _("{person}: role {role} taken away")
    return template.format(person=row.user, role=words.words("role", row.role))


def threshold_changes(
    sites: Collection[Site], limit: int, key: str | None = None
) -> Iterator[Change]:
    by_id = {site.pk: site for site in sites}
    rows = Threshold.history.filter(site__in=by_id).select_related("history_user")
    if key is not None:
        rows = rows.filter(key=key)
    for row in rows.order_by("-history_id")[:limit]:
        yield _change(row, threshold_change(row), by_id[row.site_id])


def threshold_change(row: Any) -> str:
    default = defaults().get(row.key)
    if default is None:  # no longer in the reference data
        return f"{row.key}: {row.value} ({row.reason})"
    if row.value is None:
        told_as = _("{name}: back to the default, {default} (“{reason}”)")
    else:
        told_as = _("{name}: {own} instead of {default} (“{reason}”)")
    return told_as.format(
        name=name_of(default),
        own="" if row.value is None else with_unit(row.value, default),
        default=with_unit(default.value, default),
        reason=row.reason,
    )
