"""The command that fills a site with made-up patients."""

import pytest
from django.core.management import CommandError, call_command

from patients.models import AuditEvent, DocumentVersion, Patient, Site

pytestmark = pytest.mark.django_db


def simulate(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("simulate", *arguments)
    told = capsys.readouterr()
    assert "patients" in told.err, "a bar shows how far it is"
    return told.out


def test_it_says_what_it_did_and_is_finished_by_running_it_again(cast, capsys):
    arguments = ("--patients", "5", "--seed", "4", "--site", "seoul")
    assert "5 synthetic patients entered at Seoul" in simulate(capsys, *arguments)
    kept = DocumentVersion.objects.count()
    assert "0 synthetic patients entered" in simulate(capsys, *arguments)
    assert "(5 were there already)" in simulate(capsys, *arguments)
    assert DocumentVersion.objects.count() == kept
    assert "2 synthetic patients entered" in simulate(
        capsys, "--patients", "7", "--seed", "4", "--site", "seoul"
    )


def test_they_are_synthetic_and_at_one_site(cast, capsys):
    simulate(capsys, "--patients", "3", "--seed", "4", "--site", "berlin")
    made = Patient.objects.filter(study_number__startswith="SYN4-")
    assert {(p.origin, p.site_id) for p in made} == {("synthetic", cast.berlin.pk)}
    assert AuditEvent.objects.filter(action="patient.bulk_record", by=None).count() == 1
    assert not Patient.objects.registry().filter(pk__in=made).exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("--patients", "0", "--seed", "1"), "at least 1", id="none"),
        pytest.param(("--patients", "2", "--seed", "1"), "one of: berlin, seoul", id="which site"),
        pytest.param(
            ("--patients", "2", "--seed", "1", "--site", "x"), "berlin, seoul", id="no such site"
        ),
        pytest.param(
            ("--patients", "2", "--seed", "1", "--site", "seoul", "--as-of", "2199-01-01"),
            "in the future",
            id="a day to come",
        ),
    ],
)
def test_what_it_refuses_and_what_to_do(cast, arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command("simulate", *arguments)


def test_without_a_site_it_says_how_to_get_one():
    assert not Site.objects.exists()
    with pytest.raises(CommandError, match="first_admin"):
        call_command("simulate", "--patients", "1", "--seed", "1")
