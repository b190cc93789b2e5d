"""Two courses that the figures are drawn from: the published case C8, and an invented patient."""

from decimal import Decimal

from outcomes.figures.base import DrugCourse, Origin, Subject
from outcomes.figures.bladder import BladderReading
from outcomes.figures.labs import LabReading
from outcomes.figures.published_cases import PublishedCase
from outcomes.figures.recovery import LegGrade, MotorReading
from outcomes.figures.walking_pain import WalkingPainReading
from outcomes.rules.values import Phase, Span, Status


def day(best: float) -> Span:
    return Span(best=best, lower=best, upper=best, status=Status.KNOWN)


def about(best: float, lower: float, upper: float) -> Span:
    return Span(best=best, lower=lower, upper=upper, status=Status.APPROXIMATE)


def between(lower: float, upper: float) -> Span:
    return Span(best=None, lower=lower, upper=upper, status=Status.INTERVAL_CENSORED)


NO_TIME = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)

C8 = Subject(origin=Origin.PUBLISHED, cement=about(-56, -63, -49), citation="Baek 2021")
INVENTED = Subject(origin=Origin.SYNTHETIC, cement=day(-1))


def legs(right: str | None, left: str | None) -> dict[str, LegGrade | None]:
    return {
        "right": LegGrade(grade=right) if right else None,
        "left": LegGrade(grade=left) if left else None,
    }


C8_MOTOR = (
    MotorReading(
        on=about(-35, -42, -28),
        phase=Phase.PRE_OP,
        visit="transfer",
        stale_baseline=True,
        **legs("2", "4"),
    ),
    MotorReading(
        on=about(365, 335, 395), phase=Phase.FOLLOW_UP, visit="last follow-up", **legs("3", "4")
    ),
)

INVENTED_MOTOR = (
    MotorReading(on=day(-0.3), phase=Phase.PRE_OP, visit="pre-op", **legs("1", "2")),
    MotorReading(on=day(1), phase=Phase.POST_OP, visit="day 1", **legs("1", "2")),
    MotorReading(on=day(14), visit="2 weeks", **legs("2", "3")),
    MotorReading(
        on=day(44),
        visit="6 weeks",
        left=LegGrade(grade="4-"),
        right=LegGrade(grade=None, not_testable="in a brace"),
    ),
    MotorReading(on=day(92), visit="3 months", **legs("3", "4")),
    MotorReading(on=between(120, 150), visit="local clinic", **legs("3", "4")),
    MotorReading(on=day(185), visit="6 months", **legs("4-", "4+")),
    MotorReading(on=day(362), visit="12 months", **legs("4", "5")),
    MotorReading(on=NO_TIME, phase=Phase.POST_OP, visit="letter", **legs("2", "2")),
    MotorReading(on=NO_TIME, phase=Phase.DISCHARGE, visit="letter", **legs(None, "3")),
)


def case(id_: str, label: str, grades: tuple, confidence: str, words: str = "") -> PublishedCase:
    right_initial, left_initial, right_final, left_final = grades
    return PublishedCase(
        id=id_,
        label=label,
        right_initial=right_initial,
        left_initial=left_initial,
        right_final=right_final,
        left_final=left_final,
        laterality_confidence=confidence,
        words=words,
    )


COHORT = (
    case("C1", "Shapiro 2003", (2, 5, 5, 5), "low"),
    case("C2", "Teng 2006", (None, None, None, None), "high", "Could not walk alone"),
    case("C3", "Chen 2006", (2, 2, 2, 2), "high"),
    case("C4", "Sabuncuoğlu 2008", (1, 5, 4, 5), "low"),
    case("C5", "Kulkarni 2013", (1, 2, 3, 4), "medium"),
    case("C6", "Lin 2015", (3, 5, 4, 5), "low"),
    case("C7", "Grelat 2018", (2, 5, None, None), "low", "Minimal improvement"),
    case("C8", "Baek 2021", (2, 4, 3, 4), "high"),
)


SOLIFENACIN = DrugCourse(label="solifenacin")
C8_BLADDER = (
    BladderReading(on=NO_TIME, words="bladder dysfunction, type not reported", drugs="solifenacin"),
)
C8_DRUGS = (
    DrugCourse(label="celecoxib"),
    DrugCourse(label="tramadol"),
    DrugCourse(label="ibandronic acid", doses=(about(182, 168, 196),)),
)
C8_WALKING = (
    WalkingPainReading(
        on=about(365, 335, 395), phase=Phase.FOLLOW_UP, walks_alone=False, fac_lower=0, fac_upper=3
    ),
)

