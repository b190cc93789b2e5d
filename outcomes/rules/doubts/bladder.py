"""A residual or a catheter volume at odds with how the bladder is emptied.

Sources: CLINICAL.md C (measure right after voiding, a delay overestimates), G (intermittent
catheter: not applicable; indwelling: cannot check) and J (method missing is judged as voiding).
"""

from collections.abc import Iterator

from outcomes.rules.doubts.base import Doubt
from outcomes.rules.facts import Fact
from outcomes.rules.text import gettext_noop as _

INDWELLING = frozenset({"indwelling_urethral", "indwelling_suprapubic"})
INTERMITTENT = frozenset({"intermittent_self", "intermittent_attendant"})
# no urine passes the urethra by voiding, so nothing is left after it
NO_VOIDING = INDWELLING | {"diversion"}
NOT_SAID = frozenset({None, "unknown", "other"})
# CLINICAL.md C [32]: a delay of ten minutes can overestimate
LATE_MINUTES = 10
LARGE_ML = 500

VOIDS_NOT = _("A residual needs voiding, but the bladder is emptied by catheter or diversion: "
              "check the way of emptying, or whether the catheter was out.")  # fmt: skip
CATHETERISED = _(
    "With intermittent catheterisation there is no residual: is this the catheter volume? Name "
    "voiding as a further way of emptying if it was measured after voiding."
)
NO_RESIDUAL = _("How the residual was measured is given, but not the residual: give it in mL.")
NO_MINUTES = _("Measured by catheter: give the minutes after voiding, a delay overestimates.")
LATE = _("Measured {minutes} minutes after voiding: a delay overestimates, measure again.")
NO_CATHETER = _("A catheter volume, but no catheter among the ways of emptying: check both.")
TRIAL_PASSED = _("The trial without catheter was passed, but a catheter is in: check both.")
TRIAL_FAILED = _("The trial without catheter failed, but no catheter is named: check both.")
EMPTIES = _("Voluntary emptying with an indwelling catheter: check both.")
OVER = _("{count} volumes over 500 mL, but the largest is {largest} mL: check both.")
NONE_OVER = _("The largest volume is {largest} mL, but none over 500 mL is counted: check both.")


def at_odds(now: Fact) -> Iterator[Doubt]:
    """Every contradiction within one bladder part; what was not recorded contradicts nothing."""
    yield from _residual(now)
    yield from _measuring(now)
    yield from _catheter(now)
    yield from _volumes(now)


def _methods(now: Fact) -> set[str | None]:
    return {now.get("bladder_method"), now.get("bladder_method_supplementary")}


def voids(now: Fact) -> bool:
    """Whether some way of emptying is voiding: reflex and straining too (CLINICAL.md J)."""
    return bool(_methods(now) - NO_VOIDING - INTERMITTENT - NOT_SAID)


def _residual(now: Fact) -> Iterator[Doubt]:
    if now.get("bladder_pvr_ml") is None or voids(now):
        return
    methods = _methods(now)
    if methods & NO_VOIDING:
        yield _at("pvr_ml", "pvr_with_catheter", VOIDS_NOT)
    elif methods & INTERMITTENT:
        yield _at("pvr_ml", "pvr_with_intermittent", CATHETERISED)


def _measuring(now: Fact) -> Iterator[Doubt]:
    minutes, how = now.get("bladder_pvr_minutes_after_void"), now.get("bladder_pvr_method")
    if now.get("bladder_pvr_ml") is None:
        if minutes is not None or how is not None:
            yield _at("pvr_ml", "pvr_missing", NO_RESIDUAL)
        return
    if how == "catheter" and minutes is None:
        yield _at("pvr_minutes_after_void", "pvr_minutes_missing", NO_MINUTES)
    if minutes is not None and minutes >= LATE_MINUTES:
        yield _at("pvr_minutes_after_void", "pvr_late", LATE, minutes=minutes)


def _catheter(now: Fact) -> Iterator[Doubt]:
    methods = _methods(now)
    by_catheter = methods & (INDWELLING | INTERMITTENT)
    said, trial = methods - NOT_SAID, now.get("bladder_trial_without_catheter")
    if trial == "passed" and methods & INDWELLING:
        yield _at("trial_without_catheter", "trial_with_catheter", TRIAL_PASSED)
    if trial == "failed" and said and not by_catheter:
        yield _at("trial_without_catheter", "trial_without_catheter", TRIAL_FAILED)
    if now.get("bladder_voluntary_emptyings_per_day") and now.get("bladder_method") in INDWELLING:
        yield _at("voluntary_emptyings_per_day", "emptying_with_catheter", EMPTIES)


def _volumes(now: Fact) -> Iterator[Doubt]:
    largest = now.get("bladder_catheter_volume_max_ml")
    count = now.get("bladder_catheter_volumes_over_500_ml")
    said = _methods(now) - NOT_SAID
    given = largest is not None or count
    if given and said and not said & (INDWELLING | INTERMITTENT):
        yield _at("catheter_volume_max_ml", "volume_without_catheter", NO_CATHETER)
    if largest is None or count is None:
        return
    if count and largest <= LARGE_ML:
        yield _at("catheter_volumes_over_500_ml", "volumes_over", OVER, count=count,
                  largest=largest)  # fmt: skip
    if not count and largest > LARGE_ML:
        yield _at("catheter_volumes_over_500_ml", "no_volume_over", NONE_OVER, largest=largest)


def _at(name: str, code: str, message: str, **values: int) -> Doubt:
    return Doubt(path=("bladder", name), code=code, message=message, values=values)
