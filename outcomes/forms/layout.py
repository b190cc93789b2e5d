"""What is in view on each form, and in which order; every other leaf of a shape follows behind.

A test holds every name here against the shapes, and every shape against the names.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from outcomes.documents.laboratory import LabDocument
from outcomes.documents.medication import CourseDocument, DoseDocument
from outcomes.documents.visit import PARTS, VisitDocument
from patients.documents import people, surgery


@dataclass(frozen=True)
class Group:
    """Fields that belong together: `front` in view, then what `owns` names, behind "more".

    The first group of a layout without `owns` takes every field that no other group owns.
    """

    key: str
    front: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    title: Any = ""
    """Left out, the name of the part."""
    more: Any = ""


@dataclass(frozen=True)
class Layout:
    """A form: its shape, the word its fields' names begin with, and its groups.

    `hidden` fields are not offered; they keep what they hold.
    """

    shape: type[BaseModel]
    root: str
    groups: tuple[Group, ...]
    hidden: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    """Fields without the answer "not recorded"."""


_TIMES = ("date", "time", "date_lower", "date_upper", "timing")
_NOT_EXACT = _("Date not exactly known")


def _when(*front: str) -> Group:
    return Group("when", front or ("date", "time"), owns=_TIMES, title=_("When"), more=_NOT_EXACT)


def _what(*front: str, title: Any = "", more: Any = "") -> Group:
    return Group("what", front, title=title or _("What"), more=more or _("More details"))


VISIT = Layout(
    VisitDocument,
    "visit",
    (
        Group(
            "visit",
            ("date", "time", "kind", "mode"),
            title=_("When and how"),
            more=_("Date not exactly known, or someone else examined"),
        ),
        Group(
            "motor",
            ("motor.right.grade", "motor.left.grade", "motor.basis"),
            owns=("motor",),
            more=_("Key muscles, and a leg that is not testable"),
        ),
        Group(
            "sensation",
            ("sensation.right", "sensation.left", "sensation.saddle"),
            owns=("sensation",),
        ),
        Group(
            "bladder",
            (
                "bladder.method",
                "bladder.incontinence",
                "bladder.awareness",
                "bladder.pvr_ml",
                "bladder.pvr_method",
            ),
            owns=("bladder",),
        ),
        Group(
            "bowel",
            ("bowel.incontinence", "bowel.constipation", "bowel.anal_tone"),
            owns=("bowel",),
        ),
        Group(
            "walking", ("walking.fac", "walking.aid", "walking.walks_alone"), owns=("walking",)
        ),
        Group("pain", ("pain.back", "pain.right_leg", "pain.left_leg"), owns=("pain",)),
        *(Group(part, owns=(part,)) for part in PARTS[6:]),
        Group("end", ("note", "discuss_first"), owns=("note", "discuss_first"),
              title=_("Anything else")),
    ),
)  # fmt: skip

PATIENT = Layout(
    people.PatientDocument,
    "patient",
    (
        Group(
            "who",
            ("study_number", "record_number", "name", "sex", "birth_date", "language"),
            title=_("The person"),
            more=_("Date of birth not known"),
            owns=("birth_year", "age_at_index", "study_number"),
        ),
        Group("why", ("fracture_level", "etiology"), title=_("The fracture")),
    ),
    hidden=frozenset({"origin", "status", "died_on", "literature_id"}),
)

# the same document, for whether the person is followed
FOLLOWING = Layout(
    people.PatientDocument,
    "patient",
    (Group("status", ("status", "died_on"), title=_("Following")),),
    hidden=frozenset(people.PatientDocument.model_fields) - {"id", "status", "died_on"},
    needed=frozenset({"status"}),
)

LAYOUTS: dict[str, Layout] = {
    "visits": VISIT,
    "patients": PATIENT,
    "procedures": Layout(
        surgery.ProcedureDocument,
        "procedure",
        (
            _what(
                "kind",
                "technique",
                "level_from",
                "level_to",
                "laminectomy",
                "durotomy",
                "fixation",
                "cement_removal",
                "surgeon",
                "elsewhere",
                "note",
                more=_("Intent, levels of each step, adhesion, cement, index operation"),
            ),
            _when(),
        ),
    ),
    "complications": Layout(
        surgery.ComplicationDocument,
        "complication",
        (_what("kind", "procedure", "reoperation", "note"), _when()),
    ),
    "imaging": Layout(
        surgery.ImagingDocument,
        "imaging",
        (
            _what(
                "modality",
                "compartment",
                "level_from",
                "level_to",
                "residual_cement",
                "cord_compression",
                "findings",
                "discuss_first",
                more=_("Side of the cement, displacement of the cord"),
            ),
            _when(),
        ),
    ),
    "bone-density": Layout(
        surgery.BoneDensityDocument, "bone_density", (_what("region", "t_score", "note"), _when())
    ),
    "background": Layout(
        surgery.BackgroundDocument,
        "background",
        (
            Group(
                "before",
                ("walking_before", "walking_aid_before", "neurology_before", "recorded_as_of"),
                owns=("walking_before",),
                title=_("Before the injury"),
            ),
            Group(
                "conditions",
                (
                    "hypertension", "diabetes", "asthma", "aspirin_sensitivity",
                    "sulfonamide_allergy", "cancer", "cancer_site", "ischaemic_heart_disease",
                    "peripheral_arterial_disease", "cerebrovascular_disease",
                    "heart_failure_nyha", "coronary_bypass_recent",
                    "peptic_ulcer_or_gi_bleeding", "epilepsy", "liver_disease_child_pugh",
                    "haemodialysis", "cyp2c9_poor_metaboliser", "glaucoma", "myasthenia_gravis",
                    "gastric_retention", "long_qt", "can_sit_upright_60_min",
                    "oesophageal_disease", "other_conditions", "other_allergies", "note",
                ),
                title=_("Conditions and allergies"),
            ),
        ),
    ),
    "milestones": Layout(
        people.MilestoneDocument, "milestone", (_what("event", "note"), _when())
    ),
    "consents": Layout(
        people.ConsentDocument,
        "consent",
        (_what("purpose", "decision", "form_version", "given_by", "note"), _when()),
    ),
    "transfers": Layout(
        people.TransferDocument, "transfer", (_what("to_site", "reason"), _when())
    ),
    "contact-attempts": Layout(
        people.ContactAttemptDocument,
        "contact_attempt",
        (_what("means", "reached", "note"), _when()),
    ),
    "losses": Layout(
        people.LossToFollowUpDocument, "loss", (_what("reason", "note"), _when())
    ),
    "labs": Layout(
        LabDocument,
        "lab",
        (
            _what(
                "analyte",
                "value",
                "unit",
                "interpretation",
                "range.low",
                "range.high",
                "laboratory",
                "discuss_first",
                title=_("Result"),
                more=_("Range or result in words"),
            ),
            Group(
                "when",
                ("specimen_at.date", "specimen_at.time"),
                owns=("specimen_at", "timing"),
                title=_("When"),
                more=_NOT_EXACT,
            ),
        ),
    ),
    "medications": Layout(
        CourseDocument,
        "medication",
        (
            _what(
                "drug",
                "atc",
                "dose",
                "dose_unit",
                "times_per_day",
                "route",
                "indication",
                "note",
                title=_("Drug"),
                more=_("As needed, extended release, most in one day, frequency in words"),
            ),
            Group(
                "when",
                ("start", "stop", "stop_reason"),
                owns=("start", "stop", "stop_reason", "timing"),
                title=_("From when to when"),
                more=_("Dates not known"),
            ),
        ),
    ),
    "doses": Layout(
        DoseDocument, "dose", (_what("dose", "dose_unit", "route", "note"), _when())
    ),
}  # fmt: skip
