"""Rows of the work list: what needs attention in words, since when, and the step to take."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from outcomes import words
from outcomes.figures.base import Translate
from outcomes.models import Alert
from outcomes.presenters import alerts, safety
from outcomes.presenters.plan import dates_words, target_words, visit_name
from outcomes.rules.medication_safety import NextDue
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.worklist import Need, Wanted
from outcomes.worklist import Candidate, Entry
from patients.models import Patient
from patients.models.record import civil_date

NEEDS = {
    Need.ALERT: _("Alerts"),
    Need.OVERDUE: _("Overdue"),
    Need.DUE: _("Due"),
    Need.DOSE_OVERDUE: _("Dose overdue"),
    Need.DOSE_DUE: _("Dose due"),
    Need.LOST_QUESTION: _("Lost to follow-up?"),
    Need.MISSED: _("Missed"),
    Need.NO_DAY: _("Day not known"),
    Need.QUERIES: _("Data queries"),
    Need.LOST: _("Lost to follow-up"),
}
OTHER = _("Something else needed")
BESIDE = (Need.LOST_QUESTION, Need.MISSED, Need.NO_DAY)
"""What stands under one heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The one tap: what it is called and where it leads."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One need of a patient. `badge` names it in a word or two, `tone` how it looks."""

    need: str
    badge: str
    tone: str
    what: str
    since: str
    step: Step | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    patient: Patient
    band: str
    items: tuple[Item, ...]
    attempts: str = ""
    contact: Step | None = None
    identity: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        return self.patient.name or self.patient.study_number

    @property
    def origin(self) -> str:
        return words.words("origin", self.patient.origin)


def row(entry: Entry, patient: Patient, *, may_record: bool, may_manage: bool, t: Translate) -> Row:
    """`patient` comes with its site; the reader may do what the two flags say."""
    shown, more = _in_view(entry.wanted)
    items = [
        _item(one, entry.candidate, patient, may_record and may_manage, may_record, t)
        for one in shown
    ]
    if more:
        items.insert(ALERTS_IN_VIEW, _and_more(more, t))
    # one step leads to all alerts
    items = [items[0], *(replace(i, step=None) if _is_alert(i) else i for i in items[1:])]
    course = any(one.need not in (Need.ALERT, Need.QUERIES) for one in entry.wanted)
    return Row(
        patient=patient,
        band=band(entry.wanted[0], t),
        items=tuple(items),
        attempts=attempts_words(entry.candidate, t),
        contact=_contact(patient, t) if may_manage and course else None,
        identity=tuple(text for text in (patient.study_number, patient.record_number) if text),
    )


ALERTS_IN_VIEW = 3


def _in_view(needs: Sequence[Wanted]) -> tuple[list[Wanted], int]:
    """The most pressing alerts and everything else; how many more alerts there are."""
    open_ = [one for one in needs if one.need is Need.ALERT]
    others = [one for one in needs if one.need is not Need.ALERT]
    return open_[:ALERTS_IN_VIEW] + others, max(0, len(open_) - ALERTS_IN_VIEW)


def _is_alert(item: Item) -> bool:
    return item.need == Need.ALERT.value


def _and_more(count: int, t: Translate) -> Item:
    more = ngettext("and {n} more alert", "and {n} more alerts", count).format(n=count)
    return Item(need=Need.ALERT.value, badge="", tone="", what=more, since="", step=None)


def band(first: Wanted, t: Translate) -> str:
    """The heading that a row stands under."""
    return t(OTHER if first.need in BESIDE else NEEDS[first.need])


def attempts_words(candidate: Candidate, t: Translate) -> str:
    count, last = candidate.followed.attempts, candidate.followed.attempted_on
    if not count:
        return ""
    told = t(_("Attempts to reach them without answer: {n}")).format(n=count)
    return f"{told}, {t(_('the last on {date}')).format(date=last)}" if last else told


PRESSING = (Need.ALERT, Need.OVERDUE, Need.DOSE_OVERDUE)


def _item(
    one: Wanted,
    candidate: Candidate,
    patient: Patient,
    may_lose: bool,
    may_record: bool,
    t: Translate,
) -> Item:
    badge, what, since = WORDS[one.need](one, candidate, patient, t)
    step = _step(one, patient, t)
    allowed = {Need.LOST_QUESTION: may_lose, Need.OVERDUE: may_record, Need.DUE: may_record}
    return Item(
        need=one.need.value,
        badge=badge,
        tone="alert" if one.need in PRESSING else "",
        what=what,
        since=since,
        step=step if allowed.get(one.need, True) else None,
    )


