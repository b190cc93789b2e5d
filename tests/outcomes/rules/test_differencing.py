"""What is told of people one may not open: pairs of questions, as someone would ask them who wants
to know of one person, and everything that their answers leave possible.
"""

import math
import os
import random
from collections import Counter
from itertools import combinations

import pytest

from outcomes.rules import cohort_following, cohort_states, disclosure
from outcomes.rules.cohort_analysis import DEAD, Alike
from outcomes.rules.cohort_protected import GROUPS, others, totals
from outcomes.rules.cohort_question import OUTCOMES, Question
from outcomes.rules.cohort_states import GRADES, Standing, Timing, stand
from outcomes.rules.cohort_summary import Band
from outcomes.rules.disclosure import could_be, settles, shown, shown_part, shown_row, tells_apart

PAIRS = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 1_000
HIDDEN = disclosure.MOST_HIDDEN


@pytest.mark.parametrize("people", range(200))
def test_a_count_is_told_to_five_and_never_alone(people):
    told = shown(people)
    least, most = could_be(told)
    assert least <= people <= most
    assert {shown(n) for n in range(least, most + 1)} == {told}
    assert shown(most + 1) != told
    assert (told is None) == (people <= 7)
    assert told is None or (told % 5 == 0 and abs(told - people) <= 2)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], []),
        ([3], [None]),
        ([12], [10]),
        ([12, 3], [None, None]),
        ([12, 30, 3], [None, 30, None]),
        ([12, 30, 0], [None, 30, None]),
        ([12, 30, 0, 5], [10, 30, None, None]),
        ([12, 30, 9], [10, 30, 10]),
    ],
)
def test_never_exactly_one_of_a_row_is_hidden(counts, told):
    assert shown_row(counts) == told


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(30, 30, None), (29, 30, None), (23, 30, None), (22, 30, 20), (3, 30, None)],
)
def test_a_part_is_told_where_the_rest_is_enough(part, whole, told):
    assert shown_part(part, whole) == told


@pytest.mark.parametrize(
    ("left_out", "beside", "few"),
    [
        ([], [], False),
        ([8], [], False),
        ([7], [], True),
        ([0], [], True),  # else it would say that everyone is as chosen
        ([8, 1], [], True),
        ([8], [0], False),
        ([8], [1], True),
        ([8], [8], False),
    ],
)
def test_a_choice_leaves_out_enough(left_out, beside, few):
    assert tells_apart(left_out, beside) is few


def test_a_whole_that_settles_its_parts():
    assert settles(30, [10, 10, 10, 10])  # 32 at most, 8 each at least
    assert settles(50, [10, 10, 10, 10])
    assert not settles(40, [10, 10, 10, 10])
    assert not settles(30, [10, 10, 10, None])
    assert not settles(None, [10])


# --- pairs of questions -------------------------------------------------------------------------
# the filters of the attack: ordinary ones, and those that hold for nearly the same people
PLAIN = {"age": "abc", "etiology": "ab", "technique": "abcd", "durotomy": "yn?"}
TWINS = {"first": "preop", "complication": "reoperation"}
TWINS |= {two: one for one, two in TWINS.items()}
VALUES = {**PLAIN, "first": "0123", "preop": "0123", "complication": "y?", "reoperation": "y?",
          "level": ("T12", "L1", "L2")}  # fmt: skip
FOUND = ("worst_leg", "walks_alone")
TWO = [Band.DAY, Band.OVER_A_DAY]


def registry(chance):
    """People with traits as uneven as those of a registry, and outcomes for two questions."""

    def weighted(values, evenness):
        return chance.choices(values, [evenness**i for i in range(len(values))])[0]

    evenness = {name: chance.choice([0.2, 0.5, 0.9]) for name in VALUES}
    bands = chance.choice([(Band.DAY,), (Band.DAY, Band.WEEK), tuple(Band)])
    together = chance.choice([0, 0.97, 1])
    people = []
    for _ in range(chance.choice([30, 120, 300])):
        one = {name: weighted(values, evenness[name]) for name, values in PLAIN.items()}
        first = weighted("2130", evenness["first"])
        reoperated = chance.random() < 0.3
        if chance.random() < together:
            one["durotomy"] = "yn"[one["technique"] != "a"]
        one |= {
            "first": first,
            "preop": first if chance.random() < 0.95 else chance.choice("0123"),
            "reoperation": "y" if reoperated else "?",
            "complication": "y" if reoperated or chance.random() < 0.04 else "?",
            "level": tuple(chance.sample(VALUES["level"], chance.choice([1, 1, 1, 2]))),
            "band": weighted(bands, 0.7),
            "worst_leg": chance.choice([None, DEAD, *range(6)]),
            "walks_alone": chance.choice([None, DEAD, 0, 1]),
        }
        people.append(one)
    return people


