"""Warning signs for patients and caregivers: what to do, whom to call, what the clinic knows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outcomes.figures.base import Translate
from outcomes.reference import FirstCall, RedFlag, Sign, red_flags
from outcomes.rules.text import gettext_noop as _
from outcomes.warning_signs import Report
from patients.models import Site
from patients.numbers import dialled

CLINIC, EMERGENCY, CRISIS = FirstCall
ORDER: dict[FirstCall, tuple[FirstCall, ...]] = {
    CLINIC: (CLINIC, EMERGENCY),
    EMERGENCY: (EMERGENCY, CLINIC),
    CRISIS: (CRISIS, EMERGENCY, CLINIC),
}
FIRST = {
    CLINIC: _("Call your clinic now."),
    EMERGENCY: _("Call the emergency number now."),
    CRISIS: _("Call the crisis line now."),
}
NEXT = {
    CLINIC: _("Then call your clinic."),
    EMERGENCY: _("If nobody answers at once, call the emergency number."),
    CRISIS: _("You can also call the crisis line."),
}
FIRST_IN_YOUR_COUNTRY = _("Call your country's emergency number now.")
NOT_GIVEN = {
    CLINIC: _("Your clinic has not given its number."),
    EMERGENCY: _("If nobody answers at once, call your country's emergency number."),
    CRISIS: _("Your clinic has not given a crisis line."),
}
BUTTONS = {
    CLINIC: _("Call your clinic"),
    EMERGENCY: _("Call the emergency number"),
    CRISIS: _("Call the crisis line"),
}
DO_NOT_WAIT = _("Do not wait for the clinic to call you back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A number to call with one tap; without a number (`dial` empty), the words that say so."""

    who: str
    words: str
    number: str
    dial: str
    note: str
    before: str
    """What to say before it: when this one is to be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignWords:
    sign: str
    label: str
    first: str
    calls: tuple[Call, ...]
    advice: tuple[str, ...]
    reports: tuple["ReportWords", ...]

    @property
    def last(self) -> "ReportWords | None":
        return next(iter(self.reports), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """When the clinic was told of a sign, and when someone saw it; "14:05", or with the date."""

    label: str
    told: str
    happened: str
    """Where that was clearly earlier than it was told, else empty."""
    seen: str


def signs(site: Site, reports: Sequence[Report], now: dt.datetime, t: Translate) -> list[SignWords]:
    """Every sign in its order, with the reports of it."""
    return [
        SignWords(
            sign=flag.sign,
            label=t(flag.label),
            first=_first(flag, site, t),
            calls=tuple(calls(flag, site, t)),
            advice=tuple(t(sentence) for sentence in flag.advice),
            reports=tuple(report_words(r, now, t) for r in reports if r.sign == flag.sign),
        )
        for flag in red_flags().values()
    ]


def numbers(site: Site) -> dict[FirstCall, str]:
    """What the site has given; empty where it has not."""
    return {CLINIC: site.phone, EMERGENCY: site.emergency_number, CRISIS: site.crisis_line}


def _chosen(flag: RedFlag, site: Site) -> FirstCall:
    """Whom to call first: the emergency number where the site has not given the sign's own."""
    given = numbers(site)
    return next((who for who in ORDER[flag.call] if given[who] or who is EMERGENCY), EMERGENCY)


def _first(flag: RedFlag, site: Site, t: Translate) -> str:
    who = _chosen(flag, site)
    return t(FIRST[who] if numbers(site)[who] else FIRST_IN_YOUR_COUNTRY)


def calls(flag: RedFlag, site: Site, t: Translate) -> list[Call]:
    """In the order of calling; what there is no number for stands last, and says so."""
    given, chosen = numbers(site), _chosen(flag, site)
    rest = [who for who in ORDER[flag.call] if who is not chosen]
    ordered = [chosen, *sorted(rest, key=lambda who: not given[who])]
    # that there is no emergency number to call first stands in the first line
    return [_call(w, site, w is chosen, t) for w in ordered if given[w] or w is not chosen]


def _call(who: FirstCall, site: Site, chosen: bool, t: Translate) -> Call:
    number = numbers(site)[who]
    return Call(
        who=who,
        words=t(BUTTONS[who] if number else NOT_GIVEN[who]),
        number=number,
        dial=dialled(number),
        note=site.phone_note if who is CLINIC and number else "",
        before=t(NEXT[who]) if number and not chosen else "",
    )


# --- what the clinic knows ------------------------------------------------------------------------
# what arrives within the hour needs no second time
LATE_AFTER = dt.timedelta(hours=1)


def report_words(report: Report, now: dt.datetime, t: Translate) -> ReportWords:
    late = report.told_at - report.happened_at > LATE_AFTER
    return ReportWords(
        label=t(red_flags()[Sign(report.sign)].label),
        told=_clock(report.told_at, report, now),
        happened=_clock(report.happened_at, report, now) if late else "",
        seen=_clock(report.seen_at, report, now) if report.seen_at else "",
    )


def _clock(at: dt.datetime, report: Report, now: dt.datetime) -> str:
    """ "14:05" of today at the site, with its date on any other day."""
    zone = ZoneInfo(report.zone)
    there = at.astimezone(zone)
    today = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if today else f"{there:%Y-%m-%d %H:%M}"
