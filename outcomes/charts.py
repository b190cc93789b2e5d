"""From a patient's rows to figures; the page and the API draw the same ones."""

from collections.abc import Callable
from dataclasses import asdict, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from outcomes import literature_words, words
from outcomes.figures import bladder, labs, published_cases, recovery, walking_pain
from outcomes.figures.base import (
    DrugCourse,
    Figure,
    Origin,
    Subject,
    Translate,
    extent,
    identity,
    placed,
)
from outcomes.figures.bladder import BladderReading
from outcomes.figures.labs import LabReading
from outcomes.figures.published_cases import PublishedCase
from outcomes.figures.recovery import LegGrade, MotorReading
from outcomes.figures.theme import Size, Theme
from outcomes.figures.walking_pain import WalkingPainReading
from outcomes.models import LabResult, MedicationCourse, Visit
from outcomes.presenters.base import word
from outcomes.presenters.history import course_label
from outcomes.presenters.visits import CATHETERS, dysfunction_type, muscles_words
from outcomes.record import Record, examined, legs_of
from outcomes.reference import DOC_LAYERS, Layer, LiteratureCase, analytes, literature
from outcomes.rules import course, grades
from outcomes.rules import labs as lab_rules
from outcomes.rules.cohort import Layers
from outcomes.rules.recovery import FLAG_TEXTS
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Anchor, Answer, Moment, Span, Status
from outcomes.rules.walking import walks_alone
from patients.models import Patient, User

NAMES = ("recovery", "published", "bladder", "labs", "walking_pain")

SHORT_NAMES = {"esr": "ESR", "crp": "CRP", "hb": "Hb", "alt": "ALT"}
# ATC group of drugs that act on the bladder: urologicals (WHO ATC index, G04).
BLADDER_ATC = "G04"


PAINFUL = ("back", "right_leg", "left_leg")


