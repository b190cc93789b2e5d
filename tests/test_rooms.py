"""Imports and relations run one way: tracker <- patients <- outcomes <- api (DESIGN.md 2)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("tracker", "patients", "outcomes", "api")
DATABASE = ("django", "rest_framework")

# what each part of a room may know of the product; a part that is not listed fails
MAY_KNOW: dict[str, tuple[str, ...]] = {
    "tracker": ("tracker",),
    "patients": ("tracker", "patients"),
    "outcomes": ("tracker", "patients", "outcomes"),
    "api": ROOMS,
}
PLAIN = ("patients.text", "patients.moments", "tracker.languages")
# inside outcomes: rules <- models <- readings, actions <- pages, tasks; figures know rules only
PARTS: dict[str, tuple[str, ...]] = {
    "outcomes.reference": ("outcomes.reference", *PLAIN, "outcomes.rules"),
    "outcomes.rules": ("outcomes.rules", "outcomes.reference", *PLAIN),
    "outcomes.figures": ("outcomes.figures", "outcomes.rules", *PLAIN),
    "outcomes.documents": ("outcomes.documents", "patients.documents", *PLAIN),
    "patients.documents": ("patients.documents", *PLAIN),
    "outcomes.models": ("outcomes.models", "outcomes.documents", "outcomes.rules", "patients"),
}
# what makes synthetic patients up; only their entry knows the database
GENERATOR = tuple(
    f"outcomes.synthetic.{module}"
    for module in (
        "assembly", "care", "chance", "laboratory", "medication", "names", "notes", "person",
        "plan", "recovery", "story", "surgery", "visits",
    )
)  # fmt: skip
NO_DJANGO = (
    *GENERATOR,
    "outcomes.rules",
    "outcomes.reference",
    "outcomes.figures",
    "outcomes.documents",
    "patients.documents",
    "patients.roles",
    "patients.text",
    "patients.moments",
    "patients.consent_rules",
)
NO_CLOCK = (
    "outcomes.rules",
    "outcomes.reference",
    "outcomes.figures",
    "outcomes.documents",
    "patients.consent_rules",
    *GENERATOR,
)
CLOCK = re.compile(r"(\w+\.)*(now|today|utcnow|localtime|localdate|monotonic)|time\.time")
# (who, must not know, why)
APART = (
    ("api", "outcomes.pages", "pages and API call the same actions, neither calls the other"),
    ("outcomes.pages", "api", "pages and API call the same actions, neither calls the other"),
    ("outcomes.actions", "django.http", "actions know no requests"),
    ("outcomes.actions", "rest_framework", "actions know no requests"),
    ("outcomes.actions", "outcomes.figures", "what is written does not know how it looks"),
    ("outcomes.actions", "outcomes.pages", "actions know no pages"),
    ("outcomes.readings", "outcomes.figures", "readings know no figures"),
    ("patients.models", "outcomes", "patients know no outcomes"),
    ("patients.access", "rest_framework", "one access rule for pages and API"),
    ("patients.actions", "django.forms", "actions know no forms"),
)


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts), file


FILES = dict(modules())


def imports(name: str) -> set[str]:
    """Every dotted name that a module imports, also inside functions."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative imports hide their direction"
            assert node.module
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, parts: tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts)


def members(part: str) -> list[str]:
    return [name for name in FILES if within(name, (part,))]


def test_every_room_has_modules():
    assert {name.split(".")[0] for name in FILES} == set(ROOMS)


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_what_its_room_may_know(name):
    allowed = MAY_KNOW[name.split(".")[0]]
    product = {found for found in imports(name) if found.split(".")[0] in (*ROOMS, "tests")}
    assert {found for found in product if found.split(".")[0] not in allowed} == set()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_only_what_it_may_know(part):
    assert members(part), f"{part} has no modules: correct this table"
    for name in members(part):
        product = {found for found in imports(name) if found.split(".")[0] in ROOMS}
        assert {found for found in product if not within(found, PARTS[part])} == set(), name


@pytest.mark.parametrize("part", NO_DJANGO)
def test_plain_python_knows_no_django(part):
    for name in members(part):
        assert {found for found in imports(name) if within(found, DATABASE)} == set(), name


@pytest.mark.parametrize("part", NO_CLOCK)
def test_plain_python_reads_no_clock(part):
    for name in members(part):
        tree = ast.parse(FILES[name].read_text("utf-8"))
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert {call for call in calls if CLOCK.fullmatch(call)} == set(), name


@pytest.mark.parametrize(("who", "forbidden", "why"), APART, ids=[f"{a}≠{b}" for a, b, _ in APART])
def test_who_must_not_know_whom(who, forbidden, why):
    for name in members(who):
        assert {found for found in imports(name) if within(found, (forbidden,))} == set(), why


def test_no_dotted_string_reaches_upward_except_from_tracker():
    """A foreign key or an import by string hides from an import scan."""
    for name in FILES:
        room = name.split(".")[0]
        if room == "tracker":  # the one place that may: settings, urls, beat schedule
            continue
        above = ROOMS[ROOMS.index(room) + 1 :]
        tree = ast.parse(FILES[name].read_text("utf-8"))
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
        names = {t for t in texts if isinstance(t, str) and t.split(".")[0] in above and "." in t}
        assert {t for t in names if t.replace(".", "_").isidentifier()} == set(), name


def test_relations_between_models_run_the_same_way():
    for model in apps.get_models(include_auto_created=True):
        room = model.__module__.split(".")[0]
        if room not in ROOMS:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            target = field.related_model.__module__.split(".")[0]
            if target in ROOMS:
                assert ROOMS.index(target) <= ROOMS.index(room), f"{model} {field.name}"


def test_only_records_and_audit_write_history():
    """One way in: nobody else creates history rows or saves clinical ones."""
    made = re.compile(r"(?<!class )DocumentVersion(\.objects\.\w*create)?\(")
    writers = {name for name, file in FILES.items() if made.search(file.read_text("utf-8"))}
    assert writers == {"patients.records"}


def test_the_api_reads_through_visible_to():
    """No raw `objects.all()` or unfiltered `objects.get` of clinical rows in the API."""
    for name in members("api"):
        tree = ast.parse(FILES[name].read_text("utf-8"))
        raw = {
            ast.unparse(node) for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in {"all", "get", "values"}
            and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
        }  # fmt: skip
        assert raw == set(), name
