"""How a file of single people is kept from telling who is who, whatever else one knows of them.

Traits by which somebody could be recognised are withheld, one after the other, until so many share
what is left; exact hours are told only where enough people share their band. Both hold within one
file: they are no protection against whoever may open the records (CLINICAL.md I, privacy).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

FEWEST_ALIKE = 5
FEWEST_HOURS = 10

Traits = tuple[str | None, ...]
"""Values in the order in which they are withheld; None where not recorded, which is a value too."""


def withheld(people: Iterable[Traits]) -> Mapping[Traits, int]:
    """By combination of traits, how many of them, from the first on, are withheld.

    Everyone is then alike with at least FEWEST_ALIKE in what is told and what is withheld; in a
    file of fewer people everything is withheld. Whoever is left over with everything withheld is
    joined by the smallest group, so that what is withheld cannot be told from totals.
    """
    people_of = Counter(people)
    steps = dict.fromkeys(people_of, 0)
    for step in range(1, len(next(iter(steps), ())) + 1):
        alike = _alike(people_of, steps)
        for traits in steps:
            if alike[_told(traits, steps)] < FEWEST_ALIKE:
                steps[traits] = step
    _join_left_over(people_of, steps)
    return steps


def bands_with_hours(bands: Iterable[str]) -> set[str]:
    """Bands of so many people that the hours of each may be told."""
    return {band for band, people in Counter(bands).items() if people >= FEWEST_HOURS}


def _told(traits: Traits, steps: Mapping[Traits, int]) -> tuple[int, Traits]:
    return steps[traits], traits[steps[traits] :]


def _alike(
    people_of: Mapping[Traits, int], steps: Mapping[Traits, int]
) -> Counter[tuple[int, Traits]]:
    alike: Counter[tuple[int, Traits]] = Counter()
    for traits, people in people_of.items():
        alike[_told(traits, steps)] += people
    return alike


def _join_left_over(people_of: Mapping[Traits, int], steps: dict[Traits, int]) -> None:
    alike = _alike(people_of, steps)
    bare = next((told for told in alike if not told[1]), None)
    if bare is None or alike[bare] >= FEWEST_ALIKE or len(alike) == 1:
        return
    smallest = min((told for told in alike if told != bare), key=lambda told: alike[told])
    joining: Sequence[Traits] = [one for one in steps if _told(one, steps) == smallest]
    steps.update(dict.fromkeys(joining, bare[0]))