class Charts:
    """The figures of one patient, as one user may see them; rows are read once."""

    def __init__(
        self,
        patient: Patient,
        user: User,
        *,
        t: Translate = identity,
        record: Record | None = None,
    ) -> None:
        self.patient, self.t = patient, t
        self.record = record or Record(patient, user)

    def figure(self, name: str, *, theme: Theme = "light", size: Size = "wide") -> Figure:
        """One of NAMES; raises KeyError for any other name."""
        look: dict[str, Any] = {"theme": theme, "size": size, "t": self.t}
        return replace(self._makers[name](look), name=name)

    @cached_property
    def _makers(self) -> dict[str, Callable[[dict[str, Any]], Figure]]:
        return {
            "recovery": lambda look: recovery.recovery(self._motor, self.subject, **look),
            "published": lambda look: published_cases.published_cases(
                self._published, in_view=self.patient.literature_id, **look
            ),
            "bladder": lambda look: bladder.bladder(
                self._bladder, self._bladder_drugs, self.subject, **look
            ),
            "labs": lambda look: labs.labs(self._labs, self._drugs, self.subject, **look),
            "walking_pain": lambda look: walking_pain.walking_pain(
                self._walking_pain, self.subject, **look
            ),
        }

    @cached_property
    def subject(self) -> Subject:
        surgery = self.record.surgery
        cement = surgery.cement and self.record.day(surgery.cement.when)
        return Subject(
            origin=Origin(self.patient.origin or Origin.REGISTRY),
            day_zero=Anchor.INDEX_DECOMPRESSION if surgery.operated else Anchor.CEMENT,
            cement=cement if surgery.operated else None,
            citation=citation(self.patient.literature_id),
        )

    @cached_property
    def followed(self) -> course.Followed[Visit]:
        """Which examinations of strength are compared, and what follows."""
        exams = [visit for visit in self.record.visits if examined(visit)]
        return course.follow(exams, anchors=self.record.surgery.anchors, legs=legs_of)

    # ------------------------------------------------------------ readings

    def _at(self, row: Any) -> dict[str, Any]:
        return {"on": self.record.day(row.when), "phase": row.when.phase}

    @cached_property
    def _motor(self) -> list[MotorReading]:
        baseline = self.followed.baseline
        stale = baseline.candidates if baseline and baseline.stale is Answer.YES else ()
        return [
            MotorReading(
                **self._at(visit),
                visit=words.words("visit.kind", visit.kind),
                right=self._leg(visit, "right"),
                left=self._leg(visit, "left"),
                stale_baseline=visit in stale,
                note=self._motor_note(visit),
            )
            for visit in self.record.visits
            if examined(visit)
        ]

    def _motor_note(self, visit: Visit) -> str:
        """Its muscles; of the last examination also what is not confirmed yet."""
        outcome, notes = self.followed.outcome, [muscles_words(visit, self.t)]
        if outcome is not None and visit in self.followed.last.candidates:
            flags = course.UNCONFIRMED.values()
            notes += [self.t(FLAG_TEXTS[flag]) for flag in flags if flag in outcome.flags]
        return " ".join(note for note in notes if note)

    def _leg(self, visit: Visit, side: str) -> LegGrade | None:
        grade = getattr(visit, f"motor_{side}_grade")
        reason = getattr(visit, f"motor_{side}_not_testable")
        if grade is None and reason is None:
            return None
        return LegGrade(grade=grade, not_testable=word("not_testable", reason) if reason else "")

    @cached_property
    def _bladder(self) -> list[BladderReading]:
        return [
            self._bladder_reading(visit)
            for visit in self.record.visits
            if visit.document().keys() & {"bladder"} and visit.bladder_not_done is None
        ]

    def _bladder_reading(self, visit: Visit) -> BladderReading:
        return BladderReading(
            **self._at(visit),
            emptying=visit.bladder_method and word("bladder.method", visit.bladder_method),
            incontinence=visit.bladder_incontinence
            and word("bladder.incontinence", visit.bladder_incontinence),
            pvr_ml=visit.bladder_pvr_ml,
            pvr_method=word("pvr_method", visit.bladder_pvr_method)
            if visit.bladder_pvr_method
            else "",
            pvr_words=self._no_residual(visit),
            drugs=self._drugs_then(self.record.day(visit.when)),
            words=self._dysfunction(visit),
        )

    def _no_residual(self, visit: Visit) -> str:
        if visit.bladder_method not in CATHETERS:
            return ""
        words = [self.t(_("not applicable with a catheter"))]
        if visit.bladder_catheter_volume_max_ml is not None:
            volume = self.t(_("largest catheter volume {volume} mL"))
            words.append(volume.format(volume=visit.bladder_catheter_volume_max_ml))
        return "; ".join(words)

    def _dysfunction(self, visit: Visit) -> str | None:
        """A report of the bladder without a method or a number."""
        if visit.bladder_method or visit.bladder_incontinence or not visit.bladder_dysfunction:
            return None
        t = self.t
        if visit.bladder_dysfunction != "yes":
            answer = word("bladder.dysfunction", visit.bladder_dysfunction)
            return t(_("bladder dysfunction: {answer}")).format(answer=answer)
        return t(_("bladder dysfunction, {type}")).format(type=dysfunction_type(visit, t))

    # ------------------------------------------------------------ drugs

    @cached_property
    def _drugs(self) -> list[DrugCourse]:
        return [self._drug(row) for row in self.record.courses]

    @cached_property
    def _bladder_drugs(self) -> list[DrugCourse]:
        """Drugs that act on the bladder, and those not known to be anything else."""
        return [
            self._drug(row)
            for row in self.record.courses
            if row.atc is None or row.atc.startswith(BLADDER_ATC)
        ]

    def _drug(self, row: MedicationCourse) -> DrugCourse:
        start = self.record.day(row.when)
        return DrugCourse(
            label=course_label(row, self.t),
            start=start if extent(start) else None,
            stop=self.record.day(Moment(date=row.stop)) if row.stop else None,
            ongoing=ongoing(row) and self.patient.status in (None, "active"),
            doses=tuple(d for d in (self.record.day(dose.when) for dose in row.given) if placed(d)),
            phase=row.when.phase,
        )

    def _drugs_then(self, on: Span) -> str:
        """The bladder drugs at that time; one whose dates do not tell is named as perhaps."""
        templates = {
            Answer.YES: "{drug}",
            Answer.CANNOT_TELL: self.t(_("perhaps {drug}: its dates do not tell")),
        }
        said = [
            templates[answer].format(drug=drug.label)
            for drug in self._bladder_drugs
            if (answer := taken(drug, on)) in templates
        ]
        return "; ".join(said) or self.t(_("no bladder drug recorded"))

    # ------------------------------------------------------------ laboratory

    @cached_property
    def _labs(self) -> list[LabReading]:
        order = list(analytes())
        rows = sorted(self.record.labs, key=lambda row: order.index(row.analyte))
        return [self._lab(row) for row in rows]

    def _lab(self, row: LabResult) -> LabReading:
        low, high = (_limit(row, limit) for limit in (row.range_low, row.range_high))
        drawn = (low, high) != (None, None) and not row.range_text
        return LabReading(
            **self._at(row),
            analyte=analyte_label(row.analyte, self.t),
            unit=row.canonical_unit or analytes()[row.analyte].unit,
            value=row.canonical,
            bound=row.comparator[:1],
            text=_result_text(row),
            low=low if drawn else None,
            high=high if drawn else None,
            range_text="" if drawn else _range_as_reported(row),
            interpretation=self._result_words(row),
        )

    def _result_words(self, row: LabResult) -> str:
        flag = word("interpretation", row.interpretation) if row.interpretation else ""
        if row.value is None:
            return row.verbatim or flag
        words = [flag, f"“{row.verbatim}”" if row.verbatim else ""]
        if _converted(row):
            words.append(
                self.t(_("reported as {value} {unit}")).format(value=row.value, unit=row.unit)
            )
        return "; ".join(w for w in words if w)

    # ------------------------------------------------------------ walking, pain, literature

    @cached_property
    def _walking_pain(self) -> list[WalkingPainReading]:
        readings = [self._walking_pain_reading(visit) for visit in self.record.visits]
        return [r for r in readings if r is not None]

    def _walking_pain_reading(self, visit: Visit) -> WalkingPainReading | None:
        seen = {
            "walks_alone": walks_alone(visit.walking_fac, visit.walking_walks_alone),
            "aid": visit.walking_aid and word("walking.aid", visit.walking_aid),
            "fac": visit.walking_fac,
            "back": visit.pain_back,
            "right_leg": visit.pain_right_leg,
            "left_leg": visit.pain_left_leg,
        }
        told = {place: getattr(visit, f"pain_{place}_present") for place in PAINFUL}
        present = {place: said for place, said in told.items() if said is not None}
        if not present and all(value is None for value in seen.values()):
            return None
        return WalkingPainReading(**self._at(visit), **seen, present=present)

    @cached_property
    def _published(self) -> list[PublishedCase]:
        return [published_case(case, self.t) for case in literature()]