def passes(person, name, value):
    return value in person[name] if name == "level" else person[name] == value


def meant(people, filters):
    return [one for one in people if all(passes(one, *pair) for pair in filters.items())]


def margins(people, filters):
    """As `counting.margins`: tests/outcomes/comparison holds the two against each other."""
    these = meant(people, filters)
    left = [
        sum(not passes(one, name, value) for one in meant(people, rest))
        for name, value in filters.items()
        for rest in [{k: v for k, v in filters.items() if k != name}]
    ]
    if "level" in filters:
        left.append(sum(one["level"] == (filters["level"],) for one in these))
    beside = [
        sum(not passes(one, TWINS[name], value) for one in these)
        for name, value in filters.items()
        if name in TWINS and TWINS[name] not in filters
    ]
    return left, beside


def answer(people, filters, outcome):
    if tells_apart(*margins(people, filters)):
        return None
    apart = {
        group
        for group, bands in GROUPS.items()
        if tells_apart(*margins([p for p in people if p["band"] in bands], filters))
    }
    counted = Counter((one["band"], one[outcome]) for one in meant(people, filters))
    cells = [
        Alike(band=band, first=None, outcome=found, people=n)
        for (band, found), n in counted.items()
    ]
    told = others(cells, Question(outcome=outcome), apart)
    return None if told.withheld else told


def pair(chance, people):
    """Two sets of filters: one added, one in place of another, or any two."""

    def some(n):
        return {name: chance.choice(VALUES[name]) for name in chance.sample(sorted(VALUES), n)}

    one = some(chance.choice([0, 0, 1, 1, 2, 3]))
    kind = chance.random()
    if kind < 0.1:
        return one, one | {"technique": "a", "durotomy": "y"}
    if kind < 0.5:
        return one, {**some(chance.choice([1, 1, 2])), **one}
    if kind < 0.8:
        name = chance.choice(sorted(TWINS))
        value = chance.choice(VALUES[name])
        rest = {k: v for k, v in one.items() if k not in (name, TWINS[name])}
        return rest | {name: value}, rest | {TWINS[name]: value}
    if kind < 0.9:
        a, b = chance.sample(VALUES["level"], 2)
        return one | {"level": a}, one | {"level": b}
    return one, some(2)


def test_pairs_of_questions_reveal_nobody():
    """Where one choice holds a few people more than the other, not both are told; nor are the
    bands in which it does."""
    chance = random.Random(38)
    told = held = 0
    while held < PAIRS:
        people = registry(chance)
        for _ in range(25):
            one, other = pair(chance, people)
            few, many = sorted((one, other), key=lambda f: len(meant(people, f)))
            both = [answer(people, filters, "worst_leg") for filters in (few, many)]
            held += 1
            if None in both:
                continue
            told += 1
            related = few.items() >= many.items() or _of_twins(few, many)
            if related:
                assert not _few_between(meant(people, few), meant(people, many)), (few, many)
            assert not any(_one_alone(one.cells) for one in both)
            for band in {c.band for c in both[0].cells} & {c.band for c in both[1].cells}:
                bands = GROUPS[band]
                rows = ([p for p in meant(people, f) if p["band"] in bands] for f in (few, many))
                assert not (related and _few_between(*rows)), (band, few, many)
    assert told > held / 10, "or nothing was tried"


def _one_alone(cells):
    hidden = Counter(cell.band for cell in cells if cell.people is None)
    return 1 in hidden.values()


def _of_twins(one, other):
    """Whether they differ in one filter, for nearly the same people."""
    apart = {*one.items()} ^ {*other.items()}
    names = [name for name, _value in apart]
    return len(names) == 2 and (names[0] == names[1] == "level" or TWINS.get(names[0]) == names[1])


