"""Operations, imaging, background, milestones, consent, drugs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from outcomes import words
from outcomes.figures.base import Translate, number
from outcomes.presenters.base import NOT_RECORDED, Fact, facts, label, said, small, when, word
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _
from patients.consent_rules import Purpose, standing
from patients.models.columns import leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened: what, when, its facts, and what it does not say."""

    title: str
    when: str = ""
    facts: tuple[Fact, ...] = ()
    note: str = ""
    missing: str = ""
    mark: str = ""


STEPS = (
    "laminectomy",
    "durotomy",
    "dural_closure",
    "fixation",
    "cement_removal",
    "adhesion",
    "cement_side",
    "cement_aspect",
)


CIRCUMSTANCES = ("intended", "index_reason", "elsewhere", "surgeon")


def operations(record: Record, t: Translate) -> list[Entry]:
    index = record.surgery.decompression
    return [_operation(row, index is not None and row.pk == index.pk, record, t)
            for row in record.procedures]  # fmt: skip


def _operation(row: Any, is_index: bool, record: Record, t: Translate) -> Entry:
    title = words.words("procedure.kind", row.kind)
    if row.technique:
        title = f"{title}: {said(row, 'technique', t)}"
    steps = () if row.kind == "cement" else STEPS
    shown = [
        Fact(label=t(_("Levels")), words=_levels(row, "level", t), missing=not row.level_from),
        *(f for f in facts(row, steps, t) if not f.missing),
        *(f for f in facts(row, CIRCUMSTANCES, t) if not f.missing),
    ]
    return Entry(
        title=title,
        when=when(row.when, record.day(row.when), t),
        facts=tuple(_with_levels(fact, row, t) for fact in shown),
        note=row.note or "",
        missing=_missing(row, steps, t),
        mark=t(_("index decompression")) if is_index else "",
    )


def _levels(row: Any, stem: str, t: Translate) -> str:
    low, high = getattr(row, f"{stem}_from"), getattr(row, f"{stem}_to")
    if low is None and high is None:
        return t(NOT_RECORDED)
    if low == high or high is None or low is None:
        return str(low or high)
    return f"{low}–{high}"


def _with_levels(fact: Fact, row: Any, t: Translate) -> Fact:
    for stem in ("laminectomy", "fixation"):
        if fact.label == label(row, stem) and getattr(row, f"{stem}_from"):
            return Fact(label=fact.label, words=f"{fact.words}, {_levels(row, stem, t)}")
    return fact


def _missing(row: Any, columns: Iterable[str], t: Translate) -> str:
    """What was asked for and not recorded, in one sentence."""
    names = [small(label(row, c)) for c in columns if getattr(row, c) in (None, "")]
    return t(_("Not recorded: {names}.")).format(names=", ".join(names)) if names else ""


SCANNED = ("cement_side", "cord_compression", "cord_displacement", "residual_cement")


def imaging(record: Record, t: Translate) -> list[Entry]:
    return [_scan(row, record, t) for row in record.imaging]


def _scan(row: Any, record: Record, t: Translate) -> Entry:
    shown = [f for f in facts(row, ("compartment",), t) if not f.missing]
    if row.level_from or row.level_to:
        shown.append(Fact(label=t(_("Levels")), words=_levels(row, "level", t)))
    shown += [f for f in facts(row, SCANNED, t) if not f.missing]
    return Entry(
        title=words.words("modality", row.modality),
        when=when(row.when, record.day(row.when), t),
        facts=tuple(shown),
        note=row.findings or "",
        missing="" if row.findings or shown else t(_("No findings recorded.")),
    )


def bone_density(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=t(_("T-score {score}, {region}")).format(
                score=f"{row.t_score:.1f}".replace("-", "−"), region=said(row, "region", t)
            ),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.bone_density
    ]


def milestones(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=words.words("event", row.event),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.milestones
    ]


def complications(record: Record, t: Translate) -> list[Entry]:
    return [
        Entry(
            title=words.words("complication.kind", row.kind),
            when=when(row.when, record.day(row.when), t),
            note=row.note or "",
        )
        for row in record.complications
    ]


def contact(record: Record, t: Translate) -> list[Entry]:
    """Attempts to reach the patient, transfers, losses to follow-up."""
    return [
        Entry(
            title=t(_CONTACT[row._meta.model_name]),
            when=when(row.when, record.day(row.when), t),
            facts=tuple(_known(row, _CONTACT_FACTS, t)),
            note=getattr(row, "note", "") or "",
        )
        for row in record.contact
    ]


