"""What a file says of a person, held against what is recorded of the patient."""

import datetime as dt

import pytest

from outcomes.lab_files.identity import Person, held_against

HONG = Person("Hong Gil-dong", dt.date(1947, 3, 1), None, "male")
KOREAN = Person("홍길동", None, 1947, "unknown")
BARE = Person("", None, None, "")

# who, field, what the file says, what becomes of it
CASES = (
    (HONG, "patient_name", "HONG GILDONG", None),
    (HONG, "patient_name", "gil-dong, hong", None),
    (HONG, "patient_name", "Höng Gil Dong", None),
    (HONG, "patient_name", "Hong", "other_name"),
    (HONG, "patient_name", "Other Person", "other_name"),
    (HONG, "patient_name", "홍길동", "patient_name_not_compared"),
    (HONG, "patient_name", "홍길동~Hong Gildong", None),
    (HONG, "patient_name", "홍길동~Other Person", "other_name"),
    (HONG, "patient_name", "홍길동 (Other Person)", "other_name"),
    (KOREAN, "patient_name", "길동 홍", None),
    (KOREAN, "patient_name", "홍길순", "other_name"),
    (KOREAN, "patient_name", "Hong Gildong", "patient_name_not_compared"),
    (BARE, "patient_name", "Hong", "patient_name_not_compared"),
    (HONG, "birth_date", "1947-03-01", None),
    (HONG, "birth_date", "194703010930", None),
    (HONG, "birth_date", "1947. 3. 1.", None),
    (HONG, "birth_date", "1947-03-02", "other_birth"),
    (HONG, "birth_date", "1947", None),
    (HONG, "birth_year", "1948", "other_birth"),
    (HONG, "birth_date", "01/03/47", "birth_unclear"),
    (KOREAN, "birth_date", "19470301", None),
    (KOREAN, "birth_date", "19460301", "other_birth"),
    (BARE, "birth_date", "1947-03-01", "birth_date_not_compared"),
    (BARE, "birth_year", "1947", "birth_year_not_compared"),
    (HONG, "sex", "M", None),
    (HONG, "sex", "남", None),
    (HONG, "sex", "F", "other_sex"),
    (HONG, "sex", "여성", "other_sex"),
    (HONG, "sex", "U", None),
    (HONG, "sex", "1", "sex_not_compared"),
    (KOREAN, "sex", "F", "sex_not_compared"),
    (BARE, "sex", "F", "sex_not_compared"),
    (HONG, "sex", "", None),
)


@pytest.mark.parametrize(("person", "field", "said", "expected"), CASES)
def test_what_is_said_is_held_against_what_is_recorded(person, field, said, expected):
    problems, notes = held_against({field: said}, person)
    warned = bool(expected) and expected.endswith("not_compared")
    assert [one.code for one in (notes if warned else problems)] == ([expected] if expected else [])
    assert not (problems if warned else notes)
    assert all(one.text() for one in (*problems, *notes))
