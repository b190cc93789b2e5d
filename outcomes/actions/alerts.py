"""Alerts: written where a rule finds its trigger, marked when their basis changes, acknowledged.

Nothing here closes an alert but a person, and nothing deletes one.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from outcomes.alerting import TOLD
from outcomes.documents.alert import AcknowledgementDocument, AlertDocument
from outcomes.models import Alert
from outcomes.reference import alert_rules
from outcomes.rules.alerts import RULES
from outcomes.rules.alerts.base import Found, Raised
from outcomes.rules.facts import Fact, Facts
from outcomes.rules.moments import moment_text
from outcomes.rules.text import gettext_noop as _
from patients import records
from patients.access import working
from patients.models import DocumentVersion, Patient, Site, User
from patients.records import Asked, Checked, New, Written
from patients.roles import Role
from tracker.wakeup import wake

WATCH = "outcomes.tasks.watch_alerts"
AMENDED = _("A value that the alert stands on was amended or withdrawn.")
RESTORED = _("The values that the alert stands on hold again.")
# made-up courses come with the answers that a clinic would have given by now
STORY_DAYS = 14
STORY_NOTE = "Synthetic: acknowledged as part of a made-up course."

# of an examiner; two names of a sign-in may be longer together
LONGEST_NAME = 200

AGAIN = re.compile(r" #\d+$")

Key = tuple[str, str]
Stored = defaultdict[Key, list[Alert]]
"""By rule and measurement: one alert, more where values were amended away and came back."""


class AlreadyAcknowledged(Exception):
    """Someone else was quicker; carries the alert as they left it."""

    def __init__(self, alert: Alert) -> None:
        super().__init__(alert)
        self.alert = alert


# --- raising ------------------------------------------------------------------------------------
def raise_alerts(patients: Sequence[Patient], facts: Mapping[UUID, Facts], asked: Asked) -> None:
    """Store every alert that the rules find and that is not stored yet.

    Not of published cases: the course of someone in a journal is over, nobody can be called to
    them, and nothing is added to what the publication says. Two queries where nothing is new.
    """
    followed = [p for p in patients if p.origin != "published" and not p.entered_in_error]
    stored = _stored(followed)
    by_machine = Asked(by=None, at=asked.at)
    new: dict[Site, list[New]] = defaultdict(list)
    story = _Story(asked)
    for patient in followed:
        known = stored[patient.pk]
        found = look(facts[patient.pk], chain.from_iterable(known.values()))
        _mark(known, found, facts[patient.pk], by_machine)
        for key, one in found.items():
            if _stands(known[key], one, by_machine):
                continue
            columns = story.answer(patient, facts[patient.pk], one)
            columns["measurement"] = _numbered(one.measurement, len(known[key]) + 1)
            new[patient.site].append(_new(patient, one, columns, by_machine))
    for site, alerts in new.items():
        records.create_many(alerts, by=None, action="alert.raise", site=site)
    if any(alert.row.level in TOLD for alerts in new.values() for alert in alerts):  # type: ignore[attr-defined]
        transaction.on_commit(partial(wake, WATCH))


def look(facts: Facts, known: Iterable[Alert]) -> dict[Key, Found]:
    """What every rule finds in a course, by rule and measurement."""
    raised = [
        Raised(rule=a.rule, measurement=_plain(a), acknowledged_at=a.acknowledged_at) for a in known
    ]
    found = (one for rule in RULES for one in rule(facts, raised))
    return {(one.rule, one.measurement): one for one in found}


def _stored(patients: Sequence[Patient]) -> defaultdict[UUID, Stored]:
    rows = Alert.objects.filter(patient__in=[p.pk for p in patients]).current()
    found: defaultdict[UUID, Stored] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("recorded_at"):
        found[row.patient_id][row.rule, _plain(row)].append(row)
    return found


def _numbered(measurement: str, number: int) -> str:
    """What an alert is stored under: the first by its measurement, the next with their number."""
    return measurement if number == 1 else f"{measurement} #{number}"


def _plain(alert: Alert) -> str:
    return AGAIN.sub("", alert.measurement)


def _stands(alerts: Iterable[Alert], found: Found, asked: Asked) -> bool:
    """Whether one of the alerts of this measurement says what was found.

    Where the basis of each has changed, an open one that is right again loses its mark. One that
    was acknowledged does not: nobody has answered for a value that was taken back and came again.
    """
    if any(not alert.basis_changed for alert in alerts):
        return True
    for alert in alerts:
        if alert.acknowledged_at is None and _says(alert, found):
            _amend(alert, asked, "basis_restore", RESTORED, basis_changed=None)
            return True
    return False


def _says(alert: Alert, found: Found) -> bool:
    """The same values at the same level; the measurement is the same already."""
    return (alert.value_before or "", alert.level) == (found.value_before, found.level.value)


def _new(patient: Patient, found: Found, columns: dict[str, Any], asked: Asked) -> New:
    by = columns.pop("acknowledged_by", None)
    document = AlertDocument(**(_content(found) | columns))
    return records.prepare(
        Alert, document, asked=asked, patient=patient, checked=Checked(), acknowledged_by=by
    )


def _content(found: Found) -> dict[str, Any]:
    content = {
        "id": uuid.uuid4(),
        "rule": found.rule,
        "level": found.level.value,
        "answer": found.answer.value,
        "measurement": found.measurement,
        "column": found.column,
        "record": UUID(found.now.id),
        "record_version": found.now.version,
        "record_before": UUID(found.before.id) if found.before else None,
        "record_before_version": found.before.version if found.before else None,
        "missing": " ".join(found.missing),
        "value_before": found.value_before,
        "value_now": found.value_now,
        "when_before": moment_text(found.before.when, found.before.day) if found.before else "",
        "when_now": _when(found.now),
        "examiner": "" if found.reported_by else found.now.by[:LONGEST_NAME],
        "reported_by": found.reported_by,
        "received_at": found.now.recorded_at if found.reported_by else None,
        "source": alert_rules()[found.rule].source,
    }
    return {name: value for name, value in content.items() if value not in (None, "")}


def _when(fact: Fact) -> str:
    """Empty where a phone's clock cannot say when it happened."""
    unknown = fact.get("time_basis") == "received"
    return "" if unknown else moment_text(fact.when, fact.day)


