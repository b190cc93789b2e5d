"""Who may see and do what, asked of the querysets that pages, tasks and exports use too."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from outcomes.models import Visit
from patients import records
from patients.access import (
    Forbidden,
    held,
    holds,
    load_for,
    load_record_for,
    reporter,
    sites_for,
)
from patients.models import Patient, Procedure
from patients.roles import Permission
from tests.api.client import Api, path
from tests.support.cast import now

SEEN = {
    "physician_a": {"ha", "ji", "baek", "synthetic"},
    "therapist_a": {"ha", "ji", "baek", "synthetic"},
    "physician_b": {"brandt"},
    "surgeon_a": {"ha"},
    "administrator_a": set(),
    "disabled_physician_a": set(),
    "patient_user": {"ha"},
    "sees": {"ha"},
    "reports": set(),
    "sees_and_reports": {"ha"},
    "revoked": set(),
    "expired": set(),
}


def names(cast, patients):
    wanted = set(patients.values_list("pk", flat=True))
    return {name for name, patient in cast.patients.items() if patient.pk in wanted}


def test_everyone_sees_whom_they_may(cast):
    assert set(SEEN) == set(cast.users)
    for who, seen in SEEN.items():
        assert names(cast, Patient.objects.visible_to(cast.users[who])) == seen, who
        rows = Visit.objects.visible_to(cast.users[who])
        assert set(rows.values_list("patient_id", flat=True)) <= {
            cast.patients[name].pk for name in seen
        }
    assert not Patient.objects.visible_to(AnonymousUser()).exists()


def test_nobody_sees_more_by_another_permission(cast):
    for permission in Permission:
        for who in ("administrator_a", "disabled_physician_a", "revoked", "expired"):
            assert not Patient.objects.permitted(cast.users[who], permission).exists()
    diary = Patient.objects.permitted(cast.reports, Permission.RECORD_DIARY)
    assert names(cast, diary) == {"ha"}


def test_a_stranger_is_told_there_is_nothing_and_a_colleague_that_it_is_not_theirs(cast):
    with pytest.raises(Http404):
        load_for(cast.physician_b, Permission.VIEW_RECORD, cast.ha.pk)
    with pytest.raises(Forbidden):
        load_for(cast.therapist_a, Permission.PRESCRIBE, cast.ha.pk)
    with pytest.raises(Http404):
        load_for(cast.reports, Permission.PRESCRIBE, cast.ha.pk)
    visit = Visit.objects.filter(patient=cast.ha).first()
    assert load_record_for(cast.sees, Permission.VIEW_RECORD, Visit, visit.pk) == visit
    for who in ("reports", "physician_b", "administrator_a"):
        with pytest.raises(Http404):
            load_record_for(cast.users[who], Permission.VIEW_RECORD, Visit, visit.pk)


def test_a_patient_entered_in_error_is_gone_everywhere(cast):
    visit = Visit.objects.filter(patient=cast.ha).first()
    records.enter_in_error(cast.ha, asked=now(cast.physician_a), reason="twice", expected=1)
    for who in ("physician_a", "surgeon_a", "patient_user", "sees"):
        assert "ha" not in names(cast, Patient.objects.visible_to(cast.users[who])), who
        client = Api(cast.users[who])
        assert client.get(path(cast.ha)).status == 404
        assert client.get(path(cast.ha, "visits")).status == 404
        assert client.get(f"visits/{visit.pk}/").status == 404
    assert not Patient.objects.registry().filter(pk=cast.ha.pk).exists()


def test_an_operation_entered_in_error_opens_no_record(cast):
    mine = Procedure.objects.get(patient=cast.ha, operator=cast.surgeon_a)
    assert Patient.objects.visible_to(cast.surgeon_a).filter(pk=cast.ha.pk).exists()
    records.enter_in_error(mine, asked=now(cast.physician_a), reason="not him", expected=1)
    assert not Patient.objects.visible_to(cast.surgeon_a).filter(pk=cast.ha.pk).exists()


def test_the_registry_counts_only_its_own_people(cast):
    assert names(cast, Patient.objects.registry()) == {"ha", "ji", "brandt"}


def test_sites_are_those_where_the_role_is_held(cast):
    assert list(sites_for(cast.physician_a, Permission.ENROL)) == [cast.seoul]
    assert list(sites_for(cast.physician_b, Permission.ENROL)) == [cast.berlin]
    for who in ("therapist_a", "administrator_a", "patient_user", "sees"):
        assert not sites_for(cast.users[who], Permission.ENROL).exists(), who
    cast.physician_a.memberships.update(active=False)
    assert not sites_for(cast.physician_a, Permission.ENROL).exists()


WORDS = {
    "patient_user": "patient",
    "sees": "caregiver",
    "sees_and_reports": "caregiver",
    "physician_a": "clinician",
    "therapist_a": "clinician",
}


def test_whose_word_an_entry_is(cast):
    for who, expected in WORDS.items():
        assert reporter(cast.users[who], cast.ha) == expected, who
    cast.sees.memberships.create(site=cast.seoul, role="therapist")
    assert reporter(cast.sees, cast.ha) == "clinician", "a nurse who is also the daughter"


def test_a_link_ends_the_moment_it_is_revoked(cast):
    assert Patient.objects.visible_to(cast.sees).exists()
    cast.sees.proxies.update(revoked_at=timezone.now())
    assert not Patient.objects.visible_to(cast.sees).exists()


def test_what_is_held_is_what_each_permission_says_alone(cast):
    """`held` asks once for what they all rest on; this asks for each."""
    for user in cast.users.values():
        for patient in (cast.ha, cast.ji, cast.brandt):
            each = {
                permission
                for permission in Permission
                if holds(user, permission, patient)
                or sites_for(user, permission).filter(pk=patient.site_id).exists()
            }
            assert held(user, patient) == (each if user.is_active else set()), user.username
    assert held(cast.surgeon_a, cast.ha) > held(cast.surgeon_a, cast.ji) > set()
