"""The clinic has discussed a record with the patient, who sees it from now on."""

from typing import Any

from outcomes.actions.consequences import following
from patients import records
from patients.documents.base import plain, read
from patients.records import Asked, Written
from patients.text import gettext_noop as _

DISCUSSED = _("Discussed with the patient")


def _share(*, row: Any, expected: int, asked: Asked) -> Written:
    """The next version of the record, otherwise as it is; nothing in it is judged anew.

    Raises Stale when it was changed since the `expected` version.
    """
    stored = plain(read(row.SHAPE, row.document()))
    document = read(row.SHAPE, stored | {"discuss_first": False})
    return records.amend(
        row, document, asked=asked, reason=DISCUSSED, expected=expected, deed="share"
    )


share = following(_share)
