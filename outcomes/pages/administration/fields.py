"""Forms of the administrator's pages: what was typed, and what was wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    group: str = ""


@dataclass
class Field:
    """One field, as components/field.html shows it."""

    name: str
    label: str
    typed: str = ""
    hint: str = ""
    widget: str = "text"
    options: list[Option] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    """Of a field with several answers."""
    empty_label: str = ""
    decimal: bool = False
    limits: str = ""
    suggestions: list[str] = field(default_factory=list)
    """What the field offers; anything else can be typed."""
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def unlisted(self) -> bool:
        """Whether what was typed is none of the choices: it is kept all the same."""
        return bool(self.typed) and self.typed not in {o.value for o in self.options}


class Form:
    """Some fields, filled from what was sent, and what an action refused of them."""

    def __init__(self, fields: Iterable[Field], sent: Mapping[str, Any] | None = None) -> None:
        self.fields = {field.name: field for field in fields}
        self.general: list[str] = []
        for name, known in self.fields.items() if sent is not None else ():
            if known.widget == "checks":
                known.chosen = sent.getlist(name)  # type: ignore[union-attr]
            else:
                known.typed = str(sent.get(name, "")).replace("\x00", "")  # type: ignore[union-attr]

    def __getitem__(self, name: str) -> Field:
        return self.fields[name]

    def __iter__(self) -> Iterable[Field]:
        return iter(self.fields.values())

    def typed(self, *names: str) -> dict[str, str]:
        return {name: self.fields[name].typed for name in names}

    def refuse(self, problems: Iterable[Mapping[str, Any]]) -> None:
        """Put each problem beside its field, or above the form where it has none."""
        for problem in problems:
            message = gettext(problem["message"]).format(**problem["values"])
            name = str((*problem["path"], "")[0])
            known = self.fields.get(name)
            (known.errors if known else self.general).append(message)

    @property
    def refused(self) -> list[Field]:
        return [field for field in self.fields.values() if field.errors]

    @property
    def wrong(self) -> bool:
        return bool(self.general or self.refused)
