"""The files of the comparison: who is in them, what is withheld, and that they lead to nobody."""

import csv
import io
from collections import Counter

import pytest

from outcomes.actions import cohort_rows
from outcomes.comparison import export
from outcomes.rules import cohort_export
from outcomes.rules.cohort_export import COLUMNS, OTHERS, PEOPLE, WITHHELD_FIRST
from tests.api.client import Api
from tests.api.test_comparison import CANARIES, consent
from tests.support.cast import enrol, operate, visit

pytestmark = pytest.mark.django_db

COMPARISON, EXPORT = "cohort/comparison/", "exports/comparison/"
DICTIONARY = f"{EXPORT}dictionary/"


@pytest.fixture
def physician(cast) -> Api:
    """May open every record of the site."""
    return Api(cast.physician_a)


def registered(cast, count, **person):
    """So many people of the registry, decompressed within a day."""
    people = []
    for n in range(count):
        patient = enrol(f"E-{person.get('birth_year', 0)}-{n}", cast.seoul, cast.physician_a,
                        **{"birth_year": 1941, "fracture_level": "L1"} | person)  # fmt: skip
        operate(patient, cast.physician_a)
        visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
        consent(patient, cast.physician_a, "given")
        people.append(patient)
    return people


def kept():
    for _page in cohort_rows.rebuild():
        pass


def answered(client, query="", where=EXPORT):
    answer = client.get(f"{where}?window=6wk{query}" if where != DICTIONARY else where)
    assert answer.status == 200, answer.raw.content
    return list(csv.DictReader(io.StringIO(answer.raw.content.decode("utf-8-sig"))))


def test_the_columns_are_those_of_the_dictionary(cast, physician):
    registered(cast, 1)
    kept()
    (line,) = answered(physician)
    told = answered(physician, where=DICTIONARY)
    assert list(line) == [one["name"] for one in told if one["table"] == PEOPLE]
    assert list(told[0]) == list(cohort_export.DICTIONARY)
    assert all(one["meaning"] and one["source"] and "{" not in one["meaning"] for one in told)


def test_ids_are_drawn_anew_for_every_file(cast, physician):
    people = registered(cast, 6)
    kept()
    first, second = ({line["id"] for line in answered(physician)} for _n in range(2))
    assert len(first) == len(second) == len(people)
    assert not first & second
    assert not any(number.isdigit() for number in first)


def test_a_file_has_whom_the_view_has_and_their_counts(cast, physician):
    registered(cast, 11)
    registered(cast, 3, birth_year=1952, fracture_level="T12")
    kept()
    analysis = physician.get(f"{COMPARISON}?window=6wk").json["analysis"]
    lines = answered(physician)
    early = [line for line in lines if line["band"] == "day"]
    told = [line for line in lines if line["outcome_status"] in ("known", "died")]
    assert len(lines) == analysis["people"] == 14
    assert len(early) == analysis["early"]["people"]
    assert len(told) == analysis["with_outcome"] == 14
    reached = [line for line in early if int(line["outcome"]) >= 3]
    share = next(one for one in analysis["early"]["shares"] if one["grade"] == 3)
    assert (share["k"], share["n"]) == (len(reached), len(early))


def test_of_few_alike_traits_are_withheld(cast, physician):
    registered(cast, 6)
    registered(cast, 2, birth_year=1952, fracture_level="T12")
    kept()
    lines = answered(physician)
    alike = Counter(tuple(line[name] for name in (*WITHHELD_FIRST, "withheld")) for line in lines)
    assert min(alike.values()) >= 5
    assert all(line["withheld"] == ";".join(WITHHELD_FIRST) for line in lines)


def test_made_up_people_are_told_as_they_are(cast, physician):
    consent(cast.synthetic, cast.physician_a, "given")
    kept()
    (line,) = answered(physician, "&origin=synthetic")
    assert (line["withheld"], line["hours"], line["hours_status"]) == ("", "4.5", "known")


@pytest.mark.parametrize(
    ("people", "hours", "status"), [(9, "", "band_only"), (10, "20.0", "known")]
)
def test_hours_of_few_are_told_as_a_band(cast, physician, people, hours, status):
    registered(cast, people)
    kept()
    lines = answered(physician)
    assert {(line["band"], line["hours"], line["hours_lower"], line["hours_status"])
            for line in lines} == {("day", hours, hours, status)}  # fmt: skip


def test_of_others_only_what_the_view_tells(cast):
    """The surgeon operated on nobody of them."""
    registered(cast, 8)
    kept()
    surgeon = Api(cast.surgeon_a)
    others = surgeon.get(f"{COMPARISON}?window=6wk").json["others"]
    lines = answered(surgeon, f"&table={OTHERS}")
    counts = {line["counted"]: line["people"] for line in lines if line["counted"] != "ended"}
    names = ("people", "with_timing", "with_outcome", "with_both")
    assert counts == {name: str(others[name] or "suppressed") for name in names}
    cells = {(line["band"], line["ended"]): line["people"] for line in lines if line["band"]}
    steps = {None: "no_outcome"}
    assert cells == {
        (cell["band"], str(steps.get(cell["step"], cell["step"]))): str(
            cell["people"] or "suppressed"
        )
        for cell in others["cells"]
    }
    assert answered(surgeon) == [], "none of them one by one"


def test_nothing_that_identifies_is_in_a_file(cast, physician):
    known = {name: value for name, value in CANARIES.items() if name != "study_number"}
    patient = enrol(CANARIES["study_number"], cast.seoul, cast.physician_a, **known,
                    fracture_level="L1 canary")  # fmt: skip
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
    consent(patient, cast.physician_a, "given", note="canary note")
    registered(cast, 10)
    kept()
    for query in ("", f"&table={OTHERS}"):
        answer = physician.get(f"{EXPORT}?window=6wk{query}").raw
        told = answer.content.decode() + str(answer.headers)
        for canary in (*CANARIES.values(), "canary", str(patient.pk), "1941-", "C-1"):
            assert canary not in told


def test_a_formula_stays_text(cast):
    """No trait can hold one; if a column ever did, a spreadsheet would not run it."""
    line = dict.fromkeys(cohort_export.names(PEOPLE)) | {"level": "=cmd|'/C calc'!A0"}
    assert "'=cmd|" in export._csv(PEOPLE, [line])


def test_every_code_in_a_file_is_in_the_dictionary(cast, physician):
    registered(cast, 10)
    consent(cast.synthetic, cast.physician_a, "given")
    kept()
    of = {column.name: column for column in COLUMNS[PEOPLE] if column.type == "code"}
    for line in (*answered(physician), *answered(physician, "&origin=synthetic")):
        for name, column in of.items():
            assert not line[name] or line[name] in column.values.split(" | "), name


@pytest.mark.parametrize(("query", "status"), [("table=people", 200), ("table=secret", 400)])
def test_only_tables_that_there_are(physician, query, status):
    assert physician.get(f"{EXPORT}?{query}").status == status
