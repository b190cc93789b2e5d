"""Every page that can be reached by a link: WCAG 2.2 AA by axe, and no sideways scrolling.

The pages are found by following links from each role's first page, one of each route. A route
that no link leads to fails, unless it is named here with the reason.
"""

import re
from collections.abc import Callable, Collection, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import RULES, SIDEWAYS, ZOOMED
from tests.test_access_matrix import OPEN, PAGES

ANCHOR = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
LIST = re.compile("^(Patients|환자)$")
ROLES = ("physician", "surgeon", "administrator", "patient", "caregiver")
# no page, or none that a link leads to
APART = {
    "account_logout": "a form's answer; test_accessibility.py looks at it",
    "account_inactive": "for an account that is switched off",
    "account_reauthenticate": "asked for where a session is old",
    "account_reset_password_from_key": "opened with a secret link",
    "account_reset_password_from_key_done": "the answer after it",
    "reminders-stop": "opened with a link from an email; test_reminders.py looks at it",
    "reminders-confirm": "likewise",
    "account_login": "test_accessibility.py looks at it",
    "account_request_login_code": "from the sign-in page; test_joining.py looks at it",
    "account_confirm_login_code": "the page after it",
    "mfa_login_webauthn": "for the script of the sign-in page",
    "join": "from the sign-in page; test_joining.py looks at it",
    "phone": "leads on at once where there is one person (tests/outcomes/phone)",
    "phone-manifest": "for the browser",
    "phone-worker": "likewise",
    "phone-session": "for the script that sends what waits",
    "phone-no-network": "shown where there is no network; test_phone_offline.py looks at it",
    "phone-passkey": "for the script that makes a passkey",
    "set_language": "a form's target",
    "livez": "for machines",
    "healthz": "for machines",
    "patient-summary-pdf": "a file",
    "administration-audit-download": "a file",
    "comparison-figure-csv": "a file",
    "comparison-figure-png": "a file",
    "comparison-figure-svg": "a file",
    "comparison-report": "a file",
    "comparison-file": "of more people than the demonstration has; test_exports.py looks at it",
    "comparison-file-progress": "for the script that watches it",
    "lab-import": "needs a file; test_accessibility.py and test_lab_imports.py look at it",
    "lab-import-refused": "a file",
    "lab-import-progress": "for the script that watches a file",
    "comparison-recovery-progress": "for the script that waits for what is computed",
    "transfer-change": "the form of every correction; none is recorded of whom the links lead to",
    "contact_attempt-change": "likewise",
    "loss_to_follow_up-change": "likewise",
    "diary-error": "of an entry; test_accessibility.py looks at it",
}
LOOKS = {
    "phone light English": {**PHONE, "color_scheme": "light", "language": "en"},
    "desktop dark Korean": {**DESKTOP, "color_scheme": "dark", "language": "ko"},
    "200 % zoom English": {**ZOOMED, "color_scheme": "light", "language": "en"},
}


def page_routes() -> set[str]:
    """The names of all routes that are not the API's and that can be read."""
    table = OPEN | PAGES

    def within(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            where = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from within(pattern, where)
            elif isinstance(pattern, URLPattern) and not where.startswith("api/"):
                name = pattern.name or where
                if "GET" in table.get(name, {"GET": ()}):
                    yield name

    return set(within(get_resolver(), ""))


def found_from(page: Page, visit: Callable[[Page], None], known: Collection[str]) -> set[str]:
    """Follow links from the first page, one for each route; call `visit` on each page.

    Of routes that are `known` the links alone are read: a browser has drawn such a page already.
    """
    page.goto("/")
    # clinicians begin at the list, whose first patient has a record of almost every kind
    if page.get_by_role("link", name=LIST).count():
        page.goto("/patients/")
    waiting, seen = [urlsplit(page.url).path], set()
    while waiting:
        path = waiting.pop(0)
        name = route_of(path)
        # what a page offers of the API is a file
        if name is None or name in seen or name in APART or name.startswith("api-"):
            continue
        seen.add(name)
        links = read_links(page, path) if name in known else drawn_links(page, path, visit)
        waiting += [link for link in dict.fromkeys(links) if route_of(link) not in seen]
    return seen


def drawn_links(page: Page, path: str, visit: Callable[[Page], None]) -> list[str]:
    if urlsplit(page.url).path != path:
        answer = page.goto(path)
        assert answer, path
        assert answer.ok, (path, answer.status)
    visit(page)
    links: list[str] = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => new URL(a.href))"
        ".filter(u => u.origin === location.origin).map(u => u.pathname)"
    )
    return links


def read_links(page: Page, path: str) -> list[str]:
    answer = page.request.get(path)
    assert answer.ok, (path, answer.status)
    here = urlsplit(answer.url)
    to = (urljoin(answer.url, unescape(href)) for href in ANCHOR.findall(answer.text()))
    return [link.path for link in map(urlsplit, to) if link.netloc == here.netloc]


def route_of(path: str) -> str | None:
    try:
        return resolve(path).url_name
    except Resolver404:
        return None


@pytest.mark.parametrize(
    "look",
    [pytest.param(look, id=name, marks=[pytest.mark.full] if n else []) for n, (name, look)
     in enumerate(LOOKS.items())],
)  # fmt: skip
def test_every_page_keeps_the_rules(page_of: Callable[..., Page], look: dict[str, object]) -> None:
    wrong: dict[str, object] = {}
    reached: set[str] = set()

    def visit(page: Page) -> None:
        name = str(route_of(urlsplit(page.url).path))
        if name in reached:
            return
        found = Axe().run(page, options=RULES).response["violations"]
        told = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]
        if told := told + page.evaluate(SIDEWAYS):
            wrong[f"{name} {page.url}"] = told

    for role in ROLES:
        reached |= found_from(page_of(role, **look), visit, frozenset(reached))
    assert wrong == {}
    assert page_routes() - reached - set(APART) == set(), "no link leads there"
