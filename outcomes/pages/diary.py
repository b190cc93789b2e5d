"""The diary for clinicians: what was reported by day, entering a paper diary, printing one."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import words
from outcomes.actions import diary as actions
from outcomes.diary import Diary
from outcomes.documents.diary import DiaryDocument
from outcomes.figures.bladder_days import bladder_days
from outcomes.forms import paper_diary
from outcomes.kinds import DIARY
from outcomes.models import DiaryEntry, Draft, MedicationCourse
from outcomes.pages import page, reader
from outcomes.pages.cards import Card, card
from outcomes.pages.drafting import as_key, draft_for, drafting
from outcomes.presenters import diary as presented
from outcomes.rules.bladder_diary import LEAST_DAYS, Summary
from patients import audit
from patients.access import holds, load_for, load_record_for
from patients.documents.base import Refused
from patients.models import DocumentVersion, Patient
from patients.records import Asked, Conflict, Stale
from patients.roles import Permission

PERIODS = (LEAST_DAYS, 7, 14, 28)
MOST_DRAWN = 14
EARLIEST = dt.date(1901, 1, 1)


@require_safe
@page
def diary(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Some days of the diary with their summary; the days up to the last entry unless named."""
    user = reader(request)
    patient = load_for(user, Permission.VIEW_RECORD, patient_id)
    audit.record(by=user, action="diary_entry.list", patient_id=patient.pk)
    read = Diary(patient, user)
    latest = read.latest_day()
    days = _days(request)
    last = _last(request) or min(latest or read.today, read.today)
    first = last - dt.timedelta(days=days - 1)
    rows = read.between(first, last)
    found = read.summary(rows, first, last)
    context = {
        "patient": patient,
        "days": days,
        "periods": PERIODS,
        "first": first,
        "last": last,
        "earlier": first - dt.timedelta(days=1),
        "later": last + dt.timedelta(days=days) if last < (latest or last) else None,
        "any": latest is not None,
        "summary": presented.rows(found, gettext),
        "notes": presented.notes(found, gettext),
        "picture": _picture(found, rows) if days <= MOST_DRAWN else None,
        "by_day": presented.by_day(rows, gettext),
        "may_record": holds(user, Permission.RECORD_OBSERVATION, patient),
    }
    return render(request, "clinician/diary/diary.html", context)


def _picture(found: Summary, rows: list[DiaryEntry]) -> Card | None:
    """The figure of the days; its data are the list below it."""
    entries = [presented.entry(row) for row in rows]
    drawn = card(lambda size: bladder_days(found, entries, size=size, t=gettext))
    return None if drawn.figure.empty else drawn


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == asked), LEAST_DAYS)


def _last(request: HttpRequest) -> dt.date | None:
    try:
        last = dt.date.fromisoformat(request.GET.get("last", ""))
    except ValueError:
        return None
    return last if EARLIEST < last < dt.date(2200, 1, 1) else None


