"""A site's thresholds: the defaults with their sources, and the site's own values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import reference, source_words
from outcomes.actions.thresholds import clear_threshold, set_threshold
from outcomes.pages.administration import asked, for_site, told
from outcomes.pages.administration.changes import threshold_changes
from outcomes.pages.administration.fields import Field, Form
from outcomes.pages.administration.numbers import does, name_of, plain, unit_of, with_unit
from outcomes.reference import ThresholdDefault
from outcomes.thresholds import defaults
from patients.documents.base import Refused
from patients.models import Site, Threshold

HISTORY = 50
NUMBER = re.compile(r"-?\d{1,8}(\.\d{1,10})?", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A threshold as the page lists it."""

    threshold: ThresholdDefault
    own: Any
    """The newest history row of the site's own value, None where it never had one."""
    site: Site

    @property
    def key(self) -> str:
        return self.threshold.key

    @property
    def name(self) -> str:
        return name_of(self.threshold)

    @property
    def does(self) -> str:
        return does(self.threshold)

    @property
    def note(self) -> str:
        return _(self.threshold.note) if self.threshold.note else ""

    @property
    def default(self) -> str:
        return with_unit(self.threshold.value, self.threshold)

    @property
    def value(self) -> str:
        """The site's own value with its unit, empty where the default holds."""
        if self.own is None or self.own.value is None:
            return ""
        return with_unit(self.own.value, self.threshold)

    @property
    def range(self) -> str:
        lower, upper = plain(self.threshold.lower), plain(self.threshold.upper)
        return f"{lower}–{upper} {unit_of(self.threshold)}"

    @property
    def source(self) -> str:
        """What the default stands on."""
        key = self.threshold.source.split(", ")[0]
        policy = key == source_words.POLICY
        return _("Policy of this product") if policy else source_words.capital(key, _)

    @property
    def changed(self) -> str:
        """Who changed it last, and when; empty where nobody did."""
        if self.own is None:
            return ""
        who = self.own.history_user or _("the command line")
        return f"{who}, {told(self.own.history_date, self.site.time_zone)}"


@require_safe
@for_site
def thresholds(request: HttpRequest, site: Site) -> HttpResponse:
    """Every threshold, in three tables."""
    rows = _rows(site)
    groups = [
        (_("Reminders, results and dates"), [r for r in rows if r.threshold.does]),
        (_("Values of a visit"), [r for r in rows if _is_vital(r.threshold)]),
        (
            _("Laboratory values"),
            [r for r in rows if not r.threshold.does and not _is_vital(r.threshold)],
        ),
    ]
    return render(request, "administration/thresholds.html", {"site": site, "groups": groups})


def _is_vital(threshold: ThresholdDefault) -> bool:
    return not threshold.does and threshold.key.split()[0] not in reference.analytes()


def _rows(site: Site) -> list[Row]:
    latest = Threshold.history.filter(site=site).values("key").annotate(last=Max("history_id"))
    changed = Threshold.history.filter(history_id__in=latest.values("last"))
    own = {row.key: row for row in changed.select_related("history_user")}
    return [Row(threshold, own.get(key), site) for key, threshold in defaults().items()]


@require_http_methods(["GET", "HEAD", "POST"])
@for_site
def threshold(request: HttpRequest, site: Site, key: str) -> HttpResponse:
    """One threshold (GET); the site's own value, or the default again (POST)."""
    row = next((row for row in _rows(site) if row.key == key), None)
    if row is None:
        raise Http404
    form = _form(row, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _shown(request, row, form)
    try:
        _do(request, row, form)
    except Refused as refused:
        form.refuse(refused.problems)
        return _shown(request, row, form, status=422)
    return redirect("administration-thresholds", site.code)


def _do(request: HttpRequest, row: Row, form: Form) -> None:
    reason, by = form["reason"].typed, asked(request)
    if request.POST.get("do") == "clear":
        clear_threshold(site=row.site, key=row.key, reason=reason, asked=by)
        message = _("{name}: the default holds again.").format(name=row.name)
    else:
        value = _number(form["value"].typed)
        set_threshold(site=row.site, key=row.key, value=value, reason=reason, asked=by)
        told_as = with_unit(value, row.threshold)
        message = _("{name}: {value} holds from now on.").format(name=row.name, value=told_as)
    messages.success(request, message)


def _number(typed: str) -> Decimal:
    """What was typed, as a number; raises Refused for anything but plain digits."""
    if not NUMBER.fullmatch(typed.strip()):
        message = _("Type digits, with a point for decimals, for example 37.5.")
        raise Refused.at("value", code="not_a_number", message=message)
    return Decimal(typed.strip())


def _form(row: Row, sent: Mapping[str, Any] | None) -> Form:
    own = row.own.value if row.own is not None else None
    unit = unit_of(row.threshold)
    value = Field(
        "value",
        _("Value at this site, in {unit}").format(unit=unit),
        typed="" if own is None else plain(own),
        hint=_("From {range}; the default is {default}.").format(
            range=row.range, default=row.default
        ),
        widget="number",
        decimal=not row.threshold.whole,
    )
    reason = Field("reason", _("Why"), hint=_("It is kept with the change."))
    return Form([value, reason], sent)


def _shown(request: HttpRequest, row: Row, form: Form, status: int = 200) -> HttpResponse:
    context = {
        "site": row.site,
        "row": row,
        "form": form,
        "changes": list(_history(row)),
    }
    return render(request, "administration/threshold.html", context, status=status)


def _history(row: Row) -> Iterator[Any]:
    return threshold_changes([row.site], HISTORY, key=row.key)
