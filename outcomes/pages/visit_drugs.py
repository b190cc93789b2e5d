"""The drugs of a patient on the page of a visit: each goes on, stops, or goes on in another dose."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from outcomes import words
from outcomes.actions.bedside import DOSE, Change, NewDose, Stop
from outcomes.forms import LAYOUTS, DocumentForm
from outcomes.forms.fields import Field
from outcomes.models import MedicationCourse
from outcomes.presenters.base import date_words
from outcomes.rules.facts import Fact
from outcomes.rules.text import gettext_noop as _
from patients.access import Forbidden
from patients.documents.base import Refused
from patients.models import User
from patients.roles import Permission


@dataclass
class Drug:
    """A course that is taken now. Its fields on the page begin with "medication.<id>."."""

    course: Fact
    typed: Mapping[str, str]
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.form = DocumentForm(LAYOUTS["medications"], self._as_course())
        self.fields = {f.name: f for f in self.form.fields}

    def _own(self, name: str) -> str:
        return self.typed.get(f"{self.prefix}.{name}", "")

    def _as_course(self) -> dict[str, str]:
        """What was typed of the new dose; the unit and the rhythm stay unless they are changed."""
        fresh = f"{self.prefix}.change" not in self.typed
        kept = {
            "dose_unit": self.course.get("dose_unit") or "",
            "times_per_day": _number(self.course.get("times_per_day")),
        }
        typed = kept if fresh else {name: self._own(name) for name in DOSE}
        return typed | {
            "id": self._own("new_id") or str(uuid.uuid4()),
            "stop_reason": self._own("stop_reason"),
        }

    @property
    def prefix(self) -> str:
        return f"medication.{self.course.id}"

    @property
    def id(self) -> str:
        return f"medication-{self.course.id}"

    @property
    def new_id(self) -> str:
        return self.form.id

    @property
    def version(self) -> str:
        """The version that stood on the page when it was first shown."""
        return self._own("version") or str(self.course.version)

    @property
    def change(self) -> str:
        return self._own("change")

    @property
    def name(self) -> str:
        return str(self.course.get("drug"))

    @property
    def how(self) -> str:
        """The dose as it is recorded; nothing where nothing is."""
        dose, unit = _number(self.course.get("dose")), self.course.get("dose_unit")
        told = [f"{dose} {words.words('dose_unit', unit)}"] if dose and unit else []
        if times := _number(self.course.get("times_per_day")):
            told.append(gettext("{times} times a day").format(times=times))
        if frequency := self.course.get("frequency"):
            told.append(frequency)
        if self.course.get("as_needed"):
            told.append(gettext("as needed"))
        return ", ".join(told) or gettext("dose not recorded")

    @property
    def since(self) -> str:
        start = self.course.get("start")
        return start.isoformat() if start else date_words(self.course.when, gettext)

    @property
    def stop_reason(self) -> Field:
        return self.fields["stop_reason"]

    @property
    def dose_fields(self) -> list[Field]:
        return [self.fields[name] for name in DOSE]

    def asked(self, row: MedicationCourse) -> Change:
        expected = int(self.version) if re.fullmatch("[0-9]{1,9}", self.version) else 0
        if self.change == "stop":
            if not self.stop_reason.typed:
                raise self._refused("stop_reason", "no_reason", WHY_STOPPED)
            return Stop(course=row, expected=expected, reason=self.stop_reason.typed)
        if not self.fields["dose"].typed.strip():
            raise self._refused("dose", "no_dose", WHICH_DOSE)
        given = {k: v for k, v in self.form.document().items() if k in {"id", *DOSE}}
        return NewDose(course=row, expected=expected, given=given)

    def _refused(self, name: str, code: str, message: str) -> Refused:
        return Refused.at("medication", self.course.id, name, code=code, message=message)

    def refuse(self, problem: Mapping[str, Any]) -> None:
        self.form.refuse([problem])
        self.errors += self.form.general
        self.form.general = []

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Where on the page and what."""
        own = [(f"{self.id}-change", message) for message in self.errors]
        return own + [
            (f"{self.id}-{f.id}", message) for f in self.form.fields for message in f.errors
        ]


WHY_STOPPED = _("Say why the drug stops.")
WHICH_DOSE = _("Type the new dose.")


class Drugs:
    """The courses without an end, in the order of time; `may_change` by who may prescribe."""

    def __init__(self, courses: Sequence[Fact], typed: Mapping[str, str], *, may_change: bool):
        self.may_change = may_change
        every = [Drug(one, typed) for one in courses]
        # what was stopped by this very form is there when it is sent again
        self.rows = [drug for drug in every if drug.course.get("stop") is None or drug.change]
        self._by_id = {drug.course.id: drug for drug in every}
        self._typed = typed

    def changes(self, user: User) -> list[Change]:
        """What was asked for. Raises Forbidden where one may not prescribe, Http404 for no drug."""
        wanted = {
            name.split(".")[1]
            for name, value in self._typed.items()
            if re.fullmatch(r"medication\.[^.]+\.change", name) and value in {"stop", "dose"}
        }
        if wanted and not self.may_change:
            raise Forbidden(Permission.PRESCRIBE)
        if not wanted <= set(self._by_id):
            raise Http404
        rows = MedicationCourse.objects.visible_to(user).current().select_related("patient__site")
        found = {str(row.pk): row for row in rows.filter(pk__in=wanted)}
        if wanted != set(found):
            raise Http404
        return [self._by_id[one].asked(found[one]) for one in sorted(wanted)]

    def refuse(self, problems: Iterable[Mapping[str, Any]]) -> None:
        for problem in problems:
            _medication, course, *path = problem["path"]
            self._by_id[course].refuse({**problem, "path": tuple(path)})

    def label_of(self, path: Sequence[str]) -> str:
        drug = self._by_id.get(path[1])
        return drug.name if drug else ""

    @property
    def refused(self) -> list[tuple[str, str, str]]:
        return [(drug.name, *told) for drug in self.rows for told in drug.refused]


def _number(value: Any) -> str:
    return "" if value is None else f"{value:g}"
