"""Signs of a clot: each report is an emergency (CLINICAL.md G)."""

import pytest

from outcomes.rules.alerts import circulation
from tests.outcomes.rules.alerts.tables import NOT_OPERATED, course, table, told, visit


def sign(rule):
    column = f"safety_{rule}"
    others = {"safety_calf_swelling", "safety_chest_pain", "safety_breathlessness"} - {column}
    found = [f"day5 {rule} emergency"]
    return {
        "nothing recorded: nothing to judge": (course(visit(5)), []),
        "no": (course(visit(5, **{column: False})), []),
        "yes": (course(visit(5, **{column: True})), found),
        "still: another report": (
            course(visit(5, **{column: True}), visit(9, **{column: True})),
            [*found, f"day9 {rule} emergency"],
        ),
        "not operated": (course(visit(5, **{column: True}), anchors=NOT_OPERATED), found),
        "undated: the day is not needed": (
            course(visit(None, **{column: True})), [f"undated {rule} emergency"],
        ),
        "only the others": (course(visit(5, **dict.fromkeys(others, True))), []),
    }  # fmt: skip


CASES = {rule: sign(rule) for rule in ("calf_swelling", "chest_pain", "breathlessness")}


@pytest.mark.parametrize(("rule", "facts", "expected"), table(circulation, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected
