"""What the page of a new visit asks, in which order; a test holds it against the shape."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from outcomes.rules.grades import KEY_MUSCLES


@dataclass(frozen=True)
class Line:
    """Questions that share a row: one, or the same of the right and the left leg, right first.

    `shown` are the answers in view where the others unfold. `bedside` is what nobody can examine
    remotely; of `bedside_answers` only these answers.
    """

    names: tuple[str, ...]
    kind: str = "buttons"
    wide: bool = False
    shown: tuple[str, ...] = ()
    bedside: bool = False
    bedside_answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A part of the page; `folded` opens with a tap, `more` unfolds within the part."""

    key: str
    lines: tuple[Line, ...]
    more: tuple[Line, ...] = ()
    more_title: Any = ""
    folded: bool = False

    @property
    def still(self) -> str:
        """What "unchanged" leaves to be examined."""
        return str(STILL.get(self.key, ""))


# never copied, so said beside the button that copies the rest (CLINICAL.md G)
STILL = {
    "sensation": _("Without the saddle area: examine it."),
    "bladder": _("Without the residual: measure it, or say why not."),
    "bowel": _("Without the anal tone: examine it."),
}


def _legs(part: str, what: str, kind: str = "buttons", **more: Any) -> Line:
    names = tuple(f"{part}.{side}{what}" for side in ("right", "left"))
    return Line(names, kind, **more)


def _yes_no(part: str, *names: str) -> tuple[Line, ...]:
    return tuple(Line((f"{part}.{name}",), "yes-no") for name in names)


PLANS = (
    Plan(
        "motor",
        (
            _legs("motor", ".grade", "grades", bedside=True),
            Line(("motor.basis",), wide=True, bedside=True),
        ),
        more=tuple(
            _legs("motor", f".muscles.{muscle}", "muscle", bedside=True) for muscle in KEY_MUSCLES
        ),
        more_title=_("Key muscles L2 to S1"),
    ),
    Plan(
        "sensation",
        (_legs("sensation", "", bedside=True), Line(("sensation.saddle",))),
    ),
    Plan(
        "bladder",
        (
            Line(
                ("bladder.method",),
                wide=True,
                shown=(
                    "normal_voiding",
                    "straining",
                    "intermittent_self",
                    "intermittent_attendant",
                    "indwelling_urethral",
                ),
            ),
            Line(("bladder.incontinence",), shown=("no", "monthly", "weekly", "daily")),
            Line(("bladder.awareness",), shown=("yes", "no")),
            Line(("bladder.pvr_ml",), "number"),
            Line(("bladder.pvr_method",), bedside_answers=("scan",)),
        ),
    ),
    Plan(
        "bowel",
        (
            Line(("bowel.incontinence",), shown=("no", "monthly", "weekly", "daily")),
            Line(("bowel.constipation",)),
            Line(("bowel.anal_tone",), bedside=True),
            Line(("bowel.voluntary_contraction",), bedside=True),
        ),
    ),
    Plan(
        "walking",
        (
            Line(("walking.fac",), "list"),
            Line(("walking.aid",), wide=True),
            Line(("walking.walks_alone",), "yes-no"),
        ),
    ),
    Plan(
        "pain",
        (Line(("pain.back",), "nrs"), _legs("pain", "_leg", "nrs")),
        more=(*_yes_no("pain", "neuropathic"), Line(("pain.period",), wide=True)),
        more_title=_("Kind and period of the pain"),
    ),
    Plan("spasticity", _yes_no("spasticity", "present")),
    Plan(
        "wound",
        _yes_no("wound", "drainage", "clear_leak", "postural_headache", "redness",
                "dehiscence", "meningism", "pseudomeningocele"),
    ),
    Plan(
        "safety",
        (
            *_yes_no("safety", "fall_with_injury", "sudden_pain", "deformity", "calf_swelling",
                     "chest_pain", "breathlessness", "sedation", "delirium", "low_mood",
                     "self_harm_thoughts"),
            Line(("safety.pressure_injury_site",), wide=True),
            Line(("safety.pressure_injury_stage",)),
        ),
        folded=True,
    ),
    Plan(
        "vitals",
        tuple(
            Line((f"vitals.{name}",), "number")
            for name in (
                "temperature_c", "heart_rate", "systolic_lying", "diastolic_lying",
                "systolic_standing", "diastolic_standing", "spo2", "respiratory_rate", "weight_kg",
            )
        ),
        folded=True,
    ),
    Plan(
        "function",
        (Line(("function.caregiver",)), Line(("function.transfers",))),
        folded=True,
    ),
)  # fmt: skip
FRAME = ("date", "time", "kind", "mode", "examiner", "note", "discuss_first")
REASON_OF = {"bladder.pvr_ml": "bladder.pvr_not_done"} | {
    f"motor.{side}.grade": f"motor.{side}.not_testable" for side in ("right", "left")
}
BEDSIDE = tuple(
    name
    for plan in PLANS
    for line in (*plan.lines, *plan.more)
    if line.bedside
    for one in line.names
    for name in (one, REASON_OF.get(one, one))
)