def _step(one: Wanted, patient: Patient, t: Translate) -> Step | None:
    """Where each need is met."""
    page = reverse("patient", args=[patient.pk])
    if one.need is Need.ALERT:
        return Step(words=t(_("Open the alerts")), address=f"{page}#alerts")
    if one.planned is not None and one.need in (Need.OVERDUE, Need.DUE):
        form = reverse("visit-new", args=[patient.pk])
        return Step(words=t(_("Record this visit")), address=f"{form}?kind={one.planned.kind}")
    if one.need in (Need.DOSE_OVERDUE, Need.DOSE_DUE):
        return Step(words=t(_("Open the medication")), address=f"{page}#medication")
    if one.need is Need.QUERIES:
        listed = reverse("query-list", args=[patient.pk])
        return Step(words=t(_("Open the queries")), address=listed)
    if one.need is Need.LOST_QUESTION:
        return Step(
            words=t(_("Lost to follow-up")),
            address=f"{reverse('lost', args=[patient.pk])}?from=today",
        )
    if one.need is Need.NO_DAY:
        listed = reverse("procedure-list", args=[patient.pk])
        return Step(words=t(_("Give the date")), address=listed)
    return None


def _contact(patient: Patient, t: Translate) -> Step:
    address = reverse("contact", args=[patient.pk])
    return Step(words=t(_("Contact attempt")), address=f"{address}?from=today")


Told = tuple[str, str, str]


def _alert(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    alert: Alert = one.details
    on = civil_date(alert.recorded_at, patient.site.time_zone)
    since = _since(on, t)
    if alert.reported_by:
        since = _reported(alert, t)
    elif alert.when_now:
        since = t(_("found {when}, raised {date}")).format(when=alert.when_now, date=on)
    return words.words("alert.level", alert.level), alert_words(alert, t), since


def _reported(row: Alert, t: Translate) -> str:
    """Whose word it is, when it happened and when it arrived."""
    alert = alerts.one(row, t)
    happened = _("happened about {when}, arrived {arrived}")
    told = t(happened if alert.when_now else _("arrived {arrived}"))
    times = told.format(when=alert.when_now, arrived=alert.received)
    late = f"{t(_('arrived late'))}: " if alert.late else ""
    return f"{alert.reported} · {late}{times}"


def alert_words(row: Alert, t: Translate) -> str:
    """What changed: the rule, which value of it, and both values."""
    alert = alerts.one(row, t)
    if alert.hindered:
        return f"{alert.title}. {alert.hindered}"
    if row.answer == "cannot_tell":
        return t(_("{rule} Missing: {missing}.")).format(rule=alert.title, missing=alert.missing)
    changed = " → ".join(value for value in (alert.value_before, alert.value_now) if value)
    return f"{alert.title} · {alert.what}: {changed}" if changed else alert.title


def _open(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    badge = t(NEEDS[one.need])
    if one.planned is None:
        return badge, "", ""
    closes = _on(candidate, one.planned.last, t)
    target = target_words(one.planned, candidate.followed, t)
    since = t(_("target {target}; window closes {date}")).format(target=target, date=closes)
    return badge, _visit(one), since


def _missed(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    closed = _on(candidate, one.planned.last if one.planned else None, t)
    since = t(_("window closed {date}, not seen since")).format(date=closed)
    return t(NEEDS[one.need]), _visit(one), since


def _lost_question(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    why = t(_("{n} attempts to reach them had no answer")).format(n=candidate.followed.attempts)
    last = candidate.followed.attempted_on
    return t(NEEDS[one.need]), why, _since(last, t) if last else ""


def _no_day(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    bounded = candidate.followed.zero_from is not None
    why = _("The day of the operation is known only within bounds: no visit can be asked for.")
    unknown = _("The day of the operation is not known: no visit can be planned.")
    return t(NEEDS[one.need]), t(why if bounded else unknown), ""


def _dose(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    due: NextDue = one.details
    return t(NEEDS[one.need]), due.drug, safety.due_words(due, t)


def _queries(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    count: int = one.details
    told = ngettext("{n} open question", "{n} open questions", count).format(n=count)
    return t(NEEDS[one.need]), told, ""


def _lost(one: Wanted, candidate: Candidate, patient: Patient, t: Translate) -> Told:
    return t(NEEDS[one.need]), t(_("Nothing is asked for until they are seen again.")), ""


WORDS: Mapping[Need, Any] = {
    Need.ALERT: _alert,
    Need.OVERDUE: _open,
    Need.DUE: _open,
    Need.DOSE_OVERDUE: _dose,
    Need.DOSE_DUE: _dose,
    Need.QUERIES: _queries,
    Need.MISSED: _missed,
    Need.LOST_QUESTION: _lost_question,
    Need.NO_DAY: _no_day,
    Need.LOST: _lost,
}


def _visit(one: Wanted) -> str:
    return visit_name(one.planned) if one.planned else ""


def _since(day: dt.date, t: Translate) -> str:
    return t(_("since {date}")).format(date=day)


def _on(candidate: Candidate, day: int | None, t: Translate) -> str:
    return dates_words(candidate.followed.dates(day), t) if day is not None else ""
