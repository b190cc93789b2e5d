"""Completing a visit of which parts were examined and found unchanged: the server copies them."""

from collections.abc import Mapping
from typing import Any

from outcomes.actions.common import Known
from outcomes.documents.visit import VisitDocument
from outcomes.facts import facts_of
from outcomes.models import Alert
from outcomes.rules.facts import Facts
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.unchanged import COPIED, Course, Offer, offer, seen_as
from outcomes.rules.values import Moment
from patients.documents.base import Refused, moment
from patients.models import Patient
from patients.models.columns import flatten, leaves

PATHS = {leaf.column: leaf.path for leaf in leaves(VisitDocument)}
Seen = Mapping[str, str]
"""By part, the examination whose values stood on the page that was sent: `seen_as`."""


def alert_open(patient: Patient) -> bool:
    """Whether any alert waits for a person's answer."""
    return Alert.objects.filter(patient=patient).open().exists()


def course_of(patient: Patient, facts: Facts) -> Course:
    return Course(
        visits=facts.visits,
        procedures=facts.procedures,
        anchors=facts.anchors,
        alert_open=alert_open(patient),
    )


def complete(
    known: Known,
    document: VisitDocument,
    *,
    stored: Mapping[str, Any] | None = None,
    seen: Seen | None = None,
) -> VisitDocument:
    """The document with the last values in each part that was found unchanged.

    A part that stands as it is `stored` was accepted once and stays, as long as the visit does: one
    that is moved, or was held otherwise, is judged as on first entry. Raises Refused where a part
    may not be entered so, where a value of it is not the last one, and where the last examination
    is not the one that was `seen`.
    """
    given = document.model_dump(exclude_unset=True)
    stands = _standing(given, stored)
    moved = stored is not None and _moved(given, stored)
    asked = [
        part
        for part in COPIED
        if given.get(part, {}).get("unchanged") and (moved or part not in stands)
    ]
    if not asked:
        return document
    course = course_of(known.patient, facts_of([known.patient], known.asked.at)[known.patient.pk])
    when = moment(flatten(given))
    problems: list[dict[str, Any]] = []
    for part in asked:
        found = offer(part, course, id=str(document.id), when=when, mode=document.mode)
        wrong = _problems(part, given[part], found, seen, whole=part in stands)
        problems += wrong
        if wrong and part in stands:
            problems.append(_problem((part, "unchanged"), "judged_anew", ANEW))
        if not wrong:
            given[part] = _merged(part, given[part], found.values)
    if problems:
        raise Refused(problems)
    return VisitDocument.model_validate(given)


def _standing(given: Mapping[str, Any], stored: Mapping[str, Any] | None) -> frozenset[str]:
    """The parts that an amendment leaves as they are recorded."""
    return frozenset(p for p in COPIED if stored and given.get(p) and given[p] == stored.get(p))


def _moved(given: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether the time of the visit changes, its kind, or how it was held."""
    new, old = flatten(given), flatten(stored)
    return moment(new) != moment(old) or any(new.get(k) != old.get(k) for k in ("kind", "mode"))


def _problems(
    part: str, given: Mapping[str, Any], found: Offer, seen: Seen | None, *, whole: bool
) -> list[dict[str, Any]]:
    """`whole`: the values are copies of before, so what the last examination adds differs too."""
    if found.why is not None or found.source is None:
        why = found.why
        assert why is not None
        return [_problem((part, "unchanged"), why.code, why.message)]
    if seen is not None and seen.get(part) != seen_as(found.source):
        return [_problem((part, "unchanged"), "last_changed", LAST_CHANGED)]
    sent = flatten({part: given})
    return [
        _problem(PATHS[name], "not_unchanged", DIFFERS, last=_last(found, name), **_told(found))
        for name in COPIED[part]
        if (whole or name in sent) and sent.get(name) != found.values.get(name)
    ]


LAST_CHANGED = _(
    "The last examination is another one than this page showed: look at its values, then say again."
)
DIFFERS = _(
    "At the last examination, {when}, this was {last}: a part that is unchanged holds the last "
    "values. Leave this value out, or take back that the part is unchanged."
)
ANEW = _(
    "The visit was moved or held otherwise, so this part is looked at as if entered today: enter "
    "what was found, or give the reason why it was not done."
)
NOT_RECORDED = _("not recorded")


def _last(found: Offer, name: str) -> Any:
    value = found.values.get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NOT_RECORDED if value is None else value


def _told(found: Offer) -> dict[str, str]:
    when = found.source.when if found.source else Moment()
    return {"when": str(when.date or when.verbatim or when.phase or "")}


def _problem(path: tuple[str, ...], code: str, message: str, **values: Any) -> dict[str, Any]:
    return {"path": path, "code": code, "message": message, "values": values}


def _merged(part: str, given: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given of a part, and the copied values in their places."""
    whole = {part: _copy(given)}
    for column, value in values.items():
        place: dict[str, Any] = whole
        *steps, last = PATHS[column]
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = value
    return whole[part]


def _copy(given: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _copy(v) if isinstance(v, Mapping) else v for k, v in given.items()}
