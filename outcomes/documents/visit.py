"""A visit: one document, its parts examined, not done (with a reason) or not recorded.

Sources of the scales: CLINICAL reference B (MRC, ISNCSCI key muscles), C (International SCI Lower
Urinary Tract and Bowel basic data sets, concepts in our own wording), D (FAC, WISCI II, NRS).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from patients.documents.base import (
    ClinicalDocument,
    NotDone,
    NotTestable,
    Part,
    Shape,
    Text,
    Words,
    YesNo,
    absent,
    refuse,
)
from patients.text import gettext_noop as _

Kind = Literal[
    "pre_op", "post_op", "discharge", "2wk", "6wk", "3mo", "6mo", "12mo", "24mo", "yearly",
    "unscheduled",
]  # fmt: skip
Grade = Literal["0", "1", "2", "3", "4-", "4", "4+", "5"]
Basis = Literal["weakest_key_muscle", "gestalt", "unspecified"]
Sensation = Literal["normal", "reduced", "absent", "not_tested"]
Frequency = Literal["no", "monthly", "weekly", "daily", "not_applicable", "unknown"]
Nrs = Annotated[int, Field(ge=0, le=10)]
Millilitres = Annotated[int, Field(ge=0, le=3000)]
Tested = Literal["yes", "no", "not_tested"]


def _said(value: bool) -> bool:
    if not value:
        raise refuse("unchanged", _("Leave this out where the part was not found unchanged."))
    return value


Unchanged = Annotated[
    bool, AfterValidator(_said), WithJsonSchema({"type": "boolean", "const": True})
]


class Repeatable(Part):
    """A part that can be entered as examined and found unchanged (CLINICAL reference G)."""

    unchanged: Unchanged = absent()
    """true: examined at this visit and found as at the last examination of the part; left out where
    the values are entered. The server copies what may be copied and keeps that it was entered in
    this way. Values sent with it must be the last ones. Refused where nothing may be copied: while
    an alert is open, at the first examination after an operation, remotely where the part cannot be
    examined. Saddle, anal and measured values are never copied."""


class MuscleNotTestable(Shape):
    """A key muscle that could not be graded, with the reason; never 0."""

    not_testable: NotTestable


def _muscle_tag(value: Any) -> str:
    return "~reason" if isinstance(value, dict | MuscleNotTestable) else "~grade"


Muscle = Annotated[
    Annotated[Annotated[int, Field(ge=0, le=5)], Tag("~grade")]
    | Annotated[MuscleNotTestable, Tag("~reason")],
    Discriminator(_muscle_tag),
]


class Muscles(Shape):
    """ISNCSCI leg key muscles, whole grades 0-5 (no plus or minus), or why not testable."""

    L2: Muscle = absent()
    """Hip flexors."""
    L3: Muscle = absent()
    """Knee extensors."""
    L4: Muscle = absent()
    """Ankle dorsiflexors."""
    L5: Muscle = absent()
    """Long toe extensors."""
    S1: Muscle = absent()
    """Ankle plantar flexors."""


class Leg(Shape):
    """One leg: its MRC grade, its key muscles, or why it could not be tested."""

    grade: Grade = absent()
    """MRC grade of the leg as one: 0 no contraction, 1 a flicker, 2 movement without gravity,
    3 against gravity, 4- against slight, 4 against moderate, 4+ against strong resistance,
    5 normal strength. Text, because 4-, 4 and 4+ are kept."""
    muscles: Muscles = absent()
    not_testable: NotTestable = absent()

    @model_validator(mode="after")
    def _grade_or_reason(self) -> Self:
        if "not_testable" in self.model_fields_set and len(self.model_fields_set) > 1:
            raise refuse(
                "not_testable_with_grade",
                _("Give either grades or the reason why the leg was not testable, not both."),
            )
        return self


class Motor(Repeatable):
    """MRC grade per leg. Key muscles are kept apart; neither is computed from the other."""

    basis: Basis = absent()
    """What the leg grade stands on; `unspecified` when left out."""
    right: Leg = absent()
    left: Leg = absent()


class SensationPart(Repeatable):
    """Sensation per leg and around the seat."""

    right: Sensation = absent()
    left: Sensation = absent()
    saddle: Sensation = absent()


EmptyingMethod = Literal[
    "normal_voiding", "reflex_voluntary", "reflex_involuntary", "straining", "expression",
    "intermittent_self", "intermittent_attendant", "indwelling_urethral", "indwelling_suprapubic",
    "sacral_stimulation", "diversion", "other", "unknown",
]  # fmt: skip


class Bladder(Repeatable):
    """Lower urinary tract."""

    dysfunction: YesNo = absent()
    """Neurogenic bladder dysfunction reported, whatever its type."""
    dysfunction_type: Literal[
        "retention", "overactive", "mixed", "incontinence_only", "unknown"
    ] = absent()
    method: EmptyingMethod = absent()
    """Main way of emptying."""
    method_supplementary: EmptyingMethod = absent()
    awareness: Literal["yes", "no", "not_applicable", "unknown"] = absent()
    """Awareness of the need to empty."""
    incontinence: Frequency = absent()
    """Urinary incontinence."""
    pvr_ml: Millilitres = absent()
    """Post-void residual in mL."""
    pvr_method: Literal["scan", "catheter", "unknown"] = absent()
    pvr_not_done: NotDone = absent()
    """Why the residual was not measured; then no residual may be given."""
    pvr_minutes_after_void: Annotated[int, Field(ge=0, le=240)] = absent()
    catheter_volume_max_ml: Millilitres = absent()
    """Largest single catheter volume reported, in mL."""
    catheter_volumes_over_500_ml: Annotated[int, Field(ge=0, le=100)] = absent()
    """How many catheter volumes exceeded 500 mL in the last seven days."""
    voluntary_emptyings_per_day: Annotated[int, Field(ge=0, le=50)] = absent()
    trial_without_catheter: Literal["passed", "failed", "not_tried"] = absent()
    reliably_catheterised: YesNo = absent()
    retention_plan: Words = absent()
    """The named plan for a known retention."""
    urinary_infection: Literal["no", "without_fever", "with_fever"] = absent()
    collecting_appliance: Literal["none", "condom", "pad", "ostomy_bag", "other"] = absent()
    unrelated_impairment: YesNo = absent()
    """Urinary impairment unrelated to the lesion."""
    description: Text = absent()

    @model_validator(mode="after")
    def _residual_or_reason(self) -> Self:
        if "pvr_not_done" in self.model_fields_set and "pvr_ml" in self.model_fields_set:
            raise refuse(
                "not_done_with_findings",
                _("Give either the residual or the reason why it was not measured, not both."),
                at="pvr_not_done",
            )
        return self


class Bowel(Repeatable):
    """Bowel and anal sphincter; tone is kept apart from voluntary contraction."""

    incontinence: Frequency = absent()
    constipation: YesNo = absent()
    ileus: YesNo = absent()
    frequency: Literal["daily", "weekly", "monthly", "rarer", "never", "unknown"] = absent()
    anal_tone: Literal["preserved", "decreased", "absent", "not_tested"] = absent()
    voluntary_contraction: Tested = absent()
    """Voluntary anal contraction."""
    deep_anal_pressure: Tested = absent()
    description: Text = absent()


class Walking(Repeatable):
    """Walking; "walks alone" is stated or follows FAC, never leg grades."""

    walks_alone: bool = absent()
    fac: Annotated[int, Field(ge=0, le=5)] = absent()
    """Functional Ambulation Category, 0-5 numbering (Holden), chosen by its description."""
    aid: Literal["none", "cane", "crutches", "walker", "parallel_bars", "wheelchair", "other"] = (
        absent()
    )
    braces: bool = absent()
    wisci: Annotated[int, Field(ge=0, le=20)] = absent()
    """WISCI II level."""
    description: Text = absent()


class Pain(Repeatable):
    """Pain on the 0-10 numeric rating scale, back and legs apart."""

    back: Nrs = absent()
    right_leg: Nrs = absent()
    left_leg: Nrs = absent()
    period: Literal["now", "average_24h", "worst_24h"] = absent()
    neuropathic: bool = absent()
    back_present: bool = absent()
    """Back pain said to be present, where no number was given."""
    right_leg_present: bool = absent()
    left_leg_present: bool = absent()
    description: Text = absent()


class Spasticity(Repeatable):
    present: bool = absent()


class Vitals(Part):
    temperature_c: Annotated[float, Field(ge=25, le=45)] = absent()
    """Body temperature in degrees Celsius."""
    systolic_lying: Annotated[int, Field(ge=40, le=300)] = absent()
    """mmHg."""
    diastolic_lying: Annotated[int, Field(ge=20, le=200)] = absent()
    systolic_standing: Annotated[int, Field(ge=40, le=300)] = absent()
    diastolic_standing: Annotated[int, Field(ge=20, le=200)] = absent()
    heart_rate: Annotated[int, Field(ge=20, le=300)] = absent()
    """Beats a minute."""
    respiratory_rate: Annotated[int, Field(ge=3, le=80)] = absent()
    """Breaths a minute."""
    spo2: Annotated[int, Field(ge=30, le=100)] = absent()
    """Oxygen saturation in percent."""
    weight_kg: Annotated[float, Field(ge=20, le=350)] = absent()
    height_cm: Annotated[float, Field(ge=100, le=230)] = absent()

    @model_validator(mode="after")
    def _pressures(self) -> Self:
        for systolic, diastolic in (
            (self.systolic_lying, self.diastolic_lying),
            (self.systolic_standing, self.diastolic_standing),
        ):
            if systolic is not None and diastolic is not None and diastolic >= systolic:
                raise refuse(
                    "pressure",
                    _("Diastolic pressure must be below systolic: check the two."),
                    at="diastolic_lying"
                    if diastolic is self.diastolic_lying
                    else "diastolic_standing",
                )
        return self


class Wound(Repeatable):
    """Wound, and signs of a cerebrospinal fluid leak or infection."""

    drainage: bool = absent()
    clear_leak: bool = absent()
    redness: bool = absent()
    dehiscence: bool = absent()
    postural_headache: bool = absent()
    """Headache on sitting up."""
    meningism: bool = absent()
    pseudomeningocele: bool = absent()


class Function(Repeatable):
    caregiver: Literal["none", "some_hours", "whole_day"] = absent()
    """Help needed from another person."""
    transfers: Literal["independent", "supervision", "one_person", "two_persons", "hoist"] = (
        absent()
    )
    sexual_function: Literal["unchanged", "reduced", "absent", "prefers_not_to_say"] = absent()


class Safety(Part):
    """Events and warning signs asked for at each visit."""

    fall_with_injury: bool = absent()
    sudden_pain: bool = absent()
    """Sudden new back pain."""
    deformity: bool = absent()
    """New deformity of the spine."""
    calf_swelling: bool = absent()
    chest_pain: bool = absent()
    breathlessness: bool = absent()
    sedation: bool = absent()
    delirium: bool = absent()
    low_mood: bool = absent()
    self_harm_thoughts: bool = absent()
    pressure_injury_site: Literal["none", "sacrum", "ischium", "trochanter", "heel", "other"] = (
        absent()
    )
    pressure_injury_stage: Annotated[int, Field(ge=1, le=4)] = absent()


class Ais(Part):
    """ASIA Impairment Scale as examined, sacral segments included; never computed from grades."""

    grade: Literal["A", "B", "C", "D", "E"] = absent()
    lesion: Literal["cord", "conus", "cauda_equina", "unknown"] = absent()
    """AIS is not validated for cauda equina lesions; say which it is."""


PARTS = (
    "motor", "sensation", "bladder", "bowel", "walking", "pain", "spasticity", "vitals", "wound",
    "function", "safety", "ais",
)  # fmt: skip


class VisitDocument(ClinicalDocument):
    """One examination of a patient. A part left out was not recorded."""

    kind: Kind
    mode: Literal["in_person", "remote"] = absent()
    """Left out where it is not known; a remote visit carries no grade."""
    examiner: Words = absent()
    """Who examined, where that is not the person who records it."""
    motor: Motor = absent()
    sensation: SensationPart = absent()
    bladder: Bladder = absent()
    bowel: Bowel = absent()
    walking: Walking = absent()
    pain: Pain = absent()
    spasticity: Spasticity = absent()
    vitals: Vitals = absent()
    wound: Wound = absent()
    function: Function = absent()
    safety: Safety = absent()
    ais: Ais = absent()
    discuss_first: bool = absent()
    """Hide from the patient until the clinic shares it (14 days at most)."""
    note: Text = absent()

    @model_validator(mode="after")
    def _remote_has_no_grade(self) -> Self:
        if self.mode == "remote" and self.motor is not None and self.motor.not_done is None:
            raise refuse(
                "remote_grade",
                _("A grade cannot be examined remotely: leave motor out or give not_done."),
                at="motor",
            )
        return self
