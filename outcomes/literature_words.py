"""Words for the vocabulary of the published cases: fields, codes, times, layers and statuses.

Labels of fields stand in literature_fields.csv, topics of conflicts in claims.csv; `MARKED` and
`TOPICS` mark them for translation, and a test keeps them equal, and `CODES` complete. What a
source or a note says is shown as it stands.
"""

from collections.abc import Mapping

from outcomes.figures.base import Translate, number
from outcomes.reference import Cell, Layer, literature_fields
from outcomes.reference.records import Kind, LiteratureField
from outcomes.rules.literature import span_of
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Span, Status

NOT_REPORTED = _("not reported")
LAYERS: Mapping[Layer, str] = {
    Layer.DOC_TABLE: _("case report, table"),
    Layer.DOC_TEXT: _("case report, text"),
    Layer.PRIMARY_ABSTRACT: _("abstract of the original"),
}
STATUS: Mapping[Status, str] = {
    Status.KNOWN: _("stated"),
    Status.APPROXIMATE: _("approximate"),
    Status.INTERVAL_CENSORED: _("bounds only"),
    Status.DESCRIPTIVE_ONLY: _("in words only"),
    Status.NOT_REPORTED: NOT_REPORTED,
    Status.NOT_APPLICABLE: _("not applicable"),
    Status.CONFLICT: _("sources contradict each other"),
}
TIMES: Mapping[str, str] = {
    "": "",
    "unspecified": _("time not stated"),
    "before_cement": _("before the cement"),
    "after_cement": _("after the cement"),
    "presentation": _("at presentation"),
    "initial": _("first"),
    "pre_op": _("before the operation"),
    "post_op": _("after the operation"),
    "discharge": _("at discharge"),
    "follow_up": _("at follow-up"),
    "two_years": _("at two years"),
    "last": _("last"),
}
# names of drugs are no words to translate
DRUGS = ("celecoxib", "tramadol", "solifenacin", "ibandronic acid")
CODES: Mapping[str, str] = {
    **{drug: drug for drug in DRUGS},
    "N": _("within normal limits"),
    "absent": _("absent"),
    "asthma": _("asthma"),
    "augmentation_other": _("another augmentation"),
    "breast_cancer_cured": _("breast cancer, cured"),
    "cane": _("cane"),
    "cement_removal": _("removal of cement"),
    "constipation": _("constipation"),
    "corpectomy": _("corpectomy"),
    "decreased": _("decreased"),
    "durotomy": _("durotomy"),
    "durotomy_closure": _("closure of the durotomy"),
    "dysfunction_type_unknown": _("dysfunction, type not known"),
    "epidural": _("epidural"),
    "extradural": _("extradural"),
    "female": _("female"),
    "hemilaminectomy": _("hemilaminectomy"),
    "hypertension": _("hypertension"),
    "hypointense_t1_t2": _("hypointense on T1 and T2"),
    "ileus": _("ileus"),
    "improved": _("improved"),
    "intradural": _("intradural"),
    "kyphoplasty": _("kyphoplasty"),
    "laminectomy": _("laminectomy"),
    "left_ventral": _("left ventral"),
    "leg_numbness": _("numb legs"),
    "leg_pain": _("leg pain"),
    "leg_weakness": _("weak legs"),
    "male": _("male"),
    "mild": _("mild"),
    "moderate": _("moderate"),
    "none": _("none"),
    "normal": _("normal"),
    "ovcf": _("osteoporotic fracture"),
    "pathologic_fracture_malignant_tumor": _("pathologic fracture, malignant tumour"),
    "pathologic_fracture_multiple_myeloma": _("pathologic fracture, multiple myeloma"),
    "pmma": "PMMA",
    "posterior_fixation": _("posterior fixation"),
    "posterolateral_fusion": _("posterolateral fusion"),
    "preserved": _("preserved"),
    "reduced": _("reduced"),
    "refused_old_age": _("refused, for old age"),
    "regained": _("regained"),
    "resolved": _("resolved"),
    "screw_augmentation": _("augmentation of screws"),
    "severe": _("severe"),
    "unchanged": _("unchanged"),
    "urinary_incontinence": _("urinary incontinence"),
    "vertebroplasty": _("vertebroplasty"),
    "with_support": _("with support"),
    "worse": _("worse"),
}
UNITS: Mapping[str, str] = {"a": _("years old"), "mo": _("months"), "{T-score}": ""}
TWO_DAYS, DAY = 48, 24


def label(field: str, t: Translate) -> str:
    """What a field of literature_fields.csv is called."""
    return t(_field(field).label)


def _field(name: str) -> LiteratureField:
    return next(one for one in literature_fields() if one.field == name)


def value(cell: Cell, t: Translate) -> str:
    """The value with unit and bounds; where there is none, the status in words."""
    if cell.field == "interval_hours":
        return hours(span_of(cell), t)
    if cell.value is None and cell.lower is None and cell.upper is None:
        return t(STATUS[cell.status])
    if isinstance(cell.value, bool):
        return t(_("yes")) if cell.value else t(_("no"))
    if isinstance(cell.value, tuple):
        return ", ".join(code(one, t) for one in cell.value)
    if isinstance(cell.value, str):
        return code(cell.value, t)
    return _number(cell, t)


