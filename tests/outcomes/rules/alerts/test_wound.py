"""Wound, leak and headache with and without fever, each input missing (CLINICAL.md G and J)."""

import pytest

from outcomes.rules.alerts import wound
from tests.outcomes.rules.alerts.tables import (
    NOT_OPERATED,
    course,
    operation,
    table,
    told,
    visit,
)

NO_TEMPERATURE = "without vitals_temperature_c"


def hot(day, temperature=38.0, **more):
    return visit(day, vitals_temperature_c=temperature, **more)


def sign(column):
    """The table that drainage, leak and headache share."""
    there = {column: True}
    stitched = {"procedures": [operation(durotomy="yes")]}
    return {
        "nothing recorded: nothing to judge": (course(visit(5), **stitched), []),
        "not there": (course(hot(5, **{column: False}), **stitched), []),
        "no temperature recorded: urgent, and said": (
            course(visit(5, **there), **stitched), [f"day5 {column} urgent, {NO_TEMPERATURE}"],
        ),
        "37.9": (course(hot(5, 37.9, **there), **stitched), [f"day5 {column} urgent"]),
        "38.0": (course(hot(5, 38.0, **there), **stitched),
                 [f"day5 {column}_with_fever emergency"]),
        "fever three days before": (
            course(hot(2), visit(5, **there), **stitched),
            [f"day5 {column}_with_fever emergency"],
        ),
        "fever three days after": (
            course(visit(5, **there), hot(8), **stitched),
            [f"day5 {column}_with_fever emergency"],
        ),
        "fever four days before": (
            course(hot(1), visit(5, **there), **stitched),
            [f"day5 {column} urgent, {NO_TEMPERATURE}"],
        ),
        "fever about three days before": (
            course(visit("about 2", vitals_temperature_c=38.0, id="about"), visit(5, **there),
                   **stitched),
            [f"day5 {column}_with_fever emergency"],
        ),
        "fever about four days before": (
            course(visit("about 1", vitals_temperature_c=38.0, id="about"), visit(5, **there),
                   **stitched),
            [f"day5 {column} urgent, {NO_TEMPERATURE}"],
        ),
        "a normal temperature beside a fever takes nothing back": (
            course(hot(4), hot(5, 36.5, **there), **stitched),
            [f"day5 {column}_with_fever emergency"],
        ),
        "at each visit that records it": (
            course(hot(5, 36.5, **there), hot(9, 36.5, **there), **stitched),
            [f"day5 {column} urgent", f"day9 {column} urgent"],
        ),
        "undated: only its own temperature counts": (
            course(hot(5), visit(None, **there), **stitched),
            [f"undated {column} urgent, {NO_TEMPERATURE}"],
        ),
    }  # fmt: skip


def after(*procedures, **more):
    return course(hot(5, 36.5, wound_postural_headache=True), procedures=procedures, **more)


HEADACHE = "day5 wound_postural_headache urgent"
CASES = {
    "drainage": sign("wound_drainage") | {
        "without any operation too": (
            course(hot(5, 36.5, wound_drainage=True), anchors=NOT_OPERATED),
            ["day5 wound_drainage urgent"],
        ),
        "without durotomy too": (
            course(hot(5, 36.5, wound_drainage=True), procedures=[operation(durotomy="no")]),
            ["day5 wound_drainage urgent"],
        ),
    },
    "clear_leak": sign("wound_clear_leak") | {
        "without durotomy too": (
            course(hot(5, 36.5, wound_clear_leak=True), procedures=[operation(durotomy="no")]),
            ["day5 wound_clear_leak urgent"],
        ),
    },
    "postural_headache": sign("wound_postural_headache") | {
        "durotomy": (after(operation(durotomy="yes")), [HEADACHE]),
        "no durotomy: not applicable": (after(operation(durotomy="no")), []),
        "durotomy not stated counts as one, and is said": (
            after(operation(durotomy="not_stated")), [f"{HEADACHE}, without durotomy"],
        ),
        "durotomy not recorded counts as one, and is said": (
            after(operation()), [f"{HEADACHE}, without durotomy"],
        ),
        "a durotomy at one of two operations": (
            after(operation(durotomy="no"), operation(2, durotomy="yes")), [HEADACHE],
        ),
        "a durotomy only at a later operation": (
            after(operation(durotomy="no"), operation(20, durotomy="yes")), [],
        ),
        "not operated: not applicable": (
            course(hot(5, 36.5, wound_postural_headache=True), anchors=NOT_OPERATED), [],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(wound, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected
