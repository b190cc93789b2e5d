"""Three triggers for imaging (CLINICAL.md G and J)."""

import pytest

from outcomes.rules.alerts import falls
from tests.outcomes.rules.alerts.tables import NOT_OPERATED, course, table, told, visit


def event(rule, column):
    """Each report is an event; what was not asked says nothing."""
    others = {"safety_fall_with_injury", "safety_sudden_pain", "safety_deformity"} - {column}
    found = [f"day5 {rule} same_day"]
    return {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "no": (course(visit(5, **{column: False})), []),
        "yes": (course(visit(5, **{column: True})), found),
        "yes twice: two events": (
            course(visit(5, **{column: True}), visit(9, **{column: True})),
            [*found, f"day9 {rule} same_day"],
        ),
        "not operated": (course(visit(5, **{column: True}), anchors=NOT_OPERATED), found),
        "undated: the day is not needed": (
            course(visit(None, **{column: True})), [f"undated {rule} same_day"],
        ),
        "only the others": (course(visit(5, **dict.fromkeys(others, True))), []),
    }  # fmt: skip


CASES = {
    "fall": event("fall_with_injury", "safety_fall_with_injury"),
    "sudden_pain": event("sudden_back_pain", "safety_sudden_pain"),
    "deformity": event("new_deformity", "safety_deformity"),
}


@pytest.mark.parametrize(("rule", "facts", "expected"), table(falls, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected
