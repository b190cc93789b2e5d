"""Data queries by people: raised about a record, answered with a note."""

from collections.abc import Sequence

from django.db import transaction

from outcomes.documents.query import AnswerDocument, QueryDocument, RaisedDocument
from outcomes.kinds import BY_PATH, DOSE
from outcomes.models import DataQuery
from outcomes.rules.queries import BY_HAND
from outcomes.rules.text import gettext_noop as _
from patients import records
from patients.documents.base import Refused, plain, read
from patients.models import Patient
from patients.records import Asked, Checked, Written

OPEN, ANSWERED = "open", "answered"


def raise_query(*, patient: Patient, document: RaisedDocument, asked: Asked) -> Written:
    """Ask a question about a record of the patient, or about the patient as a whole."""

    def check() -> Checked:
        _refuse_unknown(patient, document)
        return Checked(columns={"opened_at": asked.at})

    kept = read(
        QueryDocument,
        plain(document) | {"rule": BY_HAND, "subject": f"{BY_HAND} {document.id}", "state": OPEN},
    )
    return records.create(DataQuery, kept, asked=asked, patient=patient, check=check)


def _refuse_unknown(patient: Patient, document: RaisedDocument) -> None:
    """A record is named by kind and id together, and is one of the patient's."""
    if document.record is None and document.kind is None:
        return
    if document.record is None or document.kind is None:
        raise Refused.at(
            "record" if document.record is None else "kind",
            code="kind_and_record",
            message=_("Name the record by its kind and its id together, or leave both out."),
        )
    kind = DOSE if document.kind == DOSE.path else BY_PATH[document.kind]
    rows = kind.model.objects.filter(pk=document.record, patient=patient)
    if not rows.exists():
        message = _("There is no such record of this patient: check the kind and the id.")
        raise Refused.at("record", code="unknown_record", message=message)


@transaction.atomic
def answer(*, row: DataQuery, document: AnswerDocument, expected: int, asked: Asked) -> Written:
    """Settle an open query with a note: the value is right, or the question is done with.

    It stays answered until the value that it is about changes. Raises Stale as any edit does.
    """
    # before the row: as every clinical write of the patient does (see `automatic_queries`)
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=row.patient_id)
    current = DataQuery.objects.get(pk=row.pk)
    if current.version != expected:
        raise records.Stale(current)
    if current.state != OPEN:
        message = _("This query is not open any more: nothing was changed.")
        raise Refused.at(code="not_open", message=message)
    given = plain(read(QueryDocument, current.document()))
    kept = read(QueryDocument, given | {"state": ANSWERED, "note": document.note})
    return records.amend(
        current,
        kept,
        asked=asked,
        reason=document.note,
        expected=expected,
        checked=Checked(columns={"settled_at": asked.at, "settled_by": asked.by}),
    )


@transaction.atomic
def answer_all(
    *, rows: Sequence[tuple[DataQuery, int]], document: AnswerDocument, asked: Asked
) -> None:
    """The same answer to one question about several records, each with the version expected.

    All or none. Raises what `answer` raises.
    """
    for row, expected in rows:
        answer(row=row, document=document, expected=expected, asked=asked)