def _few_between(few, many):
    ids = {id(one) for one in many}
    return all(id(one) in ids for one in few) and 0 < len(many) - len(few) <= HIDDEN


# --- what an answer leaves possible -------------------------------------------------------------
class Knowledge:
    """Least and greatest of every count, narrowed by every sum that holds until nothing moves."""

    def __init__(self):
        self.ends, self.sums = {}, []

    def add(self, name, least, most):
        old = self.ends.get(name, (0, math.inf))
        self.ends[name] = max(old[0], least), min(old[1], most)

    def narrow(self):
        moved = True
        while moved:
            moved = False
            for whole, parts in self.sums:
                low = sum(self.ends[p][0] for p in parts)
                high = sum(self.ends[p][1] for p in parts)
                moved |= self._to(whole, low, high)
                for part in parts:
                    least, most = self.ends[part]
                    rest_low, rest_high = low - least, high - most if high < math.inf else math.inf
                    if high == math.inf and most == math.inf:
                        rest_high = sum(self.ends[p][1] for p in parts if p != part)
                    moved |= self._to(
                        part, self.ends[whole][0] - rest_high, self.ends[whole][1] - rest_low
                    )
        return self

    def _to(self, name, least, most):
        old = self.ends[name]
        self.ends[name] = max(old[0], least), min(old[1], most)
        assert self.ends[name][0] <= self.ends[name][1], "the truth is always possible"
        return self.ends[name] != old


def known_of(answers, filtered):
    """Everything told of the same people, by outcome."""
    known = Knowledge()
    for name in ("people", "with_timing"):
        for told in answers.values():
            known.add(name, *ends_of(getattr(told, name)))
    for band in GROUPS:
        known.add(band, 0, math.inf if filtered else HIDDEN)
    known.add("elsewhere", 0, math.inf)
    for outcome, told in answers.items():
        for band in GROUPS:
            _of_row(known, outcome, band, [cell for cell in told.cells if cell.band is band])
        known.add((outcome, "elsewhere", "found"), 0, math.inf)
        for name, bands in (("with_outcome", [*GROUPS, "elsewhere"]), ("with_both", TWO)):
            known.add((outcome, name), *ends_of(getattr(told, name)))
            known.sums.append(((outcome, name), [(outcome, band, "found") for band in bands]))
    known.sums += [("people", [*GROUPS, "elsewhere"]), ("with_timing", TWO)]
    return known.narrow()


def ends_of(total):
    """A total may be hidden for another reason than that it is small."""
    return (0, math.inf) if total is None else could_be(total)


def _of_row(known, outcome, band, row):
    found, none = (outcome, band, "found"), (outcome, band, None)
    known.add(found, 0, math.inf)
    known.add(none, 0, math.inf)
    known.sums.append((band, [found, none]))
    if not row:
        return
    known.ends[band] = (HIDDEN + 1, math.inf)
    # of two that are hidden one may be so for the other's sake
    either = sum(cell.people is None for cell in row) == 2
    for cell in row:
        ends = ends_of(cell.people) if either else could_be(cell.people)
        known.add((outcome, band, cell.step), *ends)
    steps = [(outcome, band, cell.step) for cell in row if cell.step is not None]
    known.sums.append((found, steps))


