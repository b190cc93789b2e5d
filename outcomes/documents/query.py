"""A data query: a question about what was recorded, raised by a rule or by a person."""

from typing import Literal

from patients.documents.base import Code, Id, Shape, Text, Words, absent

RecordKind = Literal[
    "visits", "labs", "medications", "doses", "procedures", "complications", "imaging",
    "bone-density", "background", "milestones", "consents", "transfers", "contact-attempts",
    "losses",
]  # fmt: skip
State = Literal["open", "closed_by_data", "answered"]


class RaisedDocument(Shape):
    """A question that a person raises about a record, or about the patient as a whole."""

    id: Id
    text: Text
    """The question."""
    kind: RecordKind = absent()
    """The kind of record that it is about, as in the address of its list."""
    record: Id = absent()
    """The id of that record."""
    part: Words = absent()
    """The field that it is about, for example motor.right.grade."""


class AnswerDocument(Shape):
    """The answer to an open query: the value is right, and why; or why the question is settled."""

    note: Text


class QueryDocument(Shape):
    """A query as it is kept. What a rule asks closes by itself when the data change."""

    id: Id
    rule: Code
    """The rule that asks, or by_hand."""
    subject: Words
    """What makes it one query of its rule: the record and the part."""
    kind: RecordKind = absent()
    record: Id = absent()
    part: Words = absent()
    value: Words = absent()
    """What it is about, as recorded; an answer holds until it changes."""
    against: Words = absent()
    """What the value is held against."""
    text: Text = absent()
    """The question of a person, in their words."""
    state: State
    note: Text = absent()
    """The answer."""