def quoted(cell: Cell) -> bool:
    """Whether the value is free text of the source, and no word of this product."""
    return cell.value is not None and _field(cell.field).kind is Kind.TEXT


def code(one: str, t: Translate) -> str:
    return t(CODES[one]) if one in CODES else one


def _number(cell: Cell, t: Translate) -> str:
    unit = t(UNITS.get(cell.unit, cell.unit)) if cell.unit else ""
    return span(span_of(cell), unit, t)


def span(one: Span, unit: str, t: Translate) -> str:
    """A number with its unit and bounds, never what lies between: "about 56 d (49–63)"."""
    between = bounds(one.lower, one.upper, unit, t)
    if one.best is None:
        return between
    told = f"{number(one.best)} {unit}".rstrip()
    if one.status is Status.APPROXIMATE:
        told = t(_("about {number}")).format(number=told)
    return f"{told} ({between})" if between else told


def bounds(lower: float | None, upper: float | None, unit: str, t: Translate) -> str:
    """Both bounds, or the one there is; empty where there is none."""
    low, high = (None if n is None else f"{number(n)} {unit}".rstrip() for n in (lower, upper))
    if lower is not None and high is not None:
        return f"{number(lower)}–{high}"
    if low is not None:
        return t(_("{number} or more")).format(number=low)
    return "" if high is None else t(_("{number} or less")).format(number=high)


def hours(one: Span, t: Translate) -> str:
    """A time between two events, in days from 48 hours on; the status where there is none."""
    ends = [n for n in (one.best, one.lower, one.upper) if n is not None]
    if not ends:
        return t(STATUS[one.status])
    unit, size = ("h", 1) if max(ends) < TWO_DAYS else ("d", DAY)
    best, lower, upper = (None if n is None else n / size for n in (one.best, one.lower, one.upper))
    return span(Span(best=best, lower=lower, upper=upper, status=one.status), unit, t)


TOPICS = (
    _("Numbers of the citations"),
    _("Sides of the grades written x/5"),
    _("How many improved after surgery"),
    _("Time from cement to surgery"),
    _("What the eight weeks until discharge count from"),
    _("Timing, last grade and residual cement"),
    _("Who had a laminectomy and a durotomy"),
    _("Which operations there were, and when"),
    _("When bladder and bowel were found so"),
    _("How long people were followed"),
    _("Paraplegia or paraparesis"),
    _("Which way the cord is displaced"),
    _("How the bladder dysfunction is known"),
    _("What the procedure with cement was"),
    _("Whether there are only seven cases"),
    _("How old the grades before the operation are"),
    _("Sides of cement, weakness and numbness"),
    _("Which of three patients the table means"),
)
MARKED = (
    _("Author and year as cited"),
    _("Age"),
    _("Sex"),
    _("Fracture level"),
    _("Type of disease"),
    _("Operated"),
    _("Operation"),
    _("Laminectomy"),
    _("Durotomy"),
    _("Fixation"),
    _("Cement removal"),
    _("Cement to decompression"),
    _("Muscle power, right leg"),
    _("Muscle power, left leg"),
    _("Walks alone"),
    _("Bladder"),
    _("Bowel"),
    _("Anal tone"),
    _("Length of follow-up"),
    _("Cement procedure"),
    _("Cement"),
    _("Stage of a staged operation"),
    _("Levels of the laminectomy"),
    _("Levels of the durotomy"),
    _("Levels of the fixation"),
    _("Levels of the fusion"),
    _("Levels of the corpectomy"),
    _("Durotomy closed"),
    _("Construct of the fixation"),
    _("How the cement was removed"),
    _("Residual cement"),
    _("Adhesion between cord and cement"),
    _("Why no operation"),
    _("Direction of change, in words"),
    _("Neurological deficit"),
    _("Walking aid"),
    _("Walking"),
    _("Able to ambulate"),
    _("Symptoms"),
    _("Course of the back pain"),
    _("Course of the pain"),
    _("Deficit in words"),
    _("Sensation, right leg"),
    _("Sensation, left leg"),
    _("Complication"),
    _("Findings of the whole series"),
    _("Presentation in words"),
    _("Comorbidities"),
    _("T-score, total lumbar"),
    _("T-score, femur neck"),
    _("Days from cement to transfer"),
    _("Days from cement to presentation"),
    _("Days to discharge, start not stated"),
    _("Levels of the leaked cement"),
    _("Compartment of the cement"),
    _("Side of the cement"),
    _("Path of the needle"),
    _("Displacement of the cord"),
    _("Signal on MRI"),
    _("Drug"),
    _("Months from operation to the drug"),
    _("ESR"),
    _("CRP"),
    _("Haemoglobin"),
    _("ALT"),
    _("ESR, range of the report"),
    _("CRP, range of the report"),
    _("Haemoglobin, range of the report"),
    _("ALT, range of the report"),
    _("Interpretation of all laboratory values"),
)
