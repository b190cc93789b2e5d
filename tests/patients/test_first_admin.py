"""`manage.py first_admin`: a real site and its administrator, asked for or given, never by half."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from patients.management.commands import first_admin
from patients.models import AuditEvent, Membership, Site, User
from patients.roles import Role

pytestmark = pytest.mark.django_db

PASSWORD = "seven quiet rivers"
GIVEN = {
    "site_name": "St. Mary",
    "site_code": "mary",
    "time_zone": "Europe/Lisbon",
    "username": "ines",
    "given_name": "Inês",
}


@pytest.fixture(autouse=True)
def real_site(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Without a terminal: what the command says; the password comes on standard input."""

    def command(password: str = PASSWORD, **options: Any) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        out = io.StringIO()
        call_command("first_admin", password_stdin=True, stdout=out, **options)
        return out.getvalue()

    return command


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """On a terminal: what it said and complained of, given what is typed."""

    def command(*lines: str, passwords: tuple[str, ...], **options: Any) -> tuple[str, str]:
        answers, secrets = iter(lines), iter(passwords)

        def answer(_prompt: str) -> str:
            try:
                return next(answers)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(first_admin, "getpass", lambda _prompt: next(secrets))
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        out, err = io.StringIO(), io.StringIO()
        call_command("first_admin", stdout=out, stderr=err, **options)
        assert [*answers, *secrets] == [], "something was not asked for"
        return out.getvalue(), err.getvalue()

    return command


def nothing_made() -> bool:
    rows = (Site, User, Membership, AuditEvent)
    return not any(model.objects.exists() for model in rows)


def test_the_administrator_can_sign_in_and_administers_the_site(
    run: Callable[..., str], settings: Any
) -> None:
    settings.HTTPS, settings.ALLOWED_HOSTS = True, ["testserver", "regain.example.org"]
    said = run(**GIVEN, phone="+351 1", emergency_number="112", language="ko")
    assert "https://testserver/account/login/" in said
    assert "add the staff" in said
    site, user = Site.objects.get(), User.objects.get()
    assert (site.name, site.code, site.time_zone) == ("St. Mary", "mary", "Europe/Lisbon")
    assert (site.phone, site.emergency_number) == ("+351 1", "112")
    assert (user.first_name, user.language) == ("Inês", "ko")
    assert not user.is_superuser
    held = Membership.objects.get()
    assert (held.user, held.site, held.role, held.active) == (user, site, Role.ADMINISTRATOR, True)
    signed_in = Client().post("/account/login/", {"login": "ines", "password": PASSWORD})
    assert signed_in.status_code == 302


def test_it_is_audited_once_and_configuration_has_its_history(run: Callable[..., str]) -> None:
    run(**GIVEN)
    event = AuditEvent.objects.get()
    assert (event.action, event.by) == ("site.open", User.objects.get())
    assert event.site == Site.objects.get()
    assert Site.history.count() == Membership.history.count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"time_zone": "Mars/Olympus"}, "--time-zone: Give an IANA", id="zone"),
        pytest.param({"site_code": "st mary"}, "--site-code: Enter a valid", id="code"),
        pytest.param({"username": "in es"}, "--username: Enter a valid", id="user name"),
        pytest.param({"email": "ines"}, "--email: Enter a valid", id="e-mail"),
        pytest.param({"language": "xx"}, "--language: Choose one of en, ko", id="language"),
        pytest.param({"password": "eleven char"}, "The password: .*at least 12", id="short"),
        pytest.param({"password": "password1234"}, "The password: .*too common", id="common"),
        pytest.param({"password": ""}, "The password: ", id="no password"),
        pytest.param(
            {"username": "inesdesousacosta", "password": "inesdesousacosta"},
            "The password: .*too similar",
            id="the password is the name",
        ),
    ],
)
def test_what_is_wrong_is_told_by_option_and_nothing_is_made(
    run: Callable[..., str], wrong: dict[str, str], told: str
) -> None:
    with pytest.raises(CommandError, match=told) as refused:
        run(**GIVEN | wrong)
    assert nothing_made()
    assert "inesdesousacosta" not in str(refused.value)


