"""How strong is the pain? As told at the visits, from 0 to 10, back and legs apart."""

from typing import Any

from outcomes import words
from outcomes.figures import phone
from outcomes.figures.base import Subject, Table, Translate
from outcomes.figures.series import BACK, LEFT, RIGHT
from outcomes.presenters.base import small
from outcomes.presenters.own.base import Told, Topic, examinations, lacking, latest, told_when
from outcomes.presenters.own.legs import described
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _

SHORT = _("Pain")
QUESTION = _("How strong is the pain?")
PLACES = {"back": BACK, "right_leg": RIGHT, "left_leg": LEFT}


def pain(record: Record, subject: Subject, t: Translate) -> Topic:
    seen = [visit for visit in record.visits if any(_words(visit, p, t) for p in PLACES)]
    if not seen:
        lacks = lacking(record, "pain", None, t)
        never = t(_("Nobody has asked about pain here yet."))
        return Topic(name="pain", question=t(QUESTION), short=t(SHORT), lacking=lacks or never)
    now = []
    for place, style in PLACES.items():
        visit = latest(record, lambda v, p=place: _words(v, p, t))
        name = t(style.name)
        if visit is None:
            now.append(Told(about=name, words=t(_("not asked yet"))))
        else:
            now.append(Told(about=name, words=_words(visit, place, t),
                            when=told_when(visit, record, t)))  # fmt: skip
    newest = latest(record, lambda visit: visit in seen)
    return Topic(
        name="pain",
        question=t(QUESTION),
        short=t(SHORT),
        now=tuple(now),
        lacking=lacking(record, "pain", newest, t),
        figure=_picture(seen, record, subject, t),
        key=(
            t(_("0 is no pain, 10 the worst that one can imagine.")),
            examinations(len(seen), t),
        ),
    )


def _words(visit: Any, place: str, t: Translate) -> str:
    """The number, else whether there was pain; empty where nobody said."""
    number = getattr(visit, f"pain_{place}")
    if number is not None:
        told = t(_("{n} of 10")).format(n=number)
        if visit.pain_period:
            period = small(words.words("pain.period", visit.pain_period))
            return f"{told} ({period})"
        return told
    present = getattr(visit, f"pain_{place}_present")
    if present is None:
        return ""
    return t(_("pain, without a number")) if present else t(_("no pain"))


def _picture(
    seen: list[Any], record: Record, subject: Subject, t: Translate
) -> phone.Figure | None:
    lines = []
    for place, style in PLACES.items():
        dots = [
            phone.Dot(
                on=record.day(visit.when),
                at=getattr(visit, f"pain_{place}"),
                words=f"{told_when(visit, record, t)}: {_words(visit, place, t)}",
            )
            for visit in seen
            if _words(visit, place, t)
        ]
        if any(dot.at is not None for dot in dots):
            lines.append(phone.Line(style=style, dots=dots))
    if not lines:
        return None
    steps = [
        phone.Step(at=0, words=t(_("0 none"))),
        phone.Step(at=5, words="5"),
        phone.Step(at=10, words=t(_("10 worst"))),
    ]
    silent = t(_("not recorded"))
    table = Table(
        headers=(t(_("When")), *(t(style.name) for style in PLACES.values())),
        rows=tuple(
            (told_when(v, record, t), *(_words(v, p, t) or silent for p in PLACES)) for v in seen
        ),
    )
    return phone.picture(
        "own-pain", t(QUESTION), lines, steps, subject, t=t, table=table,
        description=described(table), step_px=16,
    )  # fmt: skip