# --- a paper diary ------------------------------------------------------------------------------
@require_safe
@page
def paper(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Three days to print, in the language asked for, else the one that the patient reads."""
    user = reader(request)
    patient = load_for(user, Permission.VIEW_RECORD, patient_id)
    audit.record(by=user, action="diary_entry.print", patient_id=patient.pk)
    languages = dict(settings.LANGUAGES)
    asked = request.GET.get("language", "")
    own = patient.user.language if patient.user else ""
    chosen = next((c for c in (asked, own, patient.language) if c in languages), None)
    most = paper_diary.PILL_LINES
    with translation.override(chosen or translation.get_language()):
        context = {
            "patient": patient,
            "days": range(1, LEAST_DAYS + 1),
            "bladder_lines": range(paper_diary.BLADDER_LINES),
            "pill_lines": [*_drugs(patient), *[""] * most][:most],
            "fall_lines": range(LEAST_DAYS),
            "languages": settings.LANGUAGES,
            "amounts": _options("leak_amount"),
        }
        return render(request, "clinician/diary/paper.html", context)


def _drugs(patient: Patient) -> list[str]:
    """What the patient takes by mouth, as far as is recorded."""
    taken = Q(route=None) | Q(route="oral")
    rows = MedicationCourse.objects.filter(taken, patient=patient, stop=None).current()
    return list(dict.fromkeys(rows.order_by("position").values_list("drug", flat=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of the form: `options` make it a choice."""

    name: str
    label: str
    typed: str
    errors: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def narrow(self) -> bool:
        return self.name.endswith((".time", ".volume_ml"))

    @property
    def lists_drugs(self) -> bool:
        return self.name.endswith(".drug")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One day of a paper diary in one form, recorded as a whole."""
    user = reader(request)
    patient = load_for(user, Permission.RECORD_OBSERVATION, patient_id)
    if request.method != "POST":
        return _show(request, patient)
    typed, now = request.POST.dict(), timezone.now()
    key = as_key(str(typed.get("id", "")))
    if not key:
        return _show(request, patient, status=422)
    read = paper_diary.read_lines(
        typed,  # type: ignore[arg-type]
        key=key,
        zone=patient.site.time_zone,
        now=now,
        courses=_courses(patient),
    )
    if read.problems:
        return _show(request, patient, problems=read.problems, status=422)
    asked = Asked(by=user, at=now, key=key)
    try:
        written = actions.record_paper(patient=patient, lines=read.documents, asked=asked)
    except Refused as refused:
        problems = [
            paper_diary.on_line(str(p["path"][0]), {**p, "path": p["path"][1:]})
            for p in refused.problems
        ]
        return _show(request, patient, problems=problems, status=422)
    except Conflict:
        return _show(request, patient, status=409)
    done = ngettext("{n} entry is recorded.", "{n} entries are recorded.", len(written))
    messages.success(request, done.format(n=len(written)))
    if "another" in typed:
        return redirect("diary-new", patient.pk)
    return redirect("diary", patient.pk)


def _courses(patient: Patient) -> dict[str, str]:
    """The id of the patient's course by the drug's name; the latest recorded of a name."""
    rows = MedicationCourse.objects.filter(patient=patient).current().order_by("position")
    return {drug.casefold(): str(pk) for pk, drug in rows.values_list("pk", "drug")}


def _show(
    request: HttpRequest,
    patient: Patient,
    *,
    problems: Iterable[Mapping[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    audit.record(by=reader(request), action="patient.view", patient_id=patient.pk)
    waiting: tuple[Draft | None, list[Draft]] = (None, [])
    if request.method != "POST":
        waiting = draft_for(request)
    drugs = _drugs(patient)
    typed = waiting[0].fields if waiting[0] else request.POST.dict() or _fresh(drugs)
    key = as_key(str(typed.get("id", ""))) or str(uuid.uuid4())
    told: dict[str, list[str]] = {}
    for one in problems:
        said = gettext(one["message"]).format(**one["values"])
        told.setdefault(str(one["path"][0]), []).append(said)
    form = _Form(typed, told)
    context = {
        "patient": patient,
        "id": key,
        "form": form,
        "drugs": drugs,
        "conflict": status == 409,
        "drafting": drafting(request, patient, key, *waiting),
    }
    return render(request, "clinician/diary/new.html", context, status=status)


def _fresh(drugs: list[str]) -> dict[str, str]:
    """A new form names the drugs that are taken; whether they were is not filled in."""
    return {f"p{n}.drug": drug for n, drug in enumerate(drugs[: paper_diary.PILL_LINES], 1)}


class _Form:
    """The form's fields with what was typed in them."""

    def __init__(self, typed: Mapping[str, Any], errors: Mapping[str, list[str]]) -> None:
        self.typed, self.errors = typed, errors

    @property
    def day(self) -> Cell:
        return self._cell("day", gettext("Date"))

    @property
    def on_behalf(self) -> Cell:
        return self._cell("on_behalf", gettext("Who kept it"), _options("on_behalf"))

    @property
    def parts(self) -> list[tuple[str, list[str], list[list[Cell]]]]:
        titles = {"b": gettext("Bladder"), "p": gettext("Pills"), "f": gettext("Falls")}
        return [
            (title, [_label(field) for field in paper_diary.FIELDS[letter]],
             [self._line(letter, n) for n in range(1, paper_diary.LINES[letter] + 1)])
            for letter, title in titles.items()
        ]  # fmt: skip

    @property
    def refused(self) -> list[tuple[Cell, str]]:
        cells = [self.day, self.on_behalf]
        cells += [cell for _title, _heads, lines in self.parts for line in lines for cell in line]
        return [(cell, error) for cell in cells for error in cell.errors]

    def _line(self, letter: str, n: int) -> list[Cell]:
        title = gettext("line {n}").format(n=n)
        return [
            self._cell(f"{letter}{n}.{field}", f"{_label(field)}, {title}", _options(field))
            for field in paper_diary.FIELDS[letter]
        ]

    def _cell(self, name: str, label: str, options: tuple[tuple[str, str], ...] = ()) -> Cell:
        return Cell(
            name=name,
            label=label,
            typed=str(self.typed.get(name, "")),
            errors=tuple(self.errors.get(name, ())),
            options=options,
        )


CODES: Mapping[str, tuple[str, ...]] = {
    "kind": ("void", "catheter", "leak"),
    "fall_injured": ("yes", "no"),
    "fall_new_pain": ("yes", "no"),
    **{
        name: get_args(DiaryDocument.model_fields[name].annotation)
        for name in ("leak_amount", "pills", "pills_skipped_why", "on_behalf")
    },
}


def _options(field: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, words.words(f"diary.{field}", code)) for code in CODES.get(field, ()))


def _label(field: str) -> str:
    labels = {"time": gettext("Time"), "kind": gettext("What"), "volume_ml": gettext("mL")}
    return labels.get(field) or words.name(f"diary.{field}")


# --- entered in error ---------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@page
def in_error(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Marking an entry as entered in error, with a reason."""
    user = reader(request)
    row = load_record_for(
        user, Permission.RECORD_OBSERVATION, DIARY.model, id, patient_id=patient_id
    )
    why, error, status = request.POST.get("why", "").strip(), "", 200
    if request.method == "POST":
        asked = Asked(by=user, at=timezone.now())
        try:
            DIARY.withdraw(row=row, asked=asked, reason=why, expected=row.version)
        except Refused as refused:
            told = refused.problems[0]
            error, status = gettext(told["message"]).format(**told["values"]), 422
        except Stale:
            error, status = gettext("Someone changed this meanwhile: look again."), 412
        else:
            messages.success(request, gettext("Marked as entered in error."))
            return redirect("diary", patient_id)
    versions = DocumentVersion.objects.filter(record_id=row.pk).select_related("by")
    context = {
        "patient": row.patient,
        "versions": [
            presented.version(one, row.time_zone, gettext) for one in versions.order_by("-version")
        ],
        "line": presented.line(row, gettext),
        "day": row.date,
        "why": why,
        "error": error,
    }
    return render(request, "clinician/diary/in_error.html", context, status=status)