@pytest.mark.parametrize("missing", ["site_name", "site_code", "time_zone", "username"])
def test_without_a_terminal_what_is_missing_is_named(run: Callable[..., str], missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}
    with pytest.raises(CommandError, match=f"--{missing.replace('_', '-')}$"):
        run(**given)
    assert nothing_made()


def test_not_in_a_demo(run: Callable[..., str], settings: Any) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="set DEMO=0"):
        run(**GIVEN)
    assert nothing_made()


def test_a_second_administrator_is_made_on_the_pages(run: Callable[..., str]) -> None:
    run(**GIVEN)
    with pytest.raises(CommandError, match=r"administration pages.*--another-site"):
        run(**GIVEN | {"site_code": "two", "username": "two"})
    assert Site.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize("gone", ["user", "role"])
def test_one_who_cannot_sign_in_is_no_administrator(run: Callable[..., str], gone: str) -> None:
    """The way back in when the only administrator was switched off."""
    run(**GIVEN)
    if gone == "user":
        User.objects.update(is_active=False)
    else:
        Membership.objects.update(active=False)
    run(**GIVEN | {"site_code": "two", "username": "two"})
    assert Site.objects.count() == 2


def test_another_site_for_someone_who_is_there(run: Callable[..., str]) -> None:
    run(**GIVEN)
    run(password="", **GIVEN | {"site_code": "two"}, another_site=True)
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert set(user.memberships.values_list("site__code", "role")) == {
        ("mary", "administrator"),
        ("two", "administrator"),
    }


def test_another_site_for_someone_new(run: Callable[..., str]) -> None:
    run(**GIVEN)
    run(**GIVEN | {"site_code": "two", "username": "rui"}, another_site=True)
    assert User.objects.get(username="rui").memberships.get().site.code == "two"


def test_another_site_not_for_someone_switched_off(run: Callable[..., str]) -> None:
    User.objects.create_user("ines", is_active=False)
    with pytest.raises(CommandError, match=r"--username: .*switched off"):
        run(**GIVEN, another_site=True)
    assert not Site.objects.exists()


@pytest.mark.parametrize("step", ["Membership.objects.create", "audit.record"])
def test_never_by_half(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(f"patients.opening.{step}", fails)
    with pytest.raises(RuntimeError):
        run(**GIVEN)
    assert nothing_made()


def test_on_a_terminal_it_asks_and_asks_again(typed: Callable[..., tuple[str, str]]) -> None:
    Site.objects.create(name="Old", code="old", time_zone="UTC")
    User.objects.create_user("rui")
    said, complained = typed(
        *["", "St. Mary", "st mary", "old", "mary", "Lisbon", "Europe/Lisbon", "", "112"],
        *["rui", "ines", "Inês", "", "no address", "ines@example.org", "de", ""],
        passwords=("short", PASSWORD, PASSWORD + "!", PASSWORD, PASSWORD),
    )
    assert "St. Mary is open" in said
    for part in ("blank", "valid", "called old", "IANA", "called rui", "e-mail", "en, ko"):
        assert part in complained.replace("email", "e-mail"), part
    assert "at least 12" in complained
    assert "differ" in complained
    user = User.objects.get(username="ines")
    assert (user.first_name, user.email, user.language) == ("Inês", "ines@example.org", "en")
    assert user.check_password(PASSWORD)
    assert Site.objects.get(code="mary").phone == ""


def test_it_does_not_ask_for_what_is_given(typed: Callable[..., tuple[str, str]]) -> None:
    typed(*["", "", "", "", ""], passwords=(PASSWORD, PASSWORD), **GIVEN)
    assert User.objects.get().first_name == "Inês"


def test_stopped_half_way_nothing_is_made(typed: Callable[..., tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match="Nothing was made"):
        typed("St. Mary", "mary", passwords=())
    assert nothing_made()


def test_the_password_is_no_argument() -> None:
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("first_admin", "--password", PASSWORD)
