"""What was typed is kept: on each form a slip, signed by us, says whose form it is and about whom.

The slip lets a form be kept for its author when it can no longer be recorded: the session has
ended, someone else has signed in on the device, the page is from an earlier sign-in. It opens
nothing: a draft is read only by its author, signed in, and through the access check of its form.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from outcomes.forms import LAYOUTS, short
from outcomes.forms.fields import values
from outcomes.forms.layout import FOLLOWING, PATIENT, Layout
from outcomes.forms.paper_diary import NAMES as PAPER
from outcomes.kinds import BY_PATH, DIARY, DOSE, KINDS, PERSON
from outcomes.models import Draft
from outcomes.pages.headings import HEADINGS
from patients.models import Patient
from patients.roles import Permission

SALT = "regain.draft"
# a form's own fields that are none of the document's
BESIDE = frozenset({"id", "key", "version", "why", "site"})


@dataclass(frozen=True)
class Slip:
    """Which form a page shows, to whom and about whom; `page` is made anew with each page."""

    author: int
    patient: str | None
    form: str
    address: str
    key: str
    page: str
    after: str = ""

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def read_slip(text: str, *, max_age: int | None = None) -> Slip | None:
    """The slip, None where it is not ours or too old."""
    try:
        return Slip(**signing.loads(text, salt=SALT, max_age=max_age))
    except (signing.BadSignature, TypeError):
        return None


def slip_sent(request: HttpRequest, *, max_age: int | None = None) -> Slip | None:
    """The slip that came with a form."""
    return read_slip(request.POST.get("slip", ""), max_age=max_age)


@dataclass(frozen=True)
class Form:
    """A form that keeps drafts, by the name of its address: its layout (None where every field is
    among `more`), its title, and what one must be permitted to record it."""

    layout: Layout | None
    title: Any
    permission: Permission
    more: str = r"(?!)"
    """A pattern of names beside those of the layout; none unless it is given."""

    def has(self, name: str) -> bool:
        """Whether it is one of the form's own fields, which alone are kept."""
        return name in self.names or re.fullmatch(self.more, name) is not None

    @cached_property
    def names(self) -> frozenset[str]:
        if self.layout is None:
            return BESIDE
        return BESIDE | {".".join(leaf.path) for leaf, _reason in values(self.layout.shape)}


# what the page of a visit shows of earlier ones, and what it changes of a drug
BEDSIDE = r"patient|[a-z]{1,20}\.seen|medication\.[0-9a-f-]{36}\.[a-z_]{1,20}"
_PERSON = HEADINGS["patients"]
_PRESCRIBE = DOSE.permission
_EXAMINE = BY_PATH["visits"].permission
FORMS: Mapping[str, Form] = {
    **{
        f"{k.name}-new": Form(LAYOUTS[k.path], HEADINGS[k.path].new, k.permission)
        for k in (*KINDS, DOSE)
    },
    **{
        f"{k.name}-change": Form(LAYOUTS[k.path], HEADINGS[k.path].change, k.permission)
        for k in (*KINDS, DOSE)
    },
    "visit-new": Form(LAYOUTS["visits"], HEADINGS["visits"].new, _EXAMINE, more=BEDSIDE),
    "visit-new-full": Form(LAYOUTS["visits"], HEADINGS["visits"].new, _EXAMINE),
    "diary-new": Form(None, gettext_lazy("A day of a paper diary"), DIARY.permission, more=PAPER),
    "patient-new": Form(PATIENT, _PERSON.new, Permission.ENROL),
    "patient-change": Form(PATIENT, _PERSON.change, PERSON.permission),
    "patient-following": Form(
        FOLLOWING, gettext_lazy("Is this person followed?"), PERSON.permission
    ),
    "medication-start": Form(short.START, gettext_lazy("Start a drug"), _PRESCRIBE),
    "medication-dose": Form(short.CHANGE, gettext_lazy("Change the dose"), _PRESCRIBE),
    "medication-stop": Form(short.STOP, gettext_lazy("Stop the drug"), _PRESCRIBE),
    "medication-give": Form(short.GIVE, gettext_lazy("Give a dose"), _PRESCRIBE),
    "contact": Form(
        LAYOUTS["contact-attempts"], gettext_lazy("Contact attempt"), PERSON.permission
    ),
    "lost": Form(LAYOUTS["losses"], gettext_lazy("Loss to follow-up"), PERSON.permission),
}


def as_key(text: str) -> str:
    """A form's own key, a UUID; any other could be one that the product will need itself."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def slip_for(request: HttpRequest, patient: Patient | None, key: str, after: str) -> Slip | None:
    """The slip of the form that is being shown; None where it has no key of its own yet."""
    form, author = form_of(request), request.user.pk
    if form not in FORMS or not key or author is None:
        return None
    return Slip(
        author=author,
        patient=patient and str(patient.pk),
        form=form,
        address=request.path,
        key=key,
        page=str(uuid.uuid4()),
        after=after,
    )


def form_of(request: HttpRequest) -> str:
    """The name of the address that was asked for."""
    match = request.resolver_match
    return (match and match.url_name) or ""


def draft_for(request: HttpRequest) -> tuple[Draft | None, list[Draft]]:
    """The draft to go on with on this form, the latest or the one asked for, and the others."""
    found = Draft.objects.of(request.user).waiting()  # type: ignore[arg-type]
    rows = list(
        found.filter(address=request.path).select_related("patient__site").order_by("-saved_at")
    )
    asked = request.GET.get("draft", "")
    chosen = next((row for row in rows if row.key == asked), rows[0] if rows else None)
    return chosen, [row for row in rows if row is not chosen]


@dataclass(frozen=True)
class Waiting:
    """A draft as its author's lists name it."""

    draft: Draft

    @property
    def patient_id(self) -> uuid.UUID | None:
        return self.draft.patient_id

    @property
    def address(self) -> str:
        return f"{self.draft.address}?draft={self.draft.key}"

    @property
    def what(self) -> str:
        form = FORMS.get(self.draft.form)
        return str(form.title) if form else self.draft.form

    @property
    def whose(self) -> str:
        patient = self.draft.patient
        return (patient.name or patient.study_number) if patient else ""

    @property
    def begun(self) -> str:
        return told(self.draft)


@dataclass(frozen=True)
class Drafting:
    """What templates/components/draft.html shows of a form."""

    slip: str
    draft: Draft | None
    others: list[Waiting]
    patient: Patient | None

    @property
    def begun(self) -> str:
        return told(self.draft) if self.draft else ""

    @property
    def address(self) -> str:
        """Where the form is kept and discarded."""
        return reverse("draft", args=[self.patient.pk]) if self.patient else reverse("draft-enrol")

    @property
    def days(self) -> int:
        return settings.DRAFT_DAYS


def drafting(
    request: HttpRequest,
    patient: Patient | None,
    key: str,
    draft: Draft | None = None,
    others: Sequence[Draft] = (),
) -> Drafting | None:
    """For the page of a form; None where the form keeps no drafts.

    `key` is what the form will be recorded under.
    """
    sent = slip_sent(request)
    after = str(draft.page) if draft else (sent.page if sent else "")
    slip = slip_for(request, patient, as_key(key), after)
    return (
        Drafting(slip.signed(), draft, [Waiting(one) for one in others], patient) if slip else None
    )


def told(draft: Draft) -> str:
    """When it was begun, as the clock at the patient's site showed it."""
    zone = draft.patient.site.time_zone if draft.patient else settings.TIME_ZONE
    at = draft.begun_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return at if draft.patient else f"{at} {zone}"
