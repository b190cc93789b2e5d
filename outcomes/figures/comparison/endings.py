"""How did each timing group end? Counts of people, worst outcome first; no share is computed."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.base import Figure, Look, Table, Translate, empty_figure, identity
from outcomes.figures.comparison.canvas import Canvas
from outcomes.figures.comparison.people import DIED, in_words
from outcomes.figures.comparison.stack import DEAD, HATCHED, Bar, Part, draw_bars, draw_key, step
from outcomes.figures.theme import Size, Theme
from outcomes.rules.text import gettext_noop as _

TITLE = _("How did each group end?")
NO_OUTCOME = _("no outcome recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One group. `counts` go from the worst category to the best; None is suppressed. The category
    whose words are those of DIED is drawn as the dead are everywhere.

    `of` is everyone in the group; who is in none of the counts has no outcome recorded. None where
    it may not be told.
    """

    group: str
    counts: tuple[tuple[str, int | None], ...]
    of: int | None

    @property
    def missing(self) -> int | None:
        """People without an outcome; None where that cannot be told."""
        counts = [people for _words, people in self.counts]
        if self.of is None or None in counts:
            return None
        return self.of - sum(people for people in counts if people is not None)


def endings(
    groups: Sequence[Ending],
    *,
    theme: Theme = "light",
    size: Size = "wide",
    t: Translate = identity,
) -> Figure:
    """One bar a group, each as long as the others: its parts are counts, its end the group's n."""
    look = Look(theme, size, t)
    words = list(dict.fromkeys(word for group in groups for word, _people in group.counts))
    headers = (t(_("Group")), *words, t(NO_OUTCOME), t(_("People")))
    if not groups:
        return empty_figure("endings", t(TITLE), t(_("No group has anybody.")), headers, look)
    fills = _fills(words, t)
    canvas = Canvas(look)
    y = draw_key(canvas, 0, [*fills.items(), (t(NO_OUTCOME), HATCHED)])
    y = draw_bars(canvas, y + 4, [("", [_bar(group, fills, t) for group in groups])])
    rows = tuple(_row(group, words, t) for group in groups)
    return canvas.figure(
        "endings", t(TITLE), _describe(groups, t), Table(headers=headers, rows=rows), y
    )


def _fills(words: Sequence[str], t: Translate) -> dict[str, str]:
    alive = [word for word in words if word != t(DIED)]
    return {
        word: DEAD if word == t(DIED) else step(alive.index(word), len(alive)) for word in words
    }


def _bar(group: Ending, fills: dict[str, str], t: Translate) -> Bar:
    parts = [Part(words=w, people=people, fill=fills[w]) for w, people in group.counts]
    if group.missing:
        parts.append(Part(words=t(NO_OUTCOME), people=group.missing, fill=HATCHED))
    nobody = all(part.people == 0 for part in parts)
    return Bar(
        label=group.group,
        parts=parts,
        end="" if group.of is None else f"n = {group.of}",
        below=t(_("nobody")) if nobody else "",
        spelled=True,
    )


def _row(group: Ending, words: Sequence[str], t: Translate) -> tuple[str, ...]:
    counts = dict(group.counts)
    told = [in_words(counts[word], t) if word in counts else "–" for word in words]
    unknown = t(_("not shown"))
    missing = unknown if group.missing is None else str(group.missing)
    return (group.group, *told, missing, unknown if group.of is None else str(group.of))


def _describe(groups: Sequence[Ending], t: Translate) -> str:
    said = t(_("{group}: {counts}"))
    return ". ".join(
        said.format(
            group=group.group,
            counts=", ".join(f"{word} {in_words(people, t)}" for word, people in group.counts),
        )
        for group in groups
    )
