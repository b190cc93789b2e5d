"""One palette for charts and pages: readable, colour-blind safe, the same in CSS and Python."""

import itertools
import re
from pathlib import Path

import pytest

from outcomes.figures.theme import (
    CHART_COLOURS,
    CHART_TYPE,
    FONT,
    LINE_COLOURS,
    PAGE_TYPE,
    PALETTES,
    TEXT_COLOURS,
)

STATIC = Path(__file__).parents[3] / "tracker" / "static"
BACKGROUNDS = ("surface", "page", "aside")

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
PAIRS = list(itertools.combinations(("right", "left", "back"), 2))
VISIONS = {
    "protanopia": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "deuteranopia": (
        (0.3673, 0.8606, -0.2280),
        (0.2803, 0.6726, 0.0472),
        (-0.0118, 0.0430, 0.9689),
    ),
}


def linear(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE Lab (D65) of a linear RGB colour."""
    matrix = (
        (0.4124, 0.3576, 0.1805, 0.9505),
        (0.2126, 0.7152, 0.0722, 1.0),
        (0.0193, 0.1192, 0.9505, 1.089),
    )
    x, y, z = (
        (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116)
        for v in (max(r * rgb[0] + g * rgb[1] + b * rgb[2], 0) / white for r, g, b, white in matrix)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: str, vision: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return lab([sum(w * c for w, c in zip(row, rgb, strict=True)) for row in VISIONS[vision]])


def css_blocks() -> dict[str, dict[str, str]]:
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    pattern = r"--([\w-]+):\s*([^;]+);"
    return {"light": dict(re.findall(pattern, light)), "dark": dict(re.findall(pattern, dark))}


@pytest.mark.parametrize("theme", PALETTES)
def test_the_style_sheet_and_the_charts_share_every_colour(theme):
    colours = {k: v for k, v in css_blocks()[theme].items() if v.startswith("#")}
    assert colours == PALETTES[theme]


def test_the_style_sheet_and_the_charts_share_type():
    css = css_blocks()["light"]
    assert {k: f"{v}px" for k, v in CHART_TYPE.items()} == {
        k: css[f"chart-{k}"] for k in CHART_TYPE
    }
    assert {k: css[f"text-{k}"] for k in PAGE_TYPE} == PAGE_TYPE
    assert css["font"] == FONT


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("ground", BACKGROUNDS)
@pytest.mark.parametrize("token", TEXT_COLOURS)
def test_text_is_readable(theme, ground, token):
    assert contrast(PALETTES[theme][token], PALETTES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("token", LINE_COLOURS)
def test_lines_can_be_seen(theme, token):
    assert contrast(PALETTES[theme][token], PALETTES[theme]["surface"]) >= 3


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-action", "action"),
        ("action", "surface"),
        ("ink", "notice-soft"),
        ("ink", "danger-soft"),
        ("ink", "band"),
        ("muted", "band"),
        ("good", "surface"),
    ],
)
def test_words_on_coloured_ground_are_readable(theme, text, ground):
    assert contrast(PALETTES[theme][text], PALETTES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_series_differ_for_colour_blind_eyes(theme, vision, one, other):
    a, b = (seen(PALETTES[theme][token], vision) for token in (one, other))
    assert sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5 > 20


def test_every_chart_colour_is_its_own():
    for palette in PALETTES.values():
        assert len({palette[token] for token in CHART_COLOURS}) == len(CHART_COLOURS)