def _known(row: Any, columns: Iterable[str], t: Translate) -> list[Fact]:
    """The facts that this kind of row has and that were recorded."""
    return [f for f in facts(row, [c for c in columns if hasattr(row, c)], t) if not f.missing]


_CONTACT_FACTS = ("means", "reached", "to_site", "reason")
_CONTACT = {
    "contactattempt": _("Contact attempt"),
    "transfer": _("Transfer of care"),
    "losstofollowup": _("Loss to follow-up"),
}


def consents(record: Record, today: dt.date, t: Translate) -> list[Fact]:
    """What stands for each purpose today, and every decision; a purpose without any is said."""
    return [_consent(purpose, record, today, t) for purpose in Purpose]


def _consent(purpose: Purpose, record: Record, today: dt.date, t: Translate) -> Fact:
    rows = [row for row in record.consents if row.purpose == purpose]
    stands = standing((row.as_decision() for row in rows), purpose, today)
    told = "; ".join(
        ", ".join(
            [said(row, "decision", t)]
            + ([t(_("by {who}")).format(who=said(row, "given_by", t))] if row.given_by else [])
            + [when(row.when, record.day(row.when), t)]
        )
        for row in rows
    )
    summary = words.words("standing", stands)
    return Fact(
        label=words.words("purpose", purpose),
        words=f"{summary} ({told})" if told else t(NOT_RECORDED),
        missing=not rows,
    )


HISTORY = ("walking_before", "walking_aid_before", "neurology_before")


def background(record: Record, t: Translate) -> tuple[list[Fact], str]:
    """What was recorded of the patient before, and the names of what was not."""
    row = record.background
    if row is None:
        return [], ""
    columns = [leaf.column for leaf in leaves(type(row).SHAPE)]
    columns = [*HISTORY, *(c for c in columns if c not in HISTORY)]
    asked = [c for c in columns if c not in ("cancer_site", "note", "recorded_as_of")]
    return [f for f in facts(row, columns, t) if not f.missing], _missing(row, asked, t)


def course_label(row: Any, t: Translate) -> str:
    """The drug and its dose where known, short enough for a chart."""
    return f"{row.drug} {_amount(row)}" if row.dose is not None else str(row.drug)


def _amount(row: Any) -> str:
    unit = word("dose_unit", row.dose_unit)
    return f"{row.dose:g} {unit}"


# what is often typed; anything else is shown as it was typed
FREQUENCIES = (_("every three months"), _("every six months"), _("once a day"), _("twice a day"),
               _("once a week"), _("once a month"))  # fmt: skip


def dose_words(row: Any, t: Translate) -> str:
    """Single dose, how often and by which route; what is not reported is said."""
    told = [t(_("dose not reported")) if row.dose is None else _amount(row)]
    if row.times_per_day is not None:
        told.append(t(_("{times} a day")).format(times=number(row.times_per_day)))
    told += [t(row.frequency)] if row.frequency else []
    told += [t(_("as needed"))] if row.as_needed else []
    if row.daily_max is not None:
        unit = word("dose_unit", row.dose_unit)
        told.append(t(_("at most {most:g} {unit} a day")).format(most=row.daily_max, unit=unit))
    told += [t(_("extended release"))] if row.extended_release else []
    told.append(said(row, "route", t) if row.route else t(_("route not reported")))
    return ", ".join(told)


def course_time(row: Any, record: Record, t: Translate) -> str:
    if row.start is None and row.timing_status is None and row.stop is None:
        return t(_("dates not reported"))
    begun = row.start is not None or row.timing_status is not None
    start = when(row.when, record.day(row.when), t) if begun else t(_("start not reported"))
    stop = row.stop.isoformat() if row.stop else t(_("no stop recorded"))
    if row.stop_reason:
        stop = f"{stop} ({said(row, 'stop_reason', t)})"
    return t(_("{start} to {stop}")).format(start=start, stop=stop)


def given_words(dose: Any, record: Record, t: Translate) -> str:
    amount = t(_("dose not reported")) if dose.dose is None else _amount(dose)
    route = f", {said(dose, 'route', t)}" if dose.route else ""
    note = f" ({dose.note})" if dose.note else ""
    return f"{when(dose.when, record.day(dose.when), t)}: {amount}{route}{note}"
