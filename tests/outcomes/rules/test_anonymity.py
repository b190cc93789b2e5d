"""Who is alike with whom in a file of single people, and that nothing withheld can be told."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.anonymity import FEWEST_ALIKE, FEWEST_HOURS, bands_with_hours, withheld

WIDE = 4
PEOPLE = st.lists(st.tuples(*[st.sampled_from([None, "a", "b", "c"])] * WIDE), max_size=60)


def shown(people):
    """What a reader sees: the traits left, and which are withheld rather than not recorded."""
    steps = withheld(people)
    return [("withheld",) * steps[one] + one[steps[one] :] for one in people]


@given(PEOPLE)
def test_everyone_is_alike_with_enough_others_or_nothing_is_told(people):
    sizes = Counter(shown(people))
    bare = ("withheld",) * WIDE
    assert all(size >= FEWEST_ALIKE for told, size in sizes.items() if told != bare)
    assert len(people) < FEWEST_ALIKE or all(size >= FEWEST_ALIKE for size in sizes.values())


@given(PEOPLE)
def test_what_is_told_is_true(people):
    for one, told in zip(people, shown(people), strict=True):
        assert all(cell in ("withheld", value) for cell, value in zip(told, one, strict=True))


@given(PEOPLE)
def test_nobody_is_singled_out_by_totals(people):
    """Whoever knows how often each value occurs fills in what all withheld cells of a trait must
    be; nobody becomes rarer by it, and no cell is withheld alone."""
    if len(people) < FEWEST_ALIKE:
        return
    told = [list(one) for one in shown(people)]
    for trait in range(WIDE):
        gone = [i for i, one in enumerate(told) if one[trait] == "withheld"]
        assert not gone or len(gone) >= FEWEST_ALIKE
        if len({people[i][trait] for i in gone}) == 1:
            for i in gone:
                told[i][trait] = people[i][trait]
    assert min(Counter(map(tuple, told)).values()) >= FEWEST_ALIKE


@pytest.mark.parametrize(
    ("people", "steps"),
    [
        pytest.param({("e", "t", "l", "a"): 5}, [0], id="five alike: nothing"),
        pytest.param({("e", "t", "l", "a"): 4}, [4], id="four in all: everything"),
        pytest.param(
            {("e", "t", "l", "a"): 3, ("f", "t", "l", "a"): 2}, [1, 1], id="only what differs"
        ),
        pytest.param(
            {("e", "t", "l", "a"): 9, ("e", "t", "l", "b"): 1}, [4, 4],
            id="one alone takes the smallest group with them",
        ),
        pytest.param(
            {("e", "t", "l", "a"): 9, ("e", "t", "l", "b"): 5, ("e", "t", "l", "c"): 1}, [0, 4, 4],
            id="the smallest, not the others",
        ),
    ],
)  # fmt: skip
def test_how_much_is_withheld(people, steps):
    found = withheld(one for one, many in people.items() for _n in range(many))
    assert [found[one] for one in people] == steps


@given(st.lists(st.sampled_from("dwl"), max_size=60))
def test_hours_are_told_where_ten_share_the_band(bands):
    told = bands_with_hours(bands)
    assert all((bands.count(band) >= FEWEST_HOURS) == (band in told) for band in "dwl")
