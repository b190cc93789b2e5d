"""A question and its address say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules import cohort_question
from outcomes.rules.cohort_question import NoSuchQuestion, Question, read

CHOICES = cohort_question.parameters()


@given(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHOICES.items()}))
def test_what_is_read_is_written_and_read_again(sent):
    question = read(sent)
    assert read(question.parameters()) == question
    assert read({name: "" for name in CHOICES} | question.parameters()) == question
    assert len(question.parameters()) <= len(sent)


def test_the_plain_question_is_the_primary_one_and_has_no_address():
    assert read({}) == Question()
    assert (read({}).address(), read({}).primary) == ("", True)
    assert read({"origin": "synthetic"}).primary


@pytest.mark.parametrize("name", sorted(set(CHOICES) - {"origin"}))
def test_whatever_else_is_asked_is_exploratory(name):
    others = [v for v in CHOICES[name] if v != getattr(Question(), name, None)]
    assert not any(read({name: value}).primary for value in others)


@pytest.mark.parametrize(
    ("sent", "name"),
    [({"window": "2wk"}, "window"), ({"level": "L6"}, "level"), ({"patient": "1"}, "patient")],
)
def test_what_is_none_is_refused_with_what_there_is(sent, name):
    with pytest.raises(NoSuchQuestion) as refused:
        read(sent)
    assert refused.value.name == name
    assert refused.value.allowed


@pytest.mark.parametrize(
    ("outcome", "value", "step"),
    [("worst_leg", 3, 3), ("lems", 0, 0), ("lems", 9, 0), ("lems", 10, 10), ("lems", 50, 50),
     ("total", 3, 2), ("walks_alone", 1, 1), ("worst_leg", -1, -1)],
)  # fmt: skip
def test_a_value_belongs_to_the_step_it_reaches(outcome, value, step):
    assert Question(outcome=outcome).scale.step(value) == step
