"""Operations, what followed them, imaging, and the patient's background."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from patients.documents.base import (
    LEVELS,
    ClinicalDocument,
    Date,
    Id,
    Level,
    Shape,
    Stated,
    Text,
    Username,
    Words,
    YesNo,
    absent,
    refuse,
)
from patients.text import gettext_noop as _


class _Levels(ClinicalDocument):
    def _ordered(self, upper: str | None, lower: str | None) -> None:
        if upper and lower and LEVELS.index(upper) > LEVELS.index(lower):
            raise refuse("levels", _("Give the levels from the head down, for example T10 to L2."))


class ProcedureDocument(_Levels):
    """An operation or cement procedure; any number per patient."""

    kind: Literal["cement", "decompression", "revision"]
    """cement: the procedure that leaked; decompression: frees the cord or cauda equina."""
    technique: Literal[
        "vertebroplasty", "kyphoplasty", "screw_augmentation", "augmentation_other",
        "laminectomy", "hemilaminectomy", "corpectomy", "other",
    ] = absent()  # fmt: skip
    is_index: bool = absent()
    """True names this the index decompression by hand, with `index_reason`; else a rule chooses."""
    index_reason: Words = absent()
    intended: Literal["decompress_leaked_cement", "other", "not_stated"] = absent()
    """What a decompression was meant to do (the leaked cement, when left out)."""
    level_from: Level = absent()
    level_to: Level = absent()
    fixation_from: Level = absent()
    fixation_to: Level = absent()
    laminectomy: Stated = absent()
    laminectomy_from: Level = absent()
    laminectomy_to: Level = absent()
    durotomy: Stated = absent()
    dural_closure: Stated = absent()
    fixation: Stated = absent()
    cement_removal: Literal["complete", "partial", "no", "not_stated"] = absent()
    adhesion: Literal["none", "mild", "moderate", "severe", "not_stated"] = absent()
    """Adhesion of the cement to cord or roots, as the surgeon described it."""
    cement_side: Literal["left", "right", "bilateral", "midline"] = absent()
    """Side of the intradural cement as found at operation."""
    cement_aspect: Literal["ventral", "dorsal", "circumferential"] = absent()
    elsewhere: bool = absent()
    """Done at another hospital."""
    surgeon: Username = absent()
    """Sign-in name of the surgeon of this site who operated; it opens the record to them."""
    note: Text = absent()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        self._ordered(self.level_from, self.level_to)
        self._ordered(self.fixation_from, self.fixation_to)
        self._ordered(self.laminectomy_from, self.laminectomy_to)
        if self.is_index and self.kind == "cement":
            raise refuse(
                "index", _("The index decompression must be a decompression."), at="is_index"
            )
        if self.surgeon and self.elsewhere:
            raise refuse(
                "surgeon_elsewhere",
                _("A surgeon of this site did not operate elsewhere: leave one of the two out."),
                at="surgeon",
            )
        if self.is_index and not self.index_reason:
            raise refuse(
                "index_reason", _("Say why this is the index decompression."), at="index_reason"
            )
        return self


class ComplicationDocument(ClinicalDocument):
    """A complication, beside the procedure it followed."""

    procedure: Id
    kind: Literal[
        "csf_leak", "haematoma", "surgical_site_infection", "meningitis", "hardware_failure",
        "adjacent_fracture", "dvt_pe", "pneumonia", "urinary_infection", "neurological_decline",
        "death", "other",
    ]  # fmt: skip
    reoperation: Id = absent()
    """The operation it led to, if any."""
    note: Text = absent()


class ImagingDocument(_Levels):
    """What a scan showed, in the reader's words and in the few fields that rules ask for."""

    modality: Literal["radiograph", "ct", "mri", "myelography", "dxa", "other"]
    compartment: Literal["intradural", "epidural", "foraminal", "mixed", "none", "not_stated"] = (
        absent()
    )
    """Where in the canal the cement lies."""
    level_from: Level = absent()
    level_to: Level = absent()
    cement_side: Literal["left", "right", "bilateral", "midline"] = absent()
    cord_compression: Stated = absent()
    cord_displacement: Words = absent()
    """In the reader's words, for example "to the right side"."""
    residual_cement: Stated = absent()
    """Cement left in the canal, on a scan after the operation."""
    discuss_first: bool = absent()
    """Hide from the patient until the clinic shares it (14 days at most)."""
    findings: Text = absent()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        self._ordered(self.level_from, self.level_to)
        return self


TScore = Annotated[float, Field(ge=-8, le=8)]


class BoneDensityDocument(ClinicalDocument):
    """A DXA measurement at one place, as a T-score (standard deviations, signed)."""

    region: Literal["lumbar_total", "femur_neck", "hip_total", "radius", "other"]
    t_score: TScore
    note: Words = absent()


class BackgroundDocument(Shape):
    """What was known of the patient before; every answer may be left out as not recorded."""

    id: Id
    hypertension: YesNo = absent()
    asthma: YesNo = absent()
    aspirin_sensitivity: YesNo = absent()
    """Asthma or other reaction to aspirin or an NSAID."""
    sulfonamide_allergy: YesNo = absent()
    cancer: Literal["none", "active", "cured", "unknown"] = absent()
    cancer_site: Words = absent()
    ischaemic_heart_disease: YesNo = absent()
    peripheral_arterial_disease: YesNo = absent()
    cerebrovascular_disease: YesNo = absent()
    heart_failure_nyha: Literal["none", "I", "II", "III", "IV", "unknown"] = absent()
    coronary_bypass_recent: YesNo = absent()
    peptic_ulcer_or_gi_bleeding: YesNo = absent()
    diabetes: YesNo = absent()
    epilepsy: YesNo = absent()
    liver_disease_child_pugh: Literal["none", "A", "B", "C", "unknown"] = absent()
    haemodialysis: YesNo = absent()
    cyp2c9_poor_metaboliser: YesNo = absent()
    glaucoma: Literal["none", "narrow_angle", "open_angle", "angle_unknown", "unknown"] = absent()
    myasthenia_gravis: YesNo = absent()
    gastric_retention: YesNo = absent()
    long_qt: YesNo = absent()
    can_sit_upright_60_min: YesNo = absent()
    oesophageal_disease: YesNo = absent()
    other_conditions: Text = absent()
    other_allergies: Text = absent()
    walking_before: Literal["independent", "with_aid", "with_help", "unable", "unknown"] = absent()
    """Walking before the injury."""
    walking_aid_before: Literal["none", "cane", "crutches", "walker", "wheelchair", "unknown"] = (
        absent()
    )
    neurology_before: Literal["no_deficit", "deficit", "unknown"] = absent()
    recorded_as_of: Date = absent()
    note: Text = absent()