def as_json(figure: Figure) -> dict[str, Any]:
    """The figure as plain JSON data: name, title, description, plotly, table, empty."""
    table = {"headers": list(figure.table.headers), "rows": [list(r) for r in figure.table.rows]}
    return asdict(figure) | {"plotly": figure.plotly, "table": table}


def citation(literature_id: str | None) -> str:
    """Author and year of a published case ("Baek 2021"); empty where there is none."""
    return next((f"{c.author} {c.year}" for c in literature() if c.id == literature_id), "")


def analyte_label(code: str, t: Translate) -> str:
    """The short name of an analyte; its full name where it has no usual short one."""
    return SHORT_NAMES.get(code) or t(analytes()[code].name)


def ongoing(row: MedicationCourse) -> bool:
    """Started on a known date, and no stop recorded."""
    return row.start is not None and row.stop is None and row.stop_reason is None


def taken(drug: DrugCourse, on: Span) -> Answer:
    """Whether the drug was taken at that moment; only dates can say so."""
    if drug.start is None or not extent(on):
        return Answer.CANNOT_TELL
    if _latest(on) < _earliest(drug.start) or (drug.stop and _earliest(on) > _latest(drug.stop)):
        return Answer.NO
    ends = drug.ongoing or (drug.stop is not None and _latest(on) <= _earliest(drug.stop))
    return Answer.YES if ends and _earliest(on) >= _latest(drug.start) else Answer.CANNOT_TELL


