"""What groups people in the comparison beside their timing: age, level, operation, imaging.

Each trait has few values, so that no combination says much of a person; None where not recorded
or contradictory. What nobody recorded is not absent: a complication is "recorded" or nothing is
known of any.
"""

import re
from collections.abc import Iterable

from outcomes.rules.facts import Fact, Facts
from outcomes.rules.timing import is_after_anchor, is_before_anchor
from outcomes.rules.values import Anchor, Answer

DECADE, OLDEST_BAND = 10, 90
AGE_BANDS = (*(f"{low}–{low + DECADE - 1}" for low in range(0, OLDEST_BAND, DECADE)), "90+")
RECORDED = "recorded"
OPERATION = ("technique", "durotomy", "fixation", "cement_removal")

_LEVEL = re.compile(r"(?<![A-Z0-9])(?:T(?:1[0-2]|[1-9])|L[1-5]|S[12])(?![0-9])")


def levels(words: str | None) -> str:
    """The vertebral levels named in free words, "T12, L1", and nothing else of what was typed."""
    return ", ".join(dict.fromkeys(_LEVEL.findall((words or "").upper())))


def age_at_index(facts: Facts) -> tuple[int, int] | None:
    """Between which years of age at the index decompression, else at the cement.

    A year of birth leaves two ages; only what is dated on the calendar has one at all.
    """
    stated = facts.person.get("age_at_index")
    if stated is not None:
        return stated, stated
    event = facts.anchors.decompression or facts.anchors.cement
    on = event.date if event else None
    born, year = facts.person.get("birth_date"), facts.person.get("birth_year")
    if on is None:
        return None
    if born is not None:
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return age, age
    return None if year is None else (on.year - year - 1, on.year - year)


def age_band(age: tuple[int, int] | None) -> str | None:
    """Ten years of age, the oldest together; None where the age is not known so well."""
    if age is None:
        return None
    bands = {min(one - one % DECADE, OLDEST_BAND) for one in age}
    if len(bands) > 1:
        return None
    start = bands.pop()
    return f"{start}+" if start == OLDEST_BAND else f"{start}–{start + DECADE - 1}"


def traits(facts: Facts) -> dict[str, str | None]:
    """By the name of the trait, one of its values or None."""
    index = next((one for one in facts.procedures if one.id == facts.index_id), None)
    before = [one for one in facts.imaging if _side(one, facts) == "before"]
    after = [one for one in facts.imaging if _side(one, facts) == "after"]
    operation = index.values if index else {}
    return {
        "etiology": _known(facts.person.get("etiology")),
        **{name: _known(operation.get(name)) for name in OPERATION},
        "residual_cement": _agreed(after, "residual_cement"),
        "compartment": _agreed(before, "compartment"),
        "cord_compression": _agreed(before, "cord_compression"),
        "complication": RECORDED if facts.complications else None,
        "reoperation": RECORDED if _reoperated(facts) else None,
    }


def _known(value: str | None) -> str | None:
    return None if value in ("unknown", "not_stated") else value


def _side(scan: Fact, facts: Facts) -> str | None:
    """Before or after the index decompression; where nobody operated, after the cement is before
    any operation."""
    if not facts.operated:
        answer = is_after_anchor(scan.when, Anchor.CEMENT, anchors=facts.anchors)
        return "before" if answer is Answer.YES else None
    decompression = Anchor.INDEX_DECOMPRESSION
    if is_before_anchor(scan.when, decompression, anchors=facts.anchors) is Answer.YES:
        return "before"
    after = is_after_anchor(scan.when, decompression, anchors=facts.anchors)
    return "after" if after is Answer.YES else None


def _agreed(scans: Iterable[Fact], column: str) -> str | None:
    """What every scan that says anything says; two that differ are not chosen between."""
    told = {value for scan in scans if (value := _known(scan.get(column)))}
    return told.pop() if len(told) == 1 else None


def _reoperated(facts: Facts) -> bool:
    if any(one.get("reoperation") for one in facts.complications):
        return True
    return facts.operated and any(
        one.get("kind") != "cement"
        and one.id != facts.index_id
        and is_after_anchor(one.when, Anchor.INDEX_DECOMPRESSION, anchors=facts.anchors)
        is Answer.YES
        for one in facts.procedures
    )
