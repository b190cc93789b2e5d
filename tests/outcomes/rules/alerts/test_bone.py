"""Denosumab overdue, from both sides of seven calendar months (CLINICAL.md F)."""

import datetime as dt

import pytest

from outcomes.rules.alerts import bone
from outcomes.rules.facts import Fact
from outcomes.rules.values import Moment, Status
from tests.outcomes.rules.alerts.tables import NOWHERE, UNDATED, course, fact, table, told


def drug(name="denosumab", atc="M05BX04", **more):
    return fact(None, id=name, drug=name, atc=atc, **more)


def dose(day, *, upper=None, of="denosumab"):
    when = UNDATED if day is None else Moment(
        date=dt.date.fromisoformat(day),
        date_upper=upper and dt.date.fromisoformat(upper),
        status=Status.APPROXIMATE if upper else Status.KNOWN,
    )  # fmt: skip
    return Fact(id=f"dose {day}", when=when, day=NOWHERE, values={"course": of})


def on(today, *doses, drugs=None):
    given = [drug()] if drugs is None else drugs
    return course(drugs=given, doses=doses, today=dt.date.fromisoformat(today))


def since(day, **more):
    return drug(start=dt.date.fromisoformat(day), **more)


OVERDUE = "dose 2025-10-15 bone_denosumab_overdue urgent"
NO_DOSE = "denosumab bone_denosumab_overdue ask, cannot tell without doses"
DOSE = dose("2025-10-15")
CASES = {
    "denosumab": {
        "no drug recorded: not applicable": (on("2026-12-01", drugs=[]), []),
        "another drug": (
            on("2026-12-01", dose("2020-01-01", of="tramadol"),
               drugs=[drug("tramadol", "N02AX02")]),
            [],
        ),
        "seven months to the day": (on("2026-05-15", DOSE), []),
        "seven months and a day": (on("2026-05-16", DOSE), [OVERDUE]),
        "seven months after 31 July: the last of February": (
            on("2026-02-28", dose("2025-07-31")), [],
        ),
        "a day after the last of February": (
            on("2026-03-01", dose("2025-07-31")),
            ["dose 2025-07-31 bone_denosumab_overdue urgent"],
        ),
        "the last dose counts": (on("2026-05-16", DOSE, dose("2026-04-15")), []),
        "a dose of another drug does not count": (
            on("2026-05-16", DOSE, dose("2026-04-15", of="other")), [OVERDUE],
        ),
        "given at the latest later": (
            on("2026-05-16", dose("2025-10-15", upper="2025-10-20")), [],
        ),
        "given at the latest long ago": (
            on("2026-05-21", dose("2025-10-15", upper="2025-10-20")), [OVERDUE],
        ),
        "stopped: the rebound follows": (
            on("2026-05-16", DOSE, drugs=[drug(stop=dt.date(2025, 11, 1))]), [OVERDUE],
        ),
        "another bone agent begun since": (
            on("2026-05-16", DOSE,
               drugs=[drug(), since("2026-04-01", name="ibandronic acid", atc="M05BA06")]),
            [],
        ),
        "another bone agent begun on the day of the last dose": (
            on("2026-05-16", DOSE,
               drugs=[drug(), since("2025-10-15", name="ibandronic acid", atc="M05BA06")]),
            [],
        ),
        "another bone agent begun before": (
            on("2026-05-16", DOSE,
               drugs=[drug(), since("2025-04-01", name="ibandronic acid", atc="M05BA06")]),
            [OVERDUE],
        ),
        "another bone agent, planned only": (
            on("2026-05-16", DOSE,
               drugs=[drug(), since("2026-06-01", name="ibandronic acid", atc="M05BA06")]),
            [OVERDUE],
        ),
        "another bone agent, its start not recorded": (
            on("2026-05-16", DOSE, drugs=[drug(), drug("ibandronic acid", "M05BA06")]), [OVERDUE],
        ),
        "no dose recorded, nor a start": (on("2026-05-16"), [NO_DOSE]),
        "no dose with a date": (on("2026-05-16", dose(None)), [NO_DOSE]),
        "no dose recorded, begun seven months ago: cannot be overdue": (
            on("2026-05-15", drugs=[since("2025-10-15")]), [],
        ),
        "no dose recorded, begun more than seven months ago": (
            on("2026-05-16", drugs=[since("2025-10-15")]), [NO_DOSE],
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "expected"), table(bone, CASES))
def test_case(rule, facts, expected):
    assert told(rule, facts) == expected
