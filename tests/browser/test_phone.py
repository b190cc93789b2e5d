"""The phone's pages as people with one thumb, large type, or no script have them."""

import gzip
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser import phone as on
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import CONTRAST, RULES, SIDEWAYS
from tests.support.serving import Serving

MOST_TAPS = 3
FIRST_PAINT_BYTES = 60_000
SMALLEST = 48
SECTIONS = ("void", "leak", "catheter", "pain", "walking", "pills", "fall", "mood", "note",
            "fall-pain", "kind-words")  # fmt: skip
DEVICES = [
    pytest.param(PHONE, id="phone"),
    pytest.param(DESKTOP, id="desktop", marks=pytest.mark.full),
]


@pytest.fixture
def patient(page_of: Callable[..., Page], live: Serving) -> Page:
    page = page_of("patient", **PHONE)
    on.sign_in(page, live.url)
    return page


def test_a_void_is_logged_in_at_most_three_taps(patient: Page) -> None:
    taps = 0
    for target in ("a[href='#void']", "#void [data-step='50']", "#void button[type=submit]"):
        patient.locator(target).tap()
        taps += 1
    assert taps <= MOST_TAPS
    expect(patient.locator("[data-status]")).to_contain_text("Passed urine, 200 mL")
    expect(patient.locator("[data-status]")).to_have_attribute("data-state", "sent")
    expect(patient.locator("#home")).to_be_visible()
    expect(patient.locator("[data-keep=log]")).to_contain_text("Passed urine: 200 mL")


@pytest.mark.parametrize(
    ("section", "press", "said"),
    [
        ("leak", ["button[value=drops]"], "Leak, Drops"),
        ("walking", ["button[value=with_aid]"], "Walking, With a stick or walker"),
        ("mood", ["button[value=low]"], "Mood, Feeling low"),
        ("pain", ["[name=pain_back][value='0']", "[name=pain_left_leg][value='10']",
                  "button[type=submit]"], "Pain, Back pain 0, Left leg pain 10"),
        ("fall", ["[name=fall_injured][value=false]", "[name=fall_new_pain][value=true]",
                  "button[type=submit]"], "A fall, Not hurt, New pain"),
        ("pills", ["> form summary", "> form button[value=forgot]"],
         "All pills of today, Not taken: Forgot"),
    ],
)  # fmt: skip
def test_each_thing_is_said_by_pressing_alone(
    patient: Page, section: str, press: list[str], said: str
) -> None:
    patient.locator(f"a[href='#{section}']").tap()
    for target in press:
        patient.locator(f"#{section} {target}").click(force=True)
    expect(patient.locator("[data-status]")).to_contain_text(said)
    expect(patient.locator("[data-status]")).to_have_attribute("data-state", "sent")
    after = {"mood": "#kind-words", "fall": "#fall-pain"}.get(section, "#home")
    expect(patient.locator(after)).to_be_visible()


def test_pressed_twice_at_once_it_is_one_entry(patient: Page, live: Serving) -> None:
    today = patient.url.split("#")[0]
    before = len(on.at_the_clinic(patient.context, today))
    patient.evaluate("() => { location.hash = 'walking' }")
    patient.locator("#walking button[value=alone]").dblclick()
    expect(patient.locator("[data-status]")).to_have_attribute("data-state", "sent")
    assert len(on.at_the_clinic(patient.context, today)) == before + 1


def test_a_pain_without_a_number_is_asked_for(patient: Page) -> None:
    patient.locator("a[href='#pain']").tap()
    patient.locator("#pain button[type=submit]").tap()
    expect(patient.locator("[data-status]")).to_contain_text("Choose a number")
    assert on.waiting(patient) == []


def test_it_works_without_a_script(context_for: Callable[..., BrowserContext]) -> None:
    page = context_for(**PHONE, java_script_enabled=False).new_page()
    on.sign_in(page, "")
    page.locator("a[href='#void']").tap()
    page.fill("#void-volume", "310")
    page.locator("#void button[type=submit]").tap()
    expect(page.locator("#home")).to_be_visible()
    line = page.locator("[data-keep=log] li", has_text="Passed urine: 310 mL")
    expect(line).to_contain_text("Sent")
    line.get_by_role("button", name="Undo").tap()
    expect(line).to_have_count(0)


@pytest.mark.parametrize("device", DEVICES)
def test_no_page_breaks_the_rules_of_wcag_2_2_aa(
    page_of: Callable[..., Page], live: Serving, device: dict[str, object]
) -> None:
    page = page_of("patient", **device)
    today = on.sign_in(page, live.url)
    found = {"today": _violations(page)}
    for name in SECTIONS:
        on.open_section(page, today, name)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found[name] = _violations(page)
    for name in ("entries", "more", "settings"):
        page.goto(f"{today}{name}/")
        page.wait_for_load_state("networkidle")
        found[name] = _violations(page)
    assert {name: told for name, told in found.items() if told} == {}


def _violations(page: Page) -> list[tuple[str, list[str]]]:
    """In light, and of the colours in dark."""
    found = []
    for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        found += Axe().run(page, options=rules).response["violations"]
    return [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]


TARGETS = """smallest => [...document.querySelectorAll('.phone a, .phone button, .phone label.choice, .phone__face, summary, .topbar a')]
  .filter(e => e.checkVisibility() && !e.closest('p.hint'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < smallest || box.width < smallest))
  .map(([html, box]) => [html, box.width, box.height])"""  # noqa: E501


def test_targets_are_large_and_nothing_scrolls_sideways(patient: Page) -> None:
    today = patient.url.split("#")[0]
    for name in ("home", *SECTIONS, "entries/", "more/", "settings/"):
        patient.goto(today + name if name.endswith("/") else f"{today}#{name}")
        for size in ("normal", "large", "largest"):
            patient.evaluate("size => { document.documentElement.dataset.type = size }", size)
            assert patient.evaluate(SIDEWAYS) == [], (name, size)
            assert patient.evaluate(TARGETS, SMALLEST) == [], (name, size)


def test_type_is_18_pixels_and_larger_on_request(patient: Page) -> None:
    sizes = {}
    for size in ("normal", "large", "largest"):
        patient.evaluate("size => { document.documentElement.dataset.type = size }", size)
        sizes[size] = patient.evaluate(
            "() => parseFloat(getComputedStyle(document.querySelector('.phone__lead')).fontSize)"
        )
    assert 18 <= sizes["normal"] < sizes["large"] < sizes["largest"]
    assert sizes["largest"] == pytest.approx(2 * sizes["normal"])


def test_little_is_loaded_before_the_first_paint(patient: Page, live: Serving) -> None:
    """Everything that the page asks for until it is complete, compressed."""
    today = patient.url.split("#")[0]
    bodies: dict[str, bytes] = {}
    fresh = patient.context.new_page()
    answers: list[Response] = []
    fresh.on("response", lambda answer: answers.append(answer))
    fresh.goto(today, wait_until="load")
    for answer in list(answers):
        if answer.request.resource_type in {"document", "stylesheet", "script", "image", "font"}:
            bodies[answer.url] = answer.body()
    assert any(url.endswith(".css") for url in bodies)
    total = sum(len(gzip.compress(body)) for body in bodies.values())
    assert total <= FIRST_PAINT_BYTES, {url: len(gzip.compress(b)) for url, b in bodies.items()}