class _Story:
    """The answers that belong to the made-up course of a synthetic patient entered in bulk.

    So a demonstration has the open alerts of the last days, and not those of years.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._clinicians: dict[int, User | None] = {}

    def answer(self, patient: Patient, facts: Facts, found: Found) -> dict[str, Any]:
        if self._asked.reporter != "import" or patient.origin != "synthetic":
            return {}
        by = self._clinician(patient.site) if not _recent(found.now, facts.today) else None
        if by is None:
            return {}
        return {
            "acknowledged_at": self._asked.at,
            "acknowledgement_note": STORY_NOTE,
            "acknowledged_by": by,
        }

    def _clinician(self, site: Site) -> User | None:
        """A physician of the site; where nobody works there yet, the alerts stay open."""
        if site.pk not in self._clinicians:
            self._clinicians[site.pk] = working(site, Role.PHYSICIAN).first()
        return self._clinicians[site.pk]


def _recent(fact: Fact, today: dt.date) -> bool:
    day = fact.when.date or fact.when.date_upper
    return day is not None and (today - day).days <= STORY_DAYS


# --- a basis that changes -----------------------------------------------------------------------
def _mark(
    known: Mapping[Key, list[Alert]], found: Mapping[Key, Found], facts: Facts, asked: Asked
) -> None:
    """Say of each alert whose values were amended or withdrawn that its basis has changed."""
    unmarked = [(key, a) for key, alerts in known.items() for a in alerts if not a.basis_changed]
    if not unmarked:
        return
    versions = {fact.id: fact.version for fact in _every(facts)}
    for key, alert in unmarked:
        if _moved(alert, found.get(key), versions):
            _amend(alert, asked, "basis_change", AMENDED, basis_changed=True)
            alert.basis_changed = True


def _every(facts: Facts) -> Iterator[Fact]:
    yield from facts.visits
    yield from facts.labs
    yield from facts.drugs
    yield from facts.doses
    yield from facts.procedures
    yield from facts.complications
    yield from facts.imaging
    yield from facts.diary


def _moved(alert: Alert, found: Found | None, versions: Mapping[str, int]) -> bool:
    """Whether a record of it is gone, or was amended so that the rule says something else.

    A note corrected in the same record changes nothing; nor does a later examination.
    """
    stands_on = [(str(alert.record), alert.record_version)]
    if alert.record_before:
        stands_on.append((str(alert.record_before), alert.record_before_version))
    if any(record not in versions for record, _version in stands_on):
        return True
    if all(versions[record] == version for record, version in stands_on):
        return False
    return found is None or found.value_before != (alert.value_before or "")


def _amend(
    alert: Alert, asked: Asked, deed: str, reason: str, by: User | None = None, **columns: Any
) -> Written:
    """The next version of an alert; `by` is who acknowledges it."""
    content = alert.document() | columns
    document = AlertDocument(**{k: v for k, v in content.items() if v is not None})
    return records.amend(
        alert,
        document,
        asked=asked,
        reason=reason,
        expected=alert.version,
        checked=Checked(columns={"acknowledged_by": by} if by else {}),
        deed=deed,
    )


# --- acknowledging ------------------------------------------------------------------------------
@transaction.atomic
def acknowledge(*, row: Alert, document: AcknowledgementDocument, asked: Asked) -> Written:
    """A named person has seen it, and says so with a note.

    The same person again gets the first answer. Raises AlreadyAcknowledged where someone else was
    quicker, Conflict where the key was used for something else.
    """
    if asked.key and (done := records.replay(asked.key, asked.fingerprint)):
        return done
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if alert.acknowledged_by_id is None:
        return _amend(
            alert, asked, "acknowledge", document.note, asked.by,
            acknowledged_at=asked.at, acknowledgement_note=document.note,
        )  # fmt: skip
    if asked.by is None or alert.acknowledged_by_id != asked.by.pk:
        raise AlreadyAcknowledged(alert)
    last = DocumentVersion.objects.filter(record_id=alert.pk).order_by("-version")[:1].get()
    return Written(last, replayed=True)


@transaction.atomic
def escalate(*, alert_id: UUID, at: dt.datetime) -> None:
    """Keep when someone on call was told; one that was acknowledged meanwhile stays as it is."""
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert_id)
    if alert.acknowledged_at is None and alert.escalated_at is None:
        reason = _("Nobody had acknowledged it.")
        _amend(alert, Asked(by=None, at=at), "escalate", reason, escalated_at=at)
