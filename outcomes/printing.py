"""One page of HTML as a PDF, in a process of its own.

The library takes 60 MB and half a second to load, and reads what it is given as a browser would:
apart from the web process it costs nothing until it is needed, can be stopped, fetches nothing.
"""

import json
import logging
import re
import subprocess
import sys
from typing import Any

from outcomes.rules.text import gettext_noop as _

log = logging.getLogger(__name__)
SECONDS = 60
# the type shrinks until all is on one page
SIZES_PT = (10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6)
NO_LIBRARY, NO_FONT, TOO_LONG = 3, 4, 5
HANGUL = re.compile("[\uac00-\ud7a3]")


class CannotPrint(Exception):
    """Why there is no PDF, and what to do."""


MISSING = {
    NO_LIBRARY: _(
        "This server lacks the library that makes PDF files: install the package libpango "
        "(Debian: libpangoft2-1.0-0). The page itself can be printed from the browser."
    ),
    NO_FONT: _(
        "This server has no font with Korean letters: install one (Debian: fonts-nanum). The page "
        "itself can be printed from the browser."
    ),
    TOO_LONG: _("This does not fit on one page. The page itself can be printed from the browser."),
}
FAILED = _("The PDF could not be made. The page itself can be printed from the browser.")


def pdf(html: str, css: str) -> bytes:
    """A PDF of exactly one A4 page; raises CannotPrint."""
    asked = json.dumps({"html": html, "css": css}).encode()
    done = _printed(asked)
    if done.returncode < 0:  # the library crashed: seen once in some thousand prints
        log.warning("printing ended by signal %d, once more", -done.returncode)
        done = _printed(asked)
    if done.returncode:
        raise CannotPrint(MISSING.get(done.returncode, FAILED))
    return done.stdout


def _printed(asked: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "outcomes.printing"]
    try:
        return subprocess.run(command, input=asked, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise CannotPrint(FAILED) from None


def main() -> int:
    given = json.load(sys.stdin)
    try:
        import weasyprint
    except (ImportError, OSError):
        return NO_LIBRARY
    if HANGUL.search(given["html"]) and not korean_fonts():
        return NO_FONT
    for size in SIZES_PT:
        css = [weasyprint.CSS(string=f"{given['css']} html {{ font-size: {size}pt }}")]
        page = weasyprint.HTML(string=given["html"], url_fetcher=_nothing)
        made = page.render(stylesheets=css, pdf_variant="pdf/ua-1")
        if len(made.pages) == 1:
            sys.stdout.buffer.write(made.write_pdf())
            return 0
    return TOO_LONG


def _nothing(url: str, *given: Any, **more: Any) -> Any:
    raise ValueError("nothing is fetched for a print")


def korean_fonts() -> bool:
    listed = subprocess.run(["fc-list", ":lang=ko", "family"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
