"""Pages for everyone: WCAG 2.2 AA by axe, no sideways scrolling, a keyboard alone is enough.

The API's docs page is a third party's (Swagger UI) and is left out of axe and of the widths.
"""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
# what may differ where only the colours do
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
Records = dict[str, str]


def sign_in_page(page: Page, records: Records) -> None:
    page.goto("/account/login/")


def sign_in_refused(page: Page, records: Records) -> None:
    page.goto("/account/login/")
    page.click("main button[type=submit]")
    page.locator(".error-summary").wait_for()


def work_list(page: Page, records: Records) -> None:
    page.goto("/today/")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def published_case(page: Page, records: Records) -> None:
    page.goto(records["BAEK-2021"])


def synthetic_explored(page: Page, records: Records) -> None:
    """With a chart explored, and every table of data open."""
    page.goto(records["SYN118-0001"])
    page.locator("#chart-recovery [data-chart-explore]").click()
    page.locator("#chart-recovery .js-plotly-plot .scatterlayer").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def visit_with_history(page: Page, records: Records) -> None:
    """With everything that unfolds unfolded, and something answered."""
    page.goto(records["SYN118-0005"] + "visits/new/")
    page.locator(".unchanged:visible").first.click()
    page.locator("[name='motor.right.grade'][value='4-']").check(force=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def form_with_errors(page: Page, records: Records) -> None:
    """With everything that unfolds unfolded."""
    page.goto(records["SYN118-0004"] + "visits/new/")
    page.fill("[name=date]", str(dt.date.today() + dt.timedelta(days=30)))
    page.fill("[name='bladder.pvr_ml']", "x")
    page.get_by_role("button", name=re.compile("^(Save|저장|방문 저장)")).click()
    page.locator(".error-summary").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


SITE = "/administration/sites/demo/"


def new_person_refused(page: Page, records: Records) -> None:
    page.goto(f"{SITE}staff/new/")
    page.locator("main form button").last.click()
    page.locator(".error-summary").wait_for()


def threshold_refused(page: Page, records: Records) -> None:
    page.goto(f"{SITE}thresholds/")
    page.locator("main a[href*=crp]").first.click()
    page.locator("main form button").first.click()
    page.locator(".error-summary").wait_for()


def audit_trail_refused(page: Page, records: Records) -> None:
    page.goto("/administration/audit/?patient=nobody")


def link_that_is_dead(page: Page, records: Records) -> None:
    page.goto("/account/password/1-nothing/")


def notices(page: Page, records: Records) -> None:
    """The worker has looked for visits falling due before the first page is asked for."""
    page.goto("/notices/")
    page.locator("main article").first.wait_for()


def results_refused(page: Page, records: Records) -> None:
    """A file that cannot be read, with what a file has to look like unfolded."""
    page.goto("/lab-imports/")
    page.fill("#text", "crp,5")
    page.locator("main form button[type=submit]").click()
    page.locator(".error-summary").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def results_to_import(page: Page, records: Records) -> None:
    """A preview with rows of every kind."""
    page.goto(records["SYN118-0006"] + "labs/import/")
    rows = ("crp,5,mg/L,2026-01-01", "crp,5,mg/L,2026-01-01", "hb,20,g/dL,2026-01-01", "crp,5,,")
    page.fill("#text", "\n".join(("analyte,value,unit,specimen_at,more", *rows)))
    page.locator("main form button[type=submit]").click()
    page.locator(".counts").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def nothing_here(page: Page, records: Records) -> None:
    assert page.goto("/nothing/").status == 404


def not_their_step(page: Page, records: Records) -> None:
    assert page.goto(records["SYN118-0001"] + "visits/new/").status == 403


def sign_out(page: Page, records: Records) -> None:
    page.goto("/account/logout/")


def the_data_queries(page: Page, records: Records) -> None:
    page.goto(records["SYN118-0001"] + "queries/")
    page.locator("summary").first.click()


def the_questions_of_a_form(page: Page, records: Records) -> None:
    page.goto(records["SYN118-0004"] + "visits/new/full/")
    page.select_option("#kind", "unscheduled")
    page.fill("#bladder-pvr_ml", "many")
    page.locator("#bladder-pvr_ml").blur()
    page.locator(".field-question").wait_for()


def paper_diary_refused(page: Page, records: Records) -> None:
    page.goto(records["SYN118-0001"] + "diary/new/")
    page.fill("[name='b1.volume_ml']", "many")
    page.locator("main form button", has_text=re.compile("Save|저장")).first.click()
    page.locator(".error-summary").wait_for()


def diary_entry_in_error(page: Page, records: Records) -> None:
    page.goto(records["SYN118-0001"] + "diary/")
    page.locator(".diary-line a").first.click()
    page.locator("#why").wait_for()


UNFOLD = "document.querySelectorAll('details').forEach(d => { d.open = true })"


def unfolded(address: str) -> Callable[[Page, Records], None]:
    """A view of the comparison with people in it: the pages found by their links have none."""

    def show(page: Page, records: Records) -> None:
        page.goto(f"/comparison/{address}")
        page.evaluate(UNFOLD)

    show.__name__ = f"comparison {address}"
    return show


def comparison_explored(page: Page, records: Records) -> None:
    page.goto("/comparison/?origin=synthetic")
    page.locator("[data-chart-explore]").first.click()
    page.locator(".chart-plot .main-svg").first.wait_for()


def no_such_question(page: Page, records: Records) -> None:
    assert page.goto("/comparison/?level=L9").status == 400


COMPARED = (
    *map(unfolded, (
        "?origin=synthetic&level=L1", "recovery/?origin=synthetic&grade=4",
        "follow-up/?origin=synthetic", "methods/?origin=synthetic", "published/?layers=abstracts",
    )),
    comparison_explored, no_such_question,
)  # fmt: skip
PAGES: dict[Callable[[Page, Records], None], str | None] = {
    **dict.fromkeys(COMPARED, "surgeon"),
    the_data_queries: "physician",
    the_questions_of_a_form: "physician",
    sign_in_page: None,
    sign_in_refused: None,
    work_list: "physician",
    published_case: "physician",
    synthetic_explored: "physician",
    visit_with_history: "physician",
    form_with_errors: "physician",
    new_person_refused: "administrator",
    threshold_refused: "administrator",
    audit_trail_refused: "administrator",
    link_that_is_dead: None,
    notices: "physician",
    results_refused: "physician",
    results_to_import: "physician",
    paper_diary_refused: "physician",
    diary_entry_in_error: "physician",
    nothing_here: "therapist",
    not_their_step: "patient",
    sign_out: "physician",
}
LOOKS = {
    "phone light English": {**PHONE, "color_scheme": "light", "language": "en"},
    "desktop dark Korean": {**DESKTOP, "color_scheme": "dark", "language": "ko"},
    "phone dark Korean": {**PHONE, "color_scheme": "dark", "language": "ko"},
    "desktop light English": {**DESKTOP, "color_scheme": "light", "language": "en"},
    "200 % zoom English": {**ZOOMED, "color_scheme": "light", "language": "en"},
}
# between them in each language, in light and dark, and on either device; the rest in test-full
ALWAYS = ("phone light English", "desktop dark Korean")
NARROW = (PHONE["viewport"], ZOOMED["viewport"])
CASES = [
    pytest.param(
        *(look, user), id=f"{user}, {look}", marks=[] if look in ALWAYS else [pytest.mark.full]
    )
    for look in LOOKS
    for user in dict.fromkeys(PAGES.values())
]
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = e => e.closest('.table-scroll') && !e.matches('.table-scroll');
  return document.documentElement.scrollWidth <= wide ? [] :
    [...document.body.querySelectorAll('*')]
      .filter(e => e.getBoundingClientRect().right > wide + 1 && !scrolls(e))
      .map(e => e.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize(("look", "user"), CASES)
def test_no_page_breaks_the_rules_of_wcag_2_2_aa_or_scrolls_sideways(
    page_of: Callable[..., Page], records: Records, look: str, user: str | None
) -> None:
    """The pages of one person; sideways also where the window is then made narrow."""
    page, own, wrong = page_of(user, **LOOKS[look]), LOOKS[look]["viewport"], {}
    for show in (show for show, whose in PAGES.items() if whose == user):
        page.set_viewport_size(own)
        show(page, records)
        assert page.locator("html").get_attribute("lang") == LOOKS[look]["language"]
        found = Axe().run(page, options=RULES).response["violations"]
        told = [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]
        wide = {size["width"]: sideways(page, size) for size in (own, *NARROW)}
        wrong[show.__name__] = told + [(px, what) for px, what in wide.items() if what]
    assert {name: told for name, told in wrong.items() if told} == {}


def sideways(page: Page, size: dict[str, int]) -> list[str]:
    """What stands out to the right at this size; a chart takes a moment to follow it."""
    page.set_viewport_size(size)
    for _look in range(100):
        if not (wide := page.evaluate(SIDEWAYS)):
            break
        page.wait_for_timeout(100)
    return wide


# A radio drawn as a button shows its focus on the words beside it.
FOCUSED = """() => {
  const e = document.activeElement;
  const drawn = getComputedStyle(e.closest('.choice') ? e.nextElementSibling : e);
  const box = e.getBoundingClientRect();
  const own = ['date', 'time'].includes(e.type);  // the browser marks their parts itself
  return {
    name: e.name || '', text: e.textContent.trim(),
    visible: (own || drawn.outlineStyle !== 'none' && parseFloat(drawn.outlineWidth) >= 2)
      && box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""


def tab_to(page: Page, *, name: str = "", text: str = "", most: int = 200) -> None:
    """Press Tab until a field or a link has the focus; each stop on the way must be visible."""
    for _press in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["visible"], at
        if (name and at["name"] == name) or (text and text == at["text"]):
            return
    raise AssertionError(f"Tab never reached {name or text}")


def same_day_and_month(today: dt.date) -> dt.date:
    """Typed alike whether the day or the month comes first."""
    return next(
        day for day in (today - dt.timedelta(days=n) for n in range(1, 400)) if day.day == day.month
    )


def test_a_keyboard_alone_signs_in_and_records_a_visit(desktop: Page) -> None:
    press, type_ = desktop.keyboard.press, desktop.keyboard.type
    desktop.goto("/account/login/")
    tab_to(desktop, name="login")
    type_("physician")
    tab_to(desktop, name="password")
    type_(PASSWORD)
    press("Enter")
    desktop.wait_for_url("**/today/")
    tab_to(desktop, text="Patients")
    press("Enter")
    desktop.wait_for_url("**/patients/")
    press("Tab")
    press("Enter")  # skips to the content
    expect(desktop.locator("main")).to_be_focused()
    tab_to(desktop, text="BAEK-2021")
    press("Enter")
    desktop.get_by_role("link", name="New visit").wait_for()
    tab_to(desktop, text="New visit")
    press("Enter")
    desktop.wait_for_url("**/visits/new/")
    tab_to(desktop, name="date")
    day = same_day_and_month(dt.date.today())
    type_(f"{day:%d%m%Y}")
    expect(desktop.locator("[name=date]")).to_have_value(str(day))
    tab_to(desktop, name="kind")
    type_("Uns")
    expect(desktop.locator("[name=kind]")).to_have_value("unscheduled")
    tab_to(desktop, name="motor.right.grade")
    for _grade in range(3):
        press("ArrowLeft")
    expect(desktop.locator("[name='motor.right.grade']:checked")).to_have_value("4")
    tab_to(desktop, name="pain.back")
    type_("4")
    tab_to(desktop, name="note")
    type_("Without a mouse")
    tab_to(desktop, text="Save the visit")
    press("Enter")
    expect(desktop.get_by_text("The visit is recorded.")).to_be_visible()
    expect(desktop.locator("#visits tbody tr", has_text="Without a mouse")).to_have_count(1)


def test_the_docs_page_lists_the_operations_of_the_api(page_of: Callable[..., Page]) -> None:
    page = page_of("physician", **DESKTOP)
    schema = page.request.get("/api/v1/schema/?format=json").json()
    methods = {"get", "post", "put", "patch", "delete"}
    operations = sum(len(methods & set(path)) for path in schema["paths"].values())
    page.goto("/api/v1/docs/")
    page.locator(".opblock").first.wait_for(timeout=20_000)
    expect(page.locator(".opblock")).to_have_count(operations)