RANGES = {
    "ESR": ("mm/hr", "0", "20"),
    "CRP": ("mg/L", "0.1", "5.0"),
    "Hb": ("g/dL", "12.0", "16.0"),
    "ALT": ("IU/L", "5", "40"),
}


def lab(analyte: str, value: str | None, on: Span = NO_TIME, **more: object) -> LabReading:
    unit, low, high = RANGES[analyte]
    return LabReading(
        analyte=analyte,
        unit=unit,
        on=on,
        value=Decimal(value) if value else None,
        low=Decimal(low),
        high=Decimal(high),
        **more,
    )


C8_LABS = tuple(
    lab(analyte, value, phase=phase, interpretation=words)
    for analyte, before, after in (
        ("ESR", "27", "63"),
        ("CRP", "1.84", "49.67"),
        ("Hb", "11.0", "9.4"),
        ("ALT", "43", "225"),
    )
    for value, phase, words in (
        (before, Phase.PRE_OP, ""),
        (after, Phase.POST_OP, ""),
        (None, Phase.DISCHARGE, "within normal limits"),
    )
)

INVENTED_LABS = (
    *(
        lab("ESR", v, day(d))
        for d, v in ((-1, "18"), (1, "35"), (5, "78"), (14, "60"), (44, "31"), (92, "15"))
    ),
    *(lab("CRP", v, day(d)) for d, v in ((-1, "3.1"), (3, "92.4"), (7, "38"), (14, "9.2"))),
    lab("CRP", "0.5", day(92), bound="<"),
    lab("CRP", "12.7", phase=Phase.DISCHARGE),
    *(lab("Hb", v, day(d)) for d, v in ((-1, "12.4"), (1, "9.8"), (14, "10.6"), (92, "12.9"))),
    lab("ALT", "31", day(-1)),
    lab("ALT", None, day(92), interpretation="within normal limits"),
)
INVENTED_DRUGS = (
    DrugCourse(label="celecoxib 200 mg daily", start=day(2), stop=between(40, 60)),
    DrugCourse(label="solifenacin 5 mg daily", start=about(20, 14, 28), ongoing=True),
    DrugCourse(label="pregabalin", start=day(30)),
    DrugCourse(label="ibandronic acid 3 mg", doses=(day(95), day(187), between(270, 290))),
    DrugCourse(label="tramadol", phase=Phase.POST_OP),
)
INVENTED_BLADDER = (
    BladderReading(on=day(-0.3), emptying="normal voiding", incontinence="none", pvr_ml=20),
    BladderReading(on=day(2), emptying="indwelling catheter", pvr_words="not applicable"),
    BladderReading(
        on=day(14),
        emptying="intermittent catheter",
        incontinence="weekly",
        pvr_ml=340,
        pvr_method="scan",
    ),
    BladderReading(
        on=day(44),
        emptying="normal voiding",
        incontinence="weekly",
        pvr_ml=180,
        pvr_method="scan",
        drugs="solifenacin 5 mg daily",
    ),
    BladderReading(on=between(80, 100), emptying="normal voiding", incontinence="none"),
    BladderReading(
        on=day(185), emptying="normal voiding", incontinence="none", pvr_ml=60, pvr_method="scan"
    ),
    BladderReading(on=NO_TIME, phase=Phase.POST_OP, emptying="indwelling catheter", pvr_ml=0),
)
INVENTED_WALKING = (
    WalkingPainReading(
        on=day(-0.3),
        phase=Phase.PRE_OP,
        walks_alone=False,
        aid="none used",
        fac=0,
        back=9,
        right_leg=8,
        left_leg=6,
    ),
    WalkingPainReading(on=day(1), back=6, right_leg=5, left_leg=3),
    WalkingPainReading(
        on=day(14), walks_alone=False, aid="walker", fac=1, back=5, right_leg=4, left_leg=2
    ),
    WalkingPainReading(on=day(44), aid="walker", fac=2, back=4, right_leg=4, left_leg=1),
    WalkingPainReading(on=day(92), walks_alone=False, aid="walker", fac=3, back=3, right_leg=2),
    WalkingPainReading(
        on=day(185), walks_alone=True, aid="cane", fac=4, back=2, right_leg=2, left_leg=0
    ),
    WalkingPainReading(
        on=day(362), walks_alone=True, aid="cane", fac=5, back=2, right_leg=1, left_leg=0
    ),
    WalkingPainReading(on=NO_TIME, phase=Phase.DISCHARGE, walks_alone=False, back=5),
)