def test_every_count_could_be_another_after_all_sums():
    chance = random.Random(39)
    tried = 0
    for _ in range(PAIRS // 10):
        people = registry(chance)
        for _ in range(5):
            filters, _other = pair(chance, people)
            answers = {outcome: answer(people, filters, outcome) for outcome in FOUND}
            answers = {outcome: one for outcome, one in answers.items() if one}
            if not answers:
                continue
            tried += 1
            for name, (least, most) in known_of(answers, filters).ends.items():
                assert most > least, (name, least, answers)
    assert tried > PAIRS / 10, "or nothing was tried"


def test_of_timing_by_another_start_nothing_is_told():
    cells = [
        Alike(band=Band.DAY, first=2, outcome=outcome, people=people)
        for outcome, people in ((3, 60), (None, 20))
    ]
    told = others(cells, Question(exposure="decision"))
    assert (told.people, told.with_outcome) == (80, 60)
    assert (told.with_timing, told.with_both, told.cells) == (None, None, ())


def test_a_total_that_would_settle_its_cells_is_not_told():
    """Four cells of 10 are 32 people at least; 30 are 32 at most."""
    question = Question(outcome="walks_alone")
    steps = (None, DEAD, 0, 1)
    eight, nine = (
        [Alike(band=Band.DAY, first=2, outcome=outcome, people=people) for outcome in steps]
        for people in (8, 9)
    )
    assert {cell.people for cell in others(eight, question).cells} == {10}
    assert (others(eight, question).people, others(nine, question).people) == (None, 35)
    assert others(eight, question).with_outcome == 25, "24 people could be others"


@pytest.mark.parametrize("counts", [(30, 23, 30, 23), (30, 30, 29, 29), (30, 8, 9, 8)])
def test_a_part_whose_rest_is_few_is_not_told(counts):
    names = ("people", "with_timing", "with_outcome", "with_both")
    told = totals(Question(), **dict(zip(names, counts, strict=True)))
    for name, people in zip(names[1:], counts[1:], strict=True):
        if counts[0] - people <= HIDDEN:
            assert told[name] is None


@pytest.mark.parametrize("band", [Band.DAY, Band.OVER_A_DAY])
def test_where_a_group_is_set_apart_nothing_is_told_of_all_with_timing(band):
    cells = [Alike(band=one, first=2, outcome=3, people=20) for one in (Band.DAY, Band.WEEK)]
    cells.append(Alike(band=Band.UNKNOWN, first=2, outcome=None, people=10))
    told = others(cells, Question(), {band})
    assert (told.people, told.with_outcome) == (50, 40)
    assert (told.with_timing, told.with_both) == (None, None)
    assert others(cells, Question(), {Band.NOT_OPERATED}).with_timing == 40


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_few_are_not_told_of_at_all(outcome):
    cells = [Alike(band=Band.DAY, first=2, outcome=1, people=7)]
    assert others(cells, Question(outcome=outcome)).withheld


# --- states by grade: each grade's people are a part of the next one's ----------------------------
@pytest.mark.parametrize("seed", range(60))
def test_between_grades_that_are_told_stand_enough_people(seed):
    chance = random.Random(seed)
    at = {before: chance.choice([0, 0, 3, 7, 8, 20]) for before in (None, *range(6))}
    cells = [
        Standing(window="12mo", band=Band.DAY, before=before, dead=False, worst=5, sustained=5,
                 sustainable=5, why="", people=people)
        for before, people in at.items()
    ]  # fmt: skip
    by_grade = [stand(cells, ["12mo"], grade) for grade in reversed(GRADES)]
    told = [sum(at.values())]
    for n, grade in enumerate(reversed(GRADES), start=1):
        early, later = cohort_states.told(by_grade[:n], withheld=())
        assert later.stacks is None or set(later.stacks["12mo"].values()) == {None}
        if early.stacks is not None:
            told.append(sum(people for before, people in at.items() if before in range(grade)))
        assert cohort_states.told(by_grade[:n], withheld=set(Timing))[0].stacks is None
    for many, few in combinations(told, 2):
        assert many == few or many - few > HIDDEN, told


# --- follow-up: all the decompressed, and the parts they are made of ------------------------------
def between(told):
    """How many people stand between two of the rows that are told."""
    everyone = told.pop(cohort_following.ALL, None)
    if everyone is None:
        return []
    parts = list(told.values())
    sums = [sum(some) for n in range(1, 4) for some in combinations(parts, n)]
    return [everyone - some for some in sums]


@pytest.mark.parametrize("seed", range(200))
def test_of_all_the_decompressed_nothing_beside_a_part_that_is_too_small(seed):
    chance = random.Random(seed)
    people = {band: chance.choice([0, 0, 1, 7, 8, 30]) for band in Band}
    cells = [Alike(band=b, first=1, outcome=3, people=n) for b, n in people.items() if n]
    exact = cohort_following.flow(500, 400, {"12mo": cells})
    apart = chance.choice([(), ("day",)])
    told = cohort_following.protected(exact, apart)
    rows = {
        row.group: sum(people[band] for band in cohort_following.GROUPS[row.group])
        for row in told.at_windows
        if row.people is not None
    }
    assert not set(apart) & set(rows)
    assert not [few for few in between(rows) if 0 < few <= HIDDEN]
