"""How is the bladder? The way of emptying, leaks, and what was left in it; no judgement of any."""

from typing import Any

from outcomes import plain_words
from outcomes.figures import phone
from outcomes.figures.base import Subject, Table, Translate
from outcomes.figures.series import Style
from outcomes.presenters.own.base import Told, Topic, examinations, lacking, latest, told_when
from outcomes.presenters.own.legs import described
from outcomes.presenters.visits import CATHETERS
from outcomes.record import Record
from outcomes.rules.text import gettext_noop as _

SHORT = _("Bladder")
QUESTION = _("How is the bladder?")
EMPTYING = Style(
    name=_("Emptying"), short=_("Emptying"), token="right", dash="solid", symbol="circle", size=11,
    side=1,
)  # fmt: skip
LEAKS = Style(
    name=_("Leaks"), short=_("Leaks"), token="left", dash="dash", symbol="square-open", size=12,
    side=-1,
)  # fmt: skip
LEFT_OVER = _("Left in the bladder")
SAID = ("method", "incontinence", "pvr_ml")


def bladder(record: Record, subject: Subject, t: Translate) -> Topic:
    seen = [visit for visit in record.visits if any(_words(visit, t).values())]
    if not seen:
        lacks = lacking(record, "bladder", None, t)
        never = t(_("The bladder has not been asked about here yet."))
        return Topic(name="bladder", question=t(QUESTION), short=t(SHORT), lacking=lacks or never)
    names = {"method": EMPTYING.name, "incontinence": LEAKS.name, "pvr_ml": LEFT_OVER}
    told = []
    for what in SAID:
        visit = latest(record, lambda v, w=what: _words(v, t)[w])
        if visit is not None:
            told.append(Told(about=t(names[what]), words=_words(visit, t)[what],
                             when=told_when(visit, record, t)))  # fmt: skip
    newest = latest(record, lambda visit: visit in seen)
    return Topic(
        name="bladder",
        question=t(QUESTION),
        short=t(SHORT),
        now=tuple(told),
        lacking=lacking(record, "bladder", newest, t),
        figure=_picture(seen, record, subject, t),
        key=(examinations(len(seen), t),),
    )


def _words(visit: Any, t: Translate) -> dict[str, str]:
    """What a visit says of the bladder; empty where it says nothing."""
    method, leaks, left = visit.bladder_method, visit.bladder_incontinence, visit.bladder_pvr_ml
    told = {
        "method": plain_words.plain("emptying_plain", method)
        if plain_words.known("emptying_plain", method or "")
        else "",
        "incontinence": plain_words.plain("leaks_plain", leaks)
        if plain_words.known("leaks_plain", leaks or "")
        else "",
        "pvr_ml": "" if left is None else t(_("{ml} mL after passing urine")).format(ml=left),
    }
    if not told["method"] and visit.bladder_dysfunction == "yes":
        told["method"] = t(_("does not work as before; how it empties was not recorded"))
    return told


def _emptying(visit: Any) -> str | None:
    method = visit.bladder_method
    if not plain_words.known("emptying_plain", method or ""):
        return None
    if method in CATHETERS:
        return "catheter"
    return "without" if method == "normal_voiding" else "other"


def _leaks(visit: Any) -> str | None:
    leaks = visit.bladder_incontinence
    return leaks if plain_words.known("leaks_short", leaks or "") else None


def _picture(
    seen: list[Any], record: Record, subject: Subject, t: Translate
) -> phone.Figure | None:
    """Leaks below, the way of emptying above; a group that nobody recorded is left out."""
    steps: list[phone.Step] = []
    lines = []
    for style, scale, answer in (
        (LEAKS, "leaks_short", _leaks),
        (EMPTYING, "emptying_short", _emptying),
    ):
        given = [(visit, code) for visit in seen if (code := answer(visit)) is not None]
        if not given:
            continue
        used = {code for _visit, code in given}
        shown = [c for c in plain_words.codes(scale) if c != "other" or c in used]
        start = steps[-1].at + 1.5 if steps else 0
        places = {code: start + at for at, code in enumerate(shown)}
        steps += [
            phone.Step(at=at, words=plain_words.plain(scale, code)) for code, at in places.items()
        ]
        dots = [
            phone.Dot(
                on=record.day(visit.when),
                at=places[code],
                words=f"{told_when(visit, record, t)}: {plain_words.plain(scale, code)}",
            )
            for visit, code in given
        ]
        lines.append(phone.Line(style=style, dots=dots, joined=False, named=False))
    if not lines:
        return None
    table = _table(seen, record, t)
    return phone.picture(
        "own-bladder", t(QUESTION), lines, steps, subject, t=t, table=table,
        description=described(table), step_px=30,
    )  # fmt: skip


def _table(seen: list[Any], record: Record, t: Translate) -> Table:
    silent = t(_("not recorded"))
    return Table(
        headers=(t(_("When")), t(EMPTYING.name), t(LEAKS.name), t(LEFT_OVER)),
        rows=tuple(
            (told_when(v, record, t), *(_words(v, t)[what] or silent for what in SAID))
            for v in seen
        ),
    )
