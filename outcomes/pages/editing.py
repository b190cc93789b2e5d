"""Recording and correcting a document on a form, whatever its kind.

A form's id is made with it, so sending it twice records one document. A correction is based on the
version that was shown: when someone else changed the record meanwhile, both are compared.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext

from outcomes import words
from outcomes.actions.consequences import enter_in_error
from outcomes.documents.visit import VisitDocument
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.forms.choices import choices, suggestions
from outcomes.forms.fields import typed_from
from outcomes.forms.layout import Layout
from outcomes.kinds import PERSON, Kind
from outcomes.models import Draft
from outcomes.pages import reader
from outcomes.pages.bases import base_about
from outcomes.pages.drafting import as_key, draft_for, drafting
from outcomes.pages.headings import HEADINGS, Heading
from outcomes.presenters import documents as presented
from patients import audit
from patients.access import reporter
from patients.documents.base import Refused, Shape, Text, read
from patients.models import DocumentVersion, Patient, Transfer
from patients.records import Asked, Conflict, Stale, Written

Action = Callable[[Any, Asked], Written]


class Editor:
    """One form of one kind of document; `row` is the record being corrected, None for a new one.

    `patient` is None only while a person is being enrolled. `named` fields of a new document are
    filled in when the form is first shown, because whoever came has chosen them already.
    """

    def __init__(
        self,
        request: HttpRequest,
        kind: Kind,
        patient: Patient | None,
        *,
        row: Any = None,
        layout: Layout | None = None,
        heading: Heading | None = None,
        extra: Mapping[str, Any] | None = None,
        initial: Mapping[str, str] | None = None,
    ):
        self.request, self.kind, self.patient, self.row = request, kind, patient, row
        self.layout = layout or LAYOUTS[kind.path]
        self.heading = heading or HEADINGS[kind.path]
        self.extra, self.initial = extra or {}, initial or {}
        self.why_error = ""

    @cached_property
    def draft(self) -> tuple[Draft | None, list[Draft]]:
        """What waits to be gone on with on this form, and other drafts of it."""
        return (None, []) if self.request.method == "POST" else draft_for(self.request)

    @cached_property
    def typed(self) -> Mapping[str, str]:
        """What was typed: just now, or before and kept."""
        draft, _others = self.draft
        return draft.fields if draft else self.request.POST.dict()

    @cached_property
    def form(self) -> DocumentForm:
        more: dict[str, Any] = {
            "choices": choices(self.kind.path, self.patient) if self.patient else {},
            "suggestions": suggestions(self.kind.path),
        }
        if self.row is None:
            return DocumentForm(self.layout, self.typed or self.fresh, **more)
        if self.request.method != "POST" and not self.typed:
            return DocumentForm.of(self.layout, self.row.document(), **more)
        typed = {**self.typed, "id": str(self.row.pk)}
        return DocumentForm(self.layout, typed, kept=self.row.document(), **more)

    @property
    def fresh(self) -> dict[str, str]:
        """What a new form holds before anyone typed; what was sent is never filled in."""
        initial = {} if self.request.method == "POST" else self.initial
        return {"id": str(uuid.uuid4()), **initial}

    def show(self, status: int = 200) -> HttpResponse:
        self._audit()
        typed = self.typed
        key = typed.get("key") or str(uuid.uuid4())
        own = key if self.row else self.form.id
        outdated = self.row is not None and bool(typed) and self._version() != self.row.version
        if status == 200 and outdated:
            self._rebase(self.row)
        stale = status == 412 or (status == 200 and outdated)
        context = {
            "patient": self.patient,
            "form": self.form,
            "heading": self.heading,
            "row": self.row,
            "title": self.heading.change if self.row else self.heading.new,
            "why": typed.get("why", ""),
            "why_error": self.why_error,
            "key": key,
            "conflict": status == 409,
            "stale": stale,
            "changes": self._differences() if stale else (),
            "may_be_in_error": True,
            "check": self._check_address(),
            "site": typed.get("site", ""),
            "drafting": drafting(self.request, self.patient, own, *self.draft),
            **(base_about(reader(self.request), self.patient) if self.patient else {}),
            **self.extra,
        }
        return render(self.request, "clinician/document_form.html", context, status=status)

    def _check_address(self) -> str:
        """Where the form is checked while it is filled; none for a person's own form."""
        match = self.request.resolver_match
        if self.patient is None or match is None or self.kind is PERSON:
            return ""
        place = {name: value for name, value in match.kwargs.items() if name != "id"}
        try:
            return reverse(f"{self.kind.name}-check", kwargs=place)
        except NoReverseMatch:  # a short form of something else
            return ""

    def record(self, action: Action) -> HttpResponse:
        """Record what was typed; refusals come back beside their fields, nothing is lost."""
        return self._answer(lambda: action(self._read(), self._asked()))

    def change(self) -> HttpResponse:
        """Correct the record, or mark it as entered in error."""
        return self._answer(self._amend)

    def _answer(self, write: Callable[[], Written]) -> HttpResponse:
        try:
            written = write()
        except Refused as refused:
            self.form.refuse(refused.problems)
            return self.show(422)
        except Conflict:
            return self.show(409)
        except Stale as stale:
            if self.row is None:
                raise
            self._rebase(stale.current)
            return self.show(412)
        return self._saved(written)

    def _amend(self) -> Written:
        typed = self.request.POST
        why, expected = self._why(), self._version()
        asked = self._asked(key=as_key(typed.get("key", "")))
        if self._in_error:
            return enter_in_error(row=self.row, asked=asked, reason=why, expected=expected)
        return self.kind.amend(
            row=self.row, document=self._read(), reason=why, expected=expected, asked=asked
        )

    @property
    def _in_error(self) -> bool:
        return "in_error" in self.request.POST and self.extra.get("may_be_in_error", True)

    def _why(self) -> str:
        """The reason of a change; raises Refused where there is none, or none to keep."""
        typed = self.request.POST.get("why", "").strip()
        if not typed:
            self.why_error = gettext("Say why the record is being changed.")
            raise Refused([])
        try:
            return read(Why, {"why": typed}).why
        except Refused as refused:
            told = refused.problems[0]
            self.why_error = gettext(told["message"]).format(**told["values"])
            raise Refused([]) from refused

    def _version(self) -> int:
        typed = self.typed.get("version", "")
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0

    def _rebase(self, current: Any) -> None:
        """On the version that is stored now, what was changed here; the rest as it is stored."""
        base = DocumentVersion.objects.filter(record_id=current.pk, version=self._version()).first()
        self.row, shape = current, self.layout.shape
        if base is None:
            return
        was = typed_from(shape, base.content["document"])
        stored = typed_from(shape, current.document())
        for field in self.form.fields:
            if field.typed.strip() == was.get(field.name, ""):
                field.typed = stored.get(field.name, "")

    def _read(self) -> Any:
        return read(self.layout.shape, self.form.document())

    def _asked(self, key: str = "") -> Asked:
        user = reader(self.request)
        whose = reporter(user, self.patient) if self.patient else "clinician"
        return Asked(by=user, at=timezone.now(), key=key, reporter=whose)

    def _saved(self, written: Written) -> HttpResponse:
        messages.success(self.request, self._said())
        for warning in written.warnings:
            messages.warning(self.request, _asked_about(self.form, warning))
        gone = isinstance(self.row, Patient) and self._in_error
        return redirect("patients") if gone else redirect("patient", written.version.patient_id)

    def _said(self) -> str:
        if self._in_error and isinstance(self.row, Transfer):
            return gettext(
                "Marked as entered in error. The patient still counts as transferred: say under "
                "Status whether they are followed here."
            )
        if self._in_error:
            return gettext("Marked as entered in error. It stays in the history.")
        return str(self.heading.saved) if self.row is None else gettext("The change is saved.")

    def _differences(self) -> list[presented.Difference]:
        return presented.differences(self.layout, self.row, self.form)

    def _audit(self) -> None:
        if self.patient is None:
            return
        audit.record(
            by=reader(self.request),
            action=f"{self.kind.name}.view" if self.row else "patient.view",
            patient_id=self.patient.pk,
            record_id=self.row and self.row.pk,
            version=self.row and self.row.version,
        )


class Why(Shape):
    """The reason of a change, as the API takes it."""

    why: Text


def in_words(warning: Mapping[str, Any]) -> str:
    """A warning in the reader's words."""
    values = {
        name: words.words("visit.kind", value) if name in {"kind", "window"} else value
        for name, value in warning["values"].items()
    }
    return gettext(warning["message"]).format(**values)


def _asked_about(form: DocumentForm, warning: Mapping[str, Any]) -> str:
    """A warning with the field that it is about, where the form shows it."""
    if not form.label_of(warning["path"]):
        return gettext("Please check: {message}").format(message=in_words(warning))
    return gettext("Please check: {field}. {message}").format(
        field=form.label_of(warning["path"]), message=in_words(warning)
    )


def named_visit(request: HttpRequest) -> dict[str, str]:
    """What a link to the form names already: which planned visit is to be recorded."""
    visit = request.GET.get("kind", "")
    known = get_args(VisitDocument.model_fields["kind"].annotation)
    return {"kind": visit} if visit in known else {}
