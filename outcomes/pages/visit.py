"""Entering a visit at the bedside, on one screen; the page answers for one patient and no other.

The patient's id is in the address and in the form, and both must agree: no form of another tab can
be recorded here. What may be copied as "unchanged" is decided again by the action.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from outcomes import words
from outcomes.actions.bedside import MEDICATION, record_visit_with_drugs
from outcomes.actions.unchanged import course_of
from outcomes.documents.visit import VisitDocument
from outcomes.facts import facts_of
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.models import Draft
from outcomes.pages import page, reader
from outcomes.pages.drafting import draft_for, drafting
from outcomes.pages.editing import named_visit
from outcomes.pages.visit_drugs import Drugs
from outcomes.presenters import entry
from outcomes.presenters.entry_plan import BEDSIDE
from outcomes.rules import schedule, timing
from outcomes.rules.facts import Facts
from outcomes.rules.schedule import WindowAnswer
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.timing import days_since
from outcomes.rules.unchanged import COPIED, last_values, offers
from outcomes.rules.values import Anchor, Moment
from patients import audit
from patients.access import holds, load_for, reporter
from patients.documents.base import Refused, read
from patients.models import Patient
from patients.records import Asked, Conflict, Written
from patients.roles import Permission

Typed = Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_visit(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The page of a new visit (GET), and recording what was entered (POST)."""
    patient = load_for(reader(request), Permission.RECORD_OBSERVATION, patient_id)
    if request.method != "POST":
        return Entry(request, patient, {}, *draft_for(request)).show()
    typed = request.POST.dict()
    if typed.get("patient") != str(patient.pk):
        audit.record(by=reader(request), action="denied.post", patient_id=patient.pk)
        return render(request, "clinician/visit_crossed.html", {"patient": patient}, status=409)
    return Entry(request, patient, typed).record()


