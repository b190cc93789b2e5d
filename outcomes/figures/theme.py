"""Colours and type sizes shared by the charts and the pages.

`tokens.css` holds the same values as CSS custom properties; a test keeps the two equal. Hues follow
Okabe and Ito's colour-blind-safe set (2008), darkened or lightened until every text colour reaches
4.5:1 and every line colour 3:1 on its background (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from typing import Literal

Theme = Literal["light", "dark"]
Size = Literal["narrow", "wide"]

PALETTES: dict[Theme, dict[str, str]] = {
    "light": {
        "page": "#f4f6f8",
        "surface": "#ffffff",
        "ink": "#17212b",
        "muted": "#4a5865",
        "axis": "#75828f",
        "grid": "#e2e7ec",
        "right": "#0a5aa8",
        "left": "#b14a00",
        "back": "#3a3f45",
        "published": "#525c66",
        "trail": "#8b959f",
        "drug": "#0e7468",
        "band": "#e3f0ea",
        "band-edge": "#5f8f78",
        "aside": "#eff2f5",
        "step-0": "#d8ece8",
        "step-1": "#b0d8d1",
        "step-2": "#82bfb5",
        "step-3": "#2f7f75",
        "step-4": "#1b625a",
        "step-5": "#0b4640",
        "link": "#0b57a3",
        "action": "#0c5453",
        "on-action": "#fefefe",
        "focus": "#7a3fb5",
        "danger": "#b0211a",
        "danger-soft": "#fcebea",
        "notice": "#7a5600",
        "notice-soft": "#fdf3d8",
        "good": "#1a6a3a",
        "border": "#74818d",
    },
    "dark": {
        "page": "#10161c",
        "surface": "#18212a",
        "ink": "#e9eef2",
        "muted": "#b3bec8",
        "axis": "#7f8d9a",
        "grid": "#2b3742",
        "right": "#73b7f7",
        "left": "#f3a35c",
        "back": "#dfe3e7",
        "published": "#b4bec7",
        "trail": "#6f7c88",
        "drug": "#4fc4b3",
        "band": "#1f3a33",
        "band-edge": "#6fa68d",
        "aside": "#212c36",
        "step-0": "#1b3431",
        "step-1": "#27564f",
        "step-2": "#33736b",
        "step-3": "#54ad9f",
        "step-4": "#80cabd",
        "step-5": "#b4e6dc",
        "link": "#8cc4fa",
        "action": "#5fcabb",
        "on-action": "#0b1418",
        "focus": "#d7b4ff",
        "danger": "#ff9a92",
        "danger-soft": "#40211f",
        "notice": "#f1cd74",
        "notice-soft": "#3a3017",
        "good": "#84d6a1",
        "border": "#7d8b98",
    },
}

TEXT_COLOURS = ("ink", "muted", "right", "left", "back", "published", "drug", "link", "danger")
LINE_COLOURS = (
    "axis",
    "right",
    "left",
    "back",
    "published",
    "drug",
    "band-edge",
    "border",
    "focus",
)
CHART_COLOURS = (
    "surface",
    "ink",
    "muted",
    "axis",
    "grid",
    "right",
    "left",
    "back",
    "published",
    "trail",
    "drug",
    "band",
    "band-edge",
    "aside",
    *(f"step-{i}" for i in range(6)),
)

# Pixels inside a chart (drawn one to one on a phone), and rem on the page.
CHART_TYPE = {"small": 13, "body": 14}
PAGE_TYPE = {"small": "0.875rem", "body": "1rem", "large": "1.25rem", "title": "1.625rem"}
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Apple SD Gothic Neo', 'Malgun Gothic', "
    "'Noto Sans KR', 'Nanum Gothic', sans-serif"
)

# Nominal drawing widths in pixels: a phone's card, and a desktop's.
WIDTHS: dict[Size, int] = {"narrow": 360, "wide": 820}
