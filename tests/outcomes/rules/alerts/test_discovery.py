"""No alert rule without its words and source, and none without its case table.

Discovered from the modules themselves: a rule added anywhere has to bring both.
"""

import ast
import csv
import importlib
import inspect
import pkgutil

import pytest

from outcomes.reference import sources
from outcomes.reference.files import FOLDER
from outcomes.rules import alerts

EVERY = [importlib.import_module(f"{alerts.__name__}.{info.name}")
         for info in pkgutil.iter_modules(alerts.__path__)]  # fmt: skip
MODULES = [module for module in EVERY if hasattr(module, "RULES")]
RULES = [(module, rule) for module in MODULES for rule in module.RULES]
HEADER = ["rule", "title", "advice", "source", "verified", "note"]


def rows():
    with (FOLDER / "alert_rules.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def named(module):
    """The keys that a module's source gives its findings."""
    names = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
    return names


def case_tests(module):
    name = module.__name__.rpartition(".")[2]
    return importlib.import_module(f"tests.outcomes.rules.alerts.test_{name}")


def of(module):
    return module.__name__.rpartition(".")[2]


def found_in(module):
    """Every key that the case tables of a module bring about."""
    cases = getattr(case_tests(module), "CASES", {})
    return {
        found.rule
        for name, table in cases.items()
        for facts, _expected in table.values()
        for found in getattr(module, name)(facts, ())
    }


TABLED = [module for module in MODULES if hasattr(case_tests(module), "CASES")]


def test_every_module_with_rules_is_looked_at():
    assert set(alerts.FAMILIES) == set(MODULES)


def test_there_are_rules():
    assert {"bladder", "signs", "wound", "fever", "inflammation", "pain", "falls", "circulation",
            "blood", "bone", "reports", "diary"} <= {of(m) for m in TABLED}  # fmt: skip


@pytest.mark.parametrize(("module", "rule"), RULES, ids=[f"{of(m)}.{r.__name__}" for m, r in RULES])
def test_each_rule_has_a_case_table(module, rule):
    tests = case_tests(module)
    if module in TABLED:
        assert len(tests.CASES[rule.__name__]) > 1
    else:
        assert f"{of(module)}.{rule.__name__}" in inspect.getsource(tests)


@pytest.mark.parametrize("module", TABLED, ids=of)
def test_each_table_belongs_to_a_rule(module):
    assert set(case_tests(module).CASES) == {rule.__name__ for rule in module.RULES}


@pytest.mark.parametrize("module", TABLED, ids=of)
def test_what_is_found_has_a_row(module):
    assert found_in(module) <= {row["rule"] for row in rows()}


def test_each_row_is_found_by_some_module():
    keys = [row["rule"] for row in rows()]
    assert len(set(keys)) == len(keys)
    constants = set().union(*map(named, EVERY))
    assert set(keys) <= constants, "a row that no rule speaks of"


def test_each_row_of_a_module_comes_about_in_its_case_tables():
    for module in TABLED:
        spoken = named(module) & {row["rule"] for row in rows()}
        columns = {"wound_drainage", "wound_clear_leak", "wound_postural_headache",
                   "bladder_incontinence"}  # fmt: skip
        assert spoken - found_in(module) <= columns, of(module)


def test_each_row_has_its_words_and_a_known_source():
    with (FOLDER / "alert_rules.csv").open(encoding="utf-8") as file:
        assert next(csv.reader(file)) == HEADER
    known = sources()
    for row in rows():
        key = row["source"].split(", ")[0]
        assert row["title"], row["rule"]
        assert row["advice"], row["rule"]
        assert key in known, row["rule"]
        assert row["verified"] == "no" or known[key].verified, row["rule"]
