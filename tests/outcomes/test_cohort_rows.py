"""What the comparison reads is the same as from whole courses, after every write."""

import datetime as dt
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from outcomes import simulation
from outcomes.actions import cohort_rows
from outcomes.documents.visit import VisitDocument
from outcomes.facts import facts_of
from outcomes.kinds import BY_PATH, PERSON
from outcomes.models import CohortConsent, CohortEntry, CohortOutcome
from outcomes.rules.cohort_traits import age_band
from patients.documents.base import plain, read
from patients.documents.people import PatientDocument
from patients.models import Patient
from tests.api.test_comparison import consent
from tests.support.cast import SURGERY, TODAY, now
from tests.support.scale import sampled

pytestmark = pytest.mark.django_db


def test_every_write_keeps_it_and_the_check_finds_nothing(cast):
    call_command("rebuild_comparison")
    document = {
        "id": str(uuid.uuid4()),
        "kind": "3mo",
        "date": str(SURGERY + dt.timedelta(days=91)),
        "motor": {"right": {"grade": "4"}, "left": {"grade": "4"}},
    }
    BY_PATH["visits"].record(
        patient=cast.ha, document=read(VisitDocument, document), asked=now(cast.physician_a)
    )
    outcome = CohortOutcome.objects.get(entry=cast.ha.pk, clock="index_decompression", window="3mo")
    assert (outcome.worst, outcome.right, outcome.left) == (4, 4, 4)
    call_command("rebuild_comparison", check=True)


def test_the_bulk_action_keeps_it_too(cast):
    call_command("rebuild_comparison")
    for _looked_at, _entered in simulation.run(
        site=cast.seoul, patients=sampled(12, 30), seed=5, as_of=TODAY - dt.timedelta(days=1)
    ):
        pass
    assert CohortEntry.objects.count() == Patient.objects.count()
    bands = set(CohortEntry.objects.values_list("band", flat=True))
    assert {"day", "week", "later"} <= bands
    call_command("rebuild_comparison", check=True)


def test_the_check_fails_where_something_differs_and_a_rebuild_mends_it(cast, capsys):
    call_command("rebuild_comparison")
    CohortOutcome.objects.filter(entry=cast.ha.pk, window="6wk").update(worst=5)
    with pytest.raises(CommandError, match="A-001"):
        call_command("rebuild_comparison", check=True)
    call_command("rebuild_comparison")
    assert "5 patients looked at, 1 written anew" in capsys.readouterr().out
    call_command("rebuild_comparison", check=True)


def test_after_a_migration_those_that_have_none_are_worked_out(cast):
    assert not CohortEntry.objects.filter(patient=cast.ha).exists()
    cohort_rows.fill()
    call_command("rebuild_comparison", check=True)


def test_who_has_withdrawn_from_being_followed_is_not_counted(cast):
    consent(cast.ha, cast.physician_a, "given")
    call_command("rebuild_comparison")
    assert CohortConsent.objects.filter(entry=cast.ha.pk).exists()
    row = Patient.objects.get(pk=cast.ha.pk)
    document = read(PatientDocument, plain(read(PatientDocument, row.document())) | WITHDRAWN)
    PERSON.amend(
        row=row, document=document, reason="Asked.", expected=row.version,
        asked=now(cast.physician_a),
    )  # fmt: skip
    assert not CohortConsent.objects.filter(entry=cast.ha.pk).exists()
    call_command("rebuild_comparison", check=True)


WITHDRAWN = {"status": "withdrawn"}


def test_a_record_in_error_is_not_kept(cast):
    call_command("rebuild_comparison")
    row = Patient.objects.get(pk=cast.ha.pk)
    PERSON.withdraw(row=row, asked=now(cast.physician_a), reason="Twice.", expected=row.version)
    assert not CohortEntry.objects.filter(patient=cast.ha).exists()


def test_what_does_not_change_it_is_not_written_anew(cast, django_assert_num_queries):
    call_command("rebuild_comparison")
    patient = Patient.objects.select_related("site").get(pk=cast.ha.pk)
    facts = facts_of([patient], timezone.now())
    # consents, transfers, losses, the stamp; and nothing to take away
    with django_assert_num_queries(4):
        cohort_rows.keep([patient], facts, now(cast.physician_a))


@pytest.mark.parametrize("wrong", [{"since": "2020-01-01"}, None])
def test_consent_that_is_searched_must_say_what_was_decided(cast, wrong):
    consent(cast.ha, cast.physician_a, "given")
    call_command("rebuild_comparison")
    rows = CohortConsent.objects.filter(entry=cast.ha.pk)
    assert rows.update(**wrong) if wrong else rows.delete()[0]
    with pytest.raises(CommandError, match="A-001"):
        call_command("rebuild_comparison", check=True)
    call_command("rebuild_comparison")
    call_command("rebuild_comparison", check=True)


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (79, 79, "70–79"),
        (79, 80, None),
        (80, 80, "80–89"),
        (89, 90, None),
        (90, 97, "90+"),
        (None, None, None),
    ],
)
def test_an_age_band_is_certain_or_not_said(low, high, band):
    assert age_band(None if low is None else (low, high)) == band


def ended(cast, path, days, **document):
    kind = BY_PATH[path]
    document |= {"id": str(uuid.uuid4()), "date": str(SURGERY + dt.timedelta(days=days))}
    kind.record(patient=cast.ha, document=read(kind.shape, document), asked=now(cast.physician_a))


def absence(cast, window):
    rows = CohortOutcome.objects.filter(entry=cast.ha.pk, clock="index_decompression")
    return rows.get(window=window).absence


def test_whoever_was_lost_and_seen_again_is_lost_no_longer(cast):
    """As in the plan of visits: see `following.holds`."""
    call_command("rebuild_comparison")
    ended(cast, "losses", 50, reason="unreachable")
    assert absence(cast, "3mo") == "lost_unreachable"
    ended(cast, "visits", 60, kind="unscheduled")
    assert absence(cast, "3mo") == "missed"
    call_command("rebuild_comparison", check=True)


def test_of_several_endings_the_one_recorded_last_counts(cast):
    ended(cast, "losses", 50, reason="unreachable")
    ended(cast, "transfers", 70, to_site="Elsewhere")
    assert absence(cast, "3mo") == "transferred"
