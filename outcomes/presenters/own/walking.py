"""How is walking? By what was seen at a visit, never from leg grades."""

from typing import Any

from outcomes import plain_words
from outcomes.figures import phone
from outcomes.figures.base import Subject, Table, Translate
from outcomes.figures.series import Style
from outcomes.presenters.own.base import Told, Topic, examinations, lacking, latest, told_when
from outcomes.presenters.own.legs import described
from outcomes.record import Record
from outcomes.rules import plainly
from outcomes.rules.plainly import Walks
from outcomes.rules.text import gettext_noop as _

SHORT = _("Walking")
QUESTION = _("How is walking?")
WALKING = Style(
    name=_("Walking"), short=_("Walking"), token="back", dash="dot", symbol="circle", size=11,
    side=1,
)  # fmt: skip


def walking(record: Record, subject: Subject, t: Translate) -> Topic:
    seen = [visit for visit in record.visits if _step(visit) is not None or visit.walking_aid]
    if not seen:
        lacks = lacking(record, "walking", None, t)
        never = t(_("Walking has not been examined here yet."))
        return Topic(name="walking", question=t(QUESTION), short=t(SHORT), lacking=lacks or never)
    now = latest(record, lambda visit: visit in seen)
    return Topic(
        name="walking",
        question=t(QUESTION), short=t(SHORT),
        now=(
            Told(about=t(WALKING.name), words=walking_words(now, t),
                 when=told_when(now, record, t)),
        ),
        lacking=lacking(record, "walking", now, t),
        figure=_picture(seen, record, subject, t),
        key=(examinations(len(seen), t),),
    )  # fmt: skip


def _step(visit: Any) -> Walks | None:
    return plainly.walks(visit.walking_fac, visit.walking_walks_alone)


def walking_words(visit: Any, t: Translate) -> str:
    """The category in plain words, else what was stated, and the aid."""
    told = []
    if visit.walking_fac is not None:
        told.append(plain_words.plain("fac_plain", str(visit.walking_fac)))
    elif visit.walking_walks_alone is not None:
        code = "alone" if visit.walking_walks_alone else "not_alone"
        told.append(plain_words.plain("walks_plain", code))
    if visit.walking_aid:
        told.append(plain_words.plain("aid_plain", visit.walking_aid))
    return ", ".join(told) or t(_("not examined"))


def _picture(
    seen: list[Any], record: Record, subject: Subject, t: Translate
) -> phone.Figure | None:
    placed = [(visit, step) for visit in seen if (step := _step(visit)) is not None]
    if not placed:
        return None
    used = {step for _visit, step in placed}
    shown = [
        code
        for code in plain_words.codes("walks_short")
        if code != Walks.NOT_ALONE or Walks.NOT_ALONE in used
    ]
    steps = [
        phone.Step(at=at, words=plain_words.plain("walks_short", code))
        for at, code in enumerate(shown)
    ]
    dots = [
        phone.Dot(
            on=record.day(visit.when),
            at=shown.index(step),
            words=f"{told_when(visit, record, t)}: {walking_words(visit, t)}",
        )
        for visit, step in placed
    ]
    table = Table(
        headers=(t(_("When")), t(WALKING.name)),
        rows=tuple((told_when(v, record, t), walking_words(v, t)) for v in seen),
    )
    line = phone.Line(style=WALKING, dots=dots, joined=False, named=False)
    return phone.picture(
        "own-walking", t(QUESTION), [line], steps, subject, t=t, table=table,
        description=described(table),
    )  # fmt: skip