class Entry:
    """One visit being entered; `typed` holds what was posted, or a draft of it, by field name."""

    def __init__(
        self,
        request: HttpRequest,
        patient: Patient,
        typed: Typed,
        draft: Draft | None = None,
        others: Sequence[Draft] = (),
    ):
        self.request, self.patient = request, patient
        self.draft, self.others = draft, others
        typed = draft.fields if draft else typed
        self.now = timezone.now()
        self.facts: Facts = facts_of([patient], self.now)[patient.pk]
        self.window = suggested(self.facts)
        self.form = DocumentForm(LAYOUTS["visits"], typed or self._fresh())
        may = holds(reader(request), Permission.PRESCRIBE, patient)
        self.drugs = Drugs(self.facts.drugs, typed, may_change=may)
        self.seen = {part: typed.get(f"{part}.seen", "") for part in COPIED}

    def _fresh(self) -> dict[str, str]:
        """Of the visit itself what can be suggested; nothing that was examined."""
        return {
            "id": str(uuid.uuid4()),
            "date": self.facts.today.isoformat(),
            "kind": self.window.kind or "",
            "mode": "in_person",
            **named_visit(self.request),
        }

    def record(self) -> HttpResponse:
        """Record what was entered; refusals come back beside their fields, nothing is lost."""
        try:
            written = self._write()
        except Refused as refused:
            self._refuse(refused.problems)
            return self.show(422)
        except Conflict:
            return self.show(409)
        return self._saved(written)

    def _write(self) -> Written:
        user = reader(self.request)
        problems = list(self._not_remotely())
        try:
            document = read(VisitDocument, self.form.document())
        except Refused as refused:
            raise Refused([*refused.problems, *problems]) from refused
        if problems:
            raise Refused(problems)
        return record_visit_with_drugs(
            patient=self.patient,
            document=document,
            seen=self.seen,
            changes=self.drugs.changes(user),
            asked=Asked(by=user, at=self.now, reporter=reporter(user, self.patient)),
        )

    def _not_remotely(self) -> list[dict[str, Any]]:
        """What stands in fields that nobody can examine remotely, where the visit was remote."""
        typed = {field.name: field.typed for field in self.form.fields}
        if typed["mode"] != "remote":
            return []
        names = [name for name in BEDSIDE if typed[name]]
        if typed["bladder.pvr_method"] == "scan":
            names.append("bladder.pvr_method")
        return [
            {"path": tuple(name.split(".")), "code": "remote", "message": REMOTE, "values": {}}
            for name in names
        ]

    def _refuse(self, problems: list[dict[str, Any]]) -> None:
        own = [p for p in problems if tuple(p["path"])[:1] != (MEDICATION,)]
        self.form.refuse(_in_words(p) for p in own)
        self.drugs.refuse([p for p in problems if p not in own])

    def show(self, status: int = 200) -> HttpResponse:
        audit.record(by=reader(self.request), action="patient.view", patient_id=self.patient.pk)
        when = self._when()
        course = course_of(self.patient, self.facts)
        own = self.form.id
        context = {
            "patient": self.patient,
            "form": self.form,
            "entry": entry.Page(
                form=self.form,
                # of a remote visit the page itself leaves away what it cannot examine
                offers=offers(course, id=own, when=when, mode="in_person"),
                last=last_values(
                    self.facts.visits,
                    entry.COLUMNS.values(),
                    id=own,
                    when=when,
                    anchors=self.facts.anchors,
                ),
            ),
            "alert_open": course.alert_open,
            "drugs": self.drugs,
            "suggested": Suggestion.of(self.window, self.facts),
            "conflict": status == 409,
            "drafting": drafting(self.request, self.patient, own, self.draft, self.others),
        }
        return render(self.request, "clinician/visit_entry.html", context, status=status)

    def _when(self) -> Moment:
        """The time that was typed, where it is one, else today: what is last is last before it."""
        typed = {f.name: f.typed.strip() for f in self.form.fields if f.name in {"date", "time"}}
        try:
            date = dt.date.fromisoformat(typed["date"])
            time = dt.time.fromisoformat(typed["time"]) if typed["time"] else None
        except ValueError:
            return Moment(date=self.facts.today)
        return Moment(date=min(date, self.facts.today), time=time)

    def _saved(self, written: Written) -> HttpResponse:
        messages.success(self.request, gettext("The visit is recorded."))
        for warning in written.warnings:
            messages.warning(self.request, self._asked_about(warning))
        return redirect("patient", self.patient.pk)

    def _asked_about(self, warning: Mapping[str, Any]) -> str:
        path = tuple(warning["path"])
        drug = path[:1] == (MEDICATION,)
        field = self.drugs.label_of(path) if drug else self.form.label_of(path)
        values = {
            name: words.words("visit.kind", value) if name in {"kind", "window"} else value
            for name, value in warning["values"].items()
        }
        message = gettext(warning["message"]).format(**values)
        return gettext("Please check: {field}. {message}").format(field=field, message=message)


REMOTE = _(
    "This cannot be examined remotely: take the answer back, or say that the visit was in person."
)


def _in_words(problem: dict[str, Any]) -> dict[str, Any]:
    """A last value as the page calls it."""
    values = problem["values"]
    if "last" not in values:
        return problem
    path = ".".join(("visit", *problem["path"]))
    told = {"last": words.words(path, gettext(str(values["last"])))}
    return {**problem, "values": {**values, **told}}


def suggested(facts: Facts) -> WindowAnswer:
    """The kind of visit that today belongs to, where that can be told."""
    today = Moment(date=facts.today)
    operated = facts.operated
    if not operated and facts.anchors.cement is None:
        return WindowAnswer(kind=schedule.UNSCHEDULED, target=None, reason="")
    anchor = Anchor.INDEX_DECOMPRESSION if operated else Anchor.CEMENT
    day = days_since(today, anchors=facts.anchors, anchor=anchor)
    after = timing.is_after_anchor(today, Anchor.INDEX_DECOMPRESSION, anchors=facts.anchors)
    return schedule.window_of(day, operated=operated, post_operative=after)


@dataclass(frozen=True)
class Suggestion:
    """The kind of visit that was suggested, and the day it stands on, in words."""

    kind: str
    day: str

    @classmethod
    def of(cls, window: WindowAnswer, facts: Facts) -> "Suggestion | None":
        if window.kind is None:
            return None
        anchor = Anchor.INDEX_DECOMPRESSION if facts.operated else Anchor.CEMENT
        day = days_since(Moment(date=facts.today), anchors=facts.anchors, anchor=anchor).best
        return cls(words.words("visit.kind", window.kind), "" if day is None else f"{day:.0f}")
