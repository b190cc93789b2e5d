"""The history page: who changed what from what to what, and why; nothing is lost, nothing leaks."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outcomes.actions import consequences, visits
from outcomes.changes import changes
from outcomes.documents.visit import VisitDocument
from outcomes.kinds import BY_PATH
from outcomes.models import Visit
from patients.documents.base import plain, read
from patients.models import AuditEvent, DocumentVersion
from tests.support.cast import Cast, now, visit

pytestmark = pytest.mark.django_db


def amend(row: Visit, by: Any, reason: str, **parts: Any) -> None:
    document = plain(read(VisitDocument, row.document())) | parts
    visits.amend_visit(
        row=row, document=read(VisitDocument, document), reason=reason, expected=row.version,
        asked=now(by),
    )  # fmt: skip
    row.refresh_from_db()


@pytest.fixture
def amended(cast: Cast) -> Visit:
    row = Visit.objects.filter(patient=cast.ha).order_by("position").last()
    assert row is not None
    legs = {"basis": "gestalt", "right": {"grade": "4-"}, "left": {"grade": "4"}}
    amend(row, cast.therapist_a, "Read from the wrong line", motor=legs, note="Seen with daughter")
    return row


def page(client: Client, cast: Cast, record_id: uuid.UUID | None = None) -> str:
    where = [cast.ha.pk, record_id] if record_id else [cast.ha.pk]
    name = "document-history" if record_id else "patient-history"
    return client.get(reverse(name, args=where)).content.decode()


def test_a_change_says_who_why_and_from_what_to_what(
    cast: Cast, amended: Visit, client_for: Any
) -> None:
    shown = page(client_for(cast.physician_a), cast, amended.pk)
    assert "Read from the wrong line" in shown
    assert "therapist_a" in shown
    row = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert "<td>3</td><td>4−</td>" in row
    assert "<td>not recorded</td><td>Seen with daughter</td>" in row
    assert row.count("<tr>") == 2  # the left leg did not change


def test_the_first_version_shows_what_was_recorded(cast: Cast, client_for: Any) -> None:
    row = Visit.objects.filter(patient=cast.ha).order_by("position").first()
    assert row is not None
    shown = page(client_for(cast.physician_a), cast, row.pk)
    assert "What was recorded" in shown
    assert "<dd>2</dd>" in shown


def test_what_was_entered_in_error_stays_readable_with_its_reason(
    cast: Cast, amended: Visit, client_for: Any
) -> None:
    consequences.enter_in_error(
        row=amended, asked=now(cast.physician_a), reason="Another patient's", expected=2
    )
    shown = page(client_for(cast.physician_a), cast)
    assert "Marked as entered in error" in shown
    assert "Another patient&#x27;s" in shown


@pytest.mark.parametrize("kind", sorted(BY_PATH))
def test_every_kind_of_document_has_its_history(kind: str, cast: Cast, client_for: Any) -> None:
    rows = BY_PATH[kind].model.objects.filter(patient=cast.synthetic)
    row = rows.first()
    if row is None:  # the made-up patient has none of this kind
        return
    where = reverse("document-history", args=[cast.synthetic.pk, row.pk])
    shown = client_for(cast.physician_a).get(where).content.decode()
    assert str(row.pk) in shown
    told = " ".join(re.findall("<d[dt]>(.*?)</d[dt]>", shown))
    assert told
    assert not re.search(r"{&#x27;|datetime|Decimal\(|[a-z]\.[a-z]|[a-z]_[a-z]", told)


def test_history_is_for_clinicians_and_its_source_hides_what_the_patient_is_to_hear_first(
    cast: Cast, client_for: Any
) -> None:
    visit(cast.ha, cast.physician_a, kind="unscheduled", day=60, right="3", left="4")
    row = Visit.objects.order_by("position").last()
    assert row is not None
    amend(row, cast.physician_a, "To be discussed", discuss_first=True, note="A canary")
    for viewer in (cast.patient_user, cast.sees):
        found = changes(cast.ha, viewer, size=500).changes
        assert found
        assert not [change for change in found if change.version.record_id == row.pk]
        for where in ("patient-history", "document-history"):
            more = [row.pk] if where == "document-history" else []
            answer = client_for(viewer).get(reverse(where, args=[cast.ha.pk, *more]))
            assert answer.url == reverse("phone-recovery", args=[cast.ha.pk])
    assert "A canary" in page(client_for(cast.physician_a), cast)


def test_a_document_of_someone_else_is_not_there(cast: Cast, client_for: Any) -> None:
    row = Visit.objects.filter(patient=cast.synthetic).first()
    assert row is not None
    where = reverse("document-history", args=[cast.ha.pk, row.pk])
    assert client_for(cast.physician_a).get(where).status_code == 404


def test_the_pages_of_a_long_history_show_each_change_once(cast: Cast) -> None:
    seen, before = [], None
    while True:
        cut = changes(cast.synthetic, cast.physician_a, before=before, size=7)
        seen += [change.version.pk for change in cut.changes]
        if cut.older is None:
            break
        before = cut.older
    rows = DocumentVersion.objects.filter(patient_id=cast.synthetic.pk, table__in=_tables())
    assert seen == sorted(rows.values_list("pk", flat=True), reverse=True)


def _tables() -> list[str]:
    from outcomes.changes import BY_TABLE

    return list(BY_TABLE)


def test_reading_is_audited_once_and_costs_the_same_whatever_the_length(
    cast: Cast, amended: Visit, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(cast.physician_a)
    page(client, cast)
    before = AuditEvent.objects.count()
    with django_assert_max_num_queries(14):
        page(client, cast)
    assert AuditEvent.objects.count() == before + 1
    client.get(reverse("patient-history", args=[cast.synthetic.pk]))
    with django_assert_max_num_queries(14):
        client.get(reverse("patient-history", args=[cast.synthetic.pk]))
