"""When is the next visit? From the follow-up plan, and nothing beside it."""

import datetime as dt

from outcomes.figures.base import Translate
from outcomes.presenters.own.base import date
from outcomes.rules.plan import Plan, Planned, Standing
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.worklist import Followed

AWAITED = (Standing.DUE, Standing.OVERDUE, Standing.OPEN, Standing.NOT_YET)
VISITS = {
    "2wk": _("the visit two weeks after the operation"),
    "6wk": _("the visit six weeks after the operation"),
    "3mo": _("the visit three months after the operation"),
    "6mo": _("the visit six months after the operation"),
    "12mo": _("the visit one year after the operation"),
    "24mo": _("the visit two years after the operation"),
    "yearly": _("the visit of this year"),
}
NOT_OPERATED = {
    "2wk": _("the visit two weeks after the cement"),
    "6wk": _("the visit six weeks after the cement"),
    "3mo": _("the visit three months after the cement"),
    "6mo": _("the visit six months after the cement"),
    "12mo": _("the visit one year after the cement"),
    "24mo": _("the visit two years after the cement"),
}
# by the parts of a visit's core; None: nothing that one would say to a patient
LOOKED_AT: dict[str, str | None] = {
    "motor": _("strength"),
    "sensation": _("feeling in the skin"),
    "bladder": _("bladder"),
    "bowel": _("bowel"),
    "walking": _("walking"),
    "pain": _("pain"),
    "wound": _("wound"),
    "pvr": _("what is left in the bladder after passing urine"),
    "crp": _("a blood test"),
    "drugs": _("medicines"),
    "bone_drug": _("medicine for the bones"),
    "dxa": _("strength of the bones"),
    "late_decline": None,
}
NOT_PLANNED = _("No visit is planned here. Your clinic tells you how it goes on.")
NO_DATE = _("Your clinic tells you when.")
PASSED = _("If you have not had it yet, ask your clinic for a day.")
EXACT_DAY = _("Your clinic tells you the day and the hour.")
BRING = _("The plan does not say what to bring. Your clinic will tell you.")


def next_visit(plan: Plan, followed: Followed, today: dt.date, t: Translate) -> tuple[str, ...]:
    """Which visit comes next and about when, what is looked at, what to bring."""
    awaited = [one for one in plan.visits if one.standing in AWAITED and one.target is not None]
    if plan.ended is not None or not awaited:
        return (t(NOT_PLANNED),)
    coming = awaited[0]
    told = [_when(coming, followed, today, t)]
    looked_at = [words for part in coming.core if (words := LOOKED_AT[part])]
    if looked_at:
        parts = ", ".join(map(t, looked_at))
        told.append(t(_("Your team plans to look at: {parts}.")).format(parts=parts))
    return (*told, t(BRING))


def _when(planned: Planned, followed: Followed, today: dt.date, t: Translate) -> str:
    named = VISITS if followed.operated else VISITS | NOT_OPERATED
    name = t(named[planned.kind])
    days = followed.dates(planned.target or 0)
    if days is None:
        return f"{t(_('Next comes: {visit}.')).format(visit=name)} {t(NO_DATE)}"
    low, high = (date(day) for day in days)
    about = low if low == high else t(_("{low} to {high}")).format(low=low, high=high)
    if days[1] < today:
        told = t(_("Planned for about {when}: {visit}.")).format(when=about, visit=name)
        return f"{told} {t(PASSED)}"
    told = t(_("Next comes, about {when}: {visit}.")).format(when=about, visit=name)
    return f"{told} {t(EXACT_DAY)}"
