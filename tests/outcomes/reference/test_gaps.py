"""The check of the published cases: gaps are listed, errors end with an exit code."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from outcomes.reference import problems
from outcomes.reference.files import FOLDER, read
from outcomes.reference.gaps import gaps

CASE = "X9,Nobody,2026,,,Nobody 2026,{sides},primary_abstract,Ma 2022,no,\n"
CELLS = {
    "age": "X9,age,,,70,a,,,known,70 years,Ma 2022,primary_abstract,yes,\n",
    "grade": "X9,motor_right,initial,,2,,,,known,,Ma 2022,primary_abstract,no,\n",
    "bounds": "X9,interval_hours,,,,h,48,24,interval_censored,x,Ma 2022,primary_abstract,yes,\n",
    "code": "X9,sex,,,woman,,,,known,x,Ma 2022,primary_abstract,yes,\n",
    "source": "X9,sex,,,female,,,,known,x,,primary_abstract,yes,\n",
}


@pytest.fixture
def folder(tmp_path):
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def add(folder, *cells, sides=""):
    for name, lines in (
        ("literature_cases", [CASE.format(sides=sides)]),
        ("literature_cells", [CELLS[cell] for cell in cells]),
    ):
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(lines)


def checked(folder, capsys):
    """What the command says, of the new case and of errors, and whether it failed."""
    try:
        call_command("check_literature", folder=folder)
        wrong = ""
    except CommandError as error:
        wrong = str(error)
    said = capsys.readouterr().out
    return said[said.index("X9 Nobody 2026") :], wrong


def test_what_is_missing_of_a_new_case_is_told_and_no_error(folder, capsys):
    add(folder, "age", "grade", sides="low")
    said, wrong = checked(folder, capsys)

    assert wrong == ""
    (no_cell,) = [line for line in said.splitlines() if "no cell for" in line]
    assert "Sex; Fracture level" in no_cell
    assert "Muscle power, right leg (last)" in no_cell
    assert "Muscle power, right leg (initial)" not in no_cell
    assert "without the source's words: Muscle power, right leg (initial)" in said
    assert "unverified: the case itself; Muscle power, right leg (initial)" in said


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param(["grade"], "laterality_confidence: is empty, but", id="grades, no sides"),
        pytest.param(["bounds"], "lower: 48 is above upper 24", id="bounds out of order"),
        pytest.param(["code"], "value: 'woman' is none of female, male", id="unknown code"),
        pytest.param(["source"], "source: is empty", id="no source"),
        pytest.param(["age", "age"], "the same case, field, timepoint", id="twice"),
    ],
)
def test_an_error_names_its_line_and_fails(folder, capsys, cells, reason):
    add(folder, *cells)
    _said, wrong = checked(folder, capsys)
    assert reason in wrong
    assert ".csv:" in wrong


def test_the_shipped_cases_are_whole_or_say_what_they_lack():
    assert problems() == []
    missing = {one.case.id for one in gaps(read()) if one.no_cell}
    assert missing == {"X1", "X2", "X3", "X4", "X5"}, "the report's cases state every core field"
