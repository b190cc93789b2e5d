"""A drawing as PNG, in a process of its own, as `outcomes.printing` makes a PDF.

The library reads every font of the machine before it draws: apart from the web process that costs
nothing until it is needed, and can be stopped. It is given text and fetches nothing.
"""

import json
import subprocess
import sys

from outcomes.printing import HANGUL, CannotPrint, korean_fonts
from outcomes.rules.text import gettext_noop as _

SECONDS = 60
WIDTH = 2000
"""Of the picture, px: enough for a slide."""
NO_LIBRARY, NO_FONT = 3, 4
MISSING = {
    NO_LIBRARY: _("This server lacks the library that draws pictures: take the figure as SVG."),
    NO_FONT: _(
        "This server lacks a font with Korean letters, or fontconfig, which finds it: install both "
        "(Debian: fontconfig, fonts-nanum), or take the figure as SVG."
    ),
}
FAILED = _("The picture could not be made: take the figure as SVG.")


def png(svg: str) -> bytes:
    """A picture WIDTH px wide; raises CannotPrint."""
    command = [sys.executable, "-m", "outcomes.drawing"]
    asked = json.dumps({"svg": svg}).encode()
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise CannotPrint(FAILED) from None
    if done.returncode:
        raise CannotPrint(MISSING.get(done.returncode, FAILED))
    return done.stdout


def main() -> int:
    svg = json.load(sys.stdin)["svg"]
    try:
        import resvg_py
    except ImportError:
        return NO_LIBRARY
    # generic families are not looked up; without one that there is, no letter is drawn
    font = _plain_font()
    if not font or (HANGUL.search(svg) and not korean_fonts()):
        return NO_FONT
    made = resvg_py.svg_to_bytes(
        svg_string=svg, width=WIDTH, font_family=font, sans_serif_family=font
    )
    sys.stdout.buffer.write(bytes(made))
    return 0


def _plain_font() -> str:
    """The family that stands for any without serifs, with Korean letters where there is one;
    empty where there is none, or nothing to find it with."""
    asked = ["fc-match", "-f", "%{family[0]}", "sans-serif:lang=ko"]
    try:
        return subprocess.run(asked, capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
