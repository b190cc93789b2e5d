"""An outcome that people can be compared by, from the worst to the best."""

from dataclasses import dataclass

from outcomes.rules.text import gettext_noop as _

NO_OUTCOME = _("no outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An outcome from `low` to `high`; `ticks` are its words, low to high, already translated."""

    title: str
    ticks: tuple[tuple[int, str], ...]
    low: int
    high: int

    def words(self, value: int) -> str:
        return dict(self.ticks).get(value, str(value))
