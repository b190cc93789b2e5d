"""The words that a page shows or speaks: texts, attributes that are read out, texts for scripts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}  # fmt: skip
SILENT = {"script", "style", "template-data"}
SPOKEN = {"alt", "title", "aria-label", "aria-description", "aria-roledescription",
          "aria-valuetext", "placeholder", "label", "summary"}  # fmt: skip
# what is quoted or named in another language says so, and is one of these
FOREIGN = {"q", "blockquote", "cite", "button", "bdi", "i", "dfn", "code", "a", "option", "span"}
WORD = re.compile(r"[A-Za-z][A-Za-z’'_\-]*[A-Za-z]")


@dataclass(frozen=True)
class Text:
    where: str
    """The element, and the attribute if it is one: `p`, `input@placeholder`."""
    words: str


@dataclass
class Open:
    tag: str
    attributes: dict[str, str]
    foreign: bool


@dataclass
class Reader(HTMLParser):
    """Reads a page of one language; `texts` are those not marked as of another."""

    language: str
    texts: list[Text] = field(default_factory=list)
    stack: list[Open] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        within = bool(self.stack) and self.stack[-1].foreign
        other = attributes.get("lang", self.language) != self.language and tag in FOREIGN
        if not (within or other):
            told = [name for name in attributes if spoken(tag, name, attributes)]
            self.texts += (
                Text(f"{tag}@{name}", text) for name in told for text in said(attributes[name])
            )
        if tag not in VOID:
            self.stack.append(Open(tag, attributes, within or other))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place].tag == tag:
                del self.stack[place:]
                return

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self.stack or self.stack[-1].foreign:
            return
        here = self.stack[-1]
        if here.tag == "script" and here.attributes.get("type") == "application/json":
            self.texts += (Text("script", text) for text in within_json(json.loads(data)))
        elif here.tag not in SILENT:
            self.texts.append(Text(here.tag, data))


# what a script compares, which nobody reads
CONDITIONS = {"data-then-if"}


def spoken(tag: str, name: str, attributes: dict[str, str]) -> bool:
    """Whether an attribute is read by a person: always, on a button, or shown by a script."""
    if name in SPOKEN:
        return True
    if tag == "input" and name == "value":
        return attributes.get("type") in {"submit", "button", "reset"}
    if name in CONDITIONS:
        return False
    return name.startswith("data-") and " " in attributes[name].strip()


def said(value: str) -> Iterator[str]:
    """What an attribute says; of data for a script, the sentences in it."""
    if value.startswith('{"'):
        yield from within_json(json.loads(value))
    else:
        yield value


def within_json(value: Any) -> Iterator[str]:
    """The sentences in data for a script; single words there are codes."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from within_json(one)
    elif isinstance(value, str) and " " in value.strip():
        yield value


def texts(page: str, language: str) -> list[Text]:
    reader = Reader(language)
    reader.feed(page)
    return reader.texts


def english(text: str) -> Iterator[str]:
    yield from WORD.findall(text)