INFINITE = float("inf")


def _earliest(span: Span) -> float:
    if span.lower is not None:
        return span.lower
    return span.best if span.status is Status.KNOWN and span.best is not None else -INFINITE


def _latest(span: Span) -> float:
    if span.upper is not None:
        return span.upper
    return span.best if span.status is Status.KNOWN and span.best is not None else INFINITE


def _limit(row: LabResult, limit: str | None) -> Decimal | None:
    """A limit of the laboratory's range in the canonical unit; None where that cannot be said."""
    if limit is None or row.unit is None:
        return None
    try:
        return lab_rules.canonical(row.analyte, limit, row.unit).limit
    except lab_rules.LabRefused:
        return None


def _range_as_reported(row: LabResult) -> str:
    if row.range_text:
        return str(row.range_text)
    if row.range_low is None and row.range_high is None:
        return ""
    bounds = f"{row.range_low or ''}–{row.range_high or ''}"
    return f"{bounds} {row.unit}" if row.unit else bounds


def _converted(row: LabResult) -> bool:
    return row.value is not None and Decimal(row.value.lstrip("<>=≤≥ ")) != row.canonical


def _result_text(row: LabResult) -> str:
    if row.canonical is None or not _converted(row):
        return row.value or ""
    return f"{row.comparator}{row.canonical.normalize():f}"


# how the report puts the strength at the end where it gives no grade; a test keeps the two equal
ENDS = (_("Could not walk alone"), _("Minimal improvement"))


def published_case(
    case: LiteratureCase, t: Translate, layers: Layers = DOC_LAYERS
) -> PublishedCase:
    """A case for the figure of all: its grades in these layers, and what it says in words."""

    def grade(side: str, timepoint: str) -> int | None:
        cell = case.cell(f"motor_{side}", timepoint, layers)
        return grades.arithmetic(cell.value) if cell and isinstance(cell.value, str) else None

    name = f"{case.author} {case.year}" if case.author else case.label
    abstract = case.layer is Layer.PRIMARY_ABSTRACT
    return PublishedCase(
        id=case.id,
        label=t(_("{case}, from an abstract")).format(case=name) if abstract else name,
        right_initial=grade("right", "initial"),
        left_initial=grade("left", "initial"),
        right_final=grade("right", "last"),
        left_final=grade("left", "last"),
        laterality_confidence=case.laterality_confidence or "",
        words=_ending_in_words(case, t, layers),
        in_words=frozenset(
            f"{side}_{end}"
            for side in ("right", "left")
            for end, timepoint in (("initial", "initial"), ("final", "last"))
            if (cell := case.cell(f"motor_{side}", timepoint, layers))
            and cell.status is Status.DESCRIPTIVE_ONLY
        ),
    )


def _ending_in_words(case: LiteratureCase, t: Translate, layers: Layers) -> str:
    last = case.cell("motor_right", "last", layers)
    if last is not None:
        return t(last.verbatim) if last.value is None else ""
    direction = case.cell("direction", "last", layers)
    return literature_words.value(direction, t) if direction else ""
