"""Every variable from the environment is read strictly, and each error says the fix."""

import base64
import re
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import env

NAME = "REGAIN_TEST_VARIABLE"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(None, True, id="not set: the default"),
        pytest.param("", True, id="empty: the default"),
        pytest.param("1", True, id="1"),
        pytest.param("Yes", True, id="Yes"),
        pytest.param("0", False, id="0"),
        pytest.param("off", False, id="off"),
        pytest.param(" false ", False, id="false between spaces"),
    ],
)
def test_boolean(monkeypatch: pytest.MonkeyPatch, given: str | None, expected: bool) -> None:
    _set(monkeypatch, given)
    assert env.boolean(NAME, True) is expected


@pytest.mark.parametrize("given", ["2", "maybe", "None"])
def test_what_is_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    _set(monkeypatch, given)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}.*set it to 1 or 0"):
        env.boolean(NAME, True)


@pytest.mark.parametrize(
    ("given", "expected"), [(None, 8000), ("", 8000), ("9000", 9000), ("-1", -1)]
)
def test_integer(monkeypatch: pytest.MonkeyPatch, given: str | None, expected: int) -> None:
    _set(monkeypatch, given)
    assert env.integer(NAME, 8000) == expected


@pytest.mark.parametrize("given", ["80.5", "eighty", "0x50"])
def test_what_is_no_whole_number_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    _set(monkeypatch, given)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}.*for example 8000"):
        env.integer(NAME, 8000)


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("sqlite:////srv/regain.sqlite3", "sqlite3", "/srv/regain.sqlite3"),
        ("postgres://u:p@db:5433/regain", "postgresql", "regain"),
        ("postgresql://u:p%40ss@db/regain", "postgresql", "regain"),
    ],
)
def test_database(monkeypatch: pytest.MonkeyPatch, url: str, engine: str, name: str) -> None:
    _set(monkeypatch, url)
    config = env.database(NAME, "sqlite:///unused")
    assert config["ENGINE"] == f"django.db.backends.{engine}"
    assert config["NAME"] == name


@pytest.mark.parametrize("url", ["mysql://u:p@db/regain", "regain", "postgres://u:p@db:port/x"])
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    _set(monkeypatch, url)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}.*postgres://"):
        env.database(NAME, "sqlite:///unused")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+tls://u%40x:p%2Fss@mail:587",
            {"EMAIL_HOST": "mail", "EMAIL_HOST_USER": "u@x", "EMAIL_HOST_PASSWORD": "p/ss",
             "EMAIL_PORT": 587, "EMAIL_USE_TLS": True},
        ),
        ("smtp+ssl://mail:465", {"EMAIL_HOST": "mail", "EMAIL_USE_SSL": True}),
        (None, {"EMAIL_FILE_PATH": "/srv/mail"}),
    ],
)  # fmt: skip
def test_email(
    monkeypatch: pytest.MonkeyPatch, url: str | None, expected: dict[str, object]
) -> None:
    _set(monkeypatch, url)
    config = env.email(NAME, "filemail:////srv/mail")
    assert expected.items() <= config.items()
    assert None not in config.values()


@pytest.mark.parametrize(
    "url", ["mail.example.org", "pigeon://u:canary@mail", "smtp://", "smtp://u:canary@mail:port"]
)
def test_what_is_no_mail_server_is_refused_without_quoting_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    _set(monkeypatch, url)
    with pytest.raises(ImproperlyConfigured, match=rf"{NAME}.*smtp\+tls://") as refused:
        env.email(NAME, "filemail:////srv/mail")
    assert "canary" not in str(refused.value)


def test_a_secret_is_made_once_and_only_we_can_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, None)
    kept_in = tmp_path / "new" / "secret"
    made = env.secret(NAME, kept_in)
    assert len(made) >= 50
    assert env.secret(NAME, kept_in) == made
    assert stat.S_IMODE(kept_in.stat().st_mode) == 0o600


def test_a_given_secret_wins_and_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, "s" * 50)
    assert env.secret(NAME, tmp_path / "secret") == "s" * 50
    assert not (tmp_path / "secret").exists()


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _set(monkeypatch, "s" * 49)
    with pytest.raises(ImproperlyConfigured, match="at least 50"):
        env.secret(NAME, tmp_path / "secret")


def test_a_file_gives_what_the_environment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = f"{NAME}_2"
    (tmp_path / ".env").write_text(f"# a comment\n{NAME}=from the file\n{other}=9000\n")
    monkeypatch.setenv(NAME, "from the shell")
    monkeypatch.setenv(other, "")
    monkeypatch.delenv(other)
    env.read_file(tmp_path / ".env")
    assert env.text(NAME, "") == "from the shell"
    assert env.integer(other, 8000) == 9000


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    env.read_file(tmp_path / "absent")


def test_the_example_file_names_every_variable_that_is_read() -> None:
    root = Path(env.__file__).parents[1]
    read = re.findall(
        r'\benv\.\w+\(\s*"([A-Z][A-Z_]+)"',
        "".join(path.read_text() for path in root.glob("[a-z]*/**/*.py")),
    )
    named = re.findall(r"^#? ?(\w+)=", (root / ".env.example").read_text(), re.MULTILINE)
    assert set(read) == set(named)


def _set(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(NAME, raising=False)
    else:
        monkeypatch.setenv(NAME, value)


# --- the key of push, and email ------------------------------------------------------------------


def test_a_private_key_is_made_once_and_kept_for_us_alone(tmp_path, monkeypatch):
    from cryptography.hazmat.primitives.asymmetric import ec

    monkeypatch.delenv("VAPID_PRIVATE_KEY", raising=False)
    kept = tmp_path / "var" / "vapid_private_key"
    made = env.private_key("VAPID_PRIVATE_KEY", kept)
    assert env.private_key("VAPID_PRIVATE_KEY", kept) == made == kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    number = int.from_bytes(base64.urlsafe_b64decode(made + "="), "big")
    ec.derive_private_key(number, ec.SECP256R1())
    assert env.private_key("VAPID_PRIVATE_KEY", tmp_path / "other") != made


def test_a_private_key_of_the_environment_goes_first(tmp_path, monkeypatch):
    given = "3NV8Sb2g0RjAWNIkZ_CV6uUlqaXKxMXga6usp3LfI_E"
    monkeypatch.setenv("VAPID_PRIVATE_KEY", f"{given}=")
    assert env.private_key("VAPID_PRIVATE_KEY", tmp_path / "key") == given
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("value", ["short", "x" * 44, "!" * 43, "-----BEGIN PRIVATE KEY-----"])
def test_a_private_key_that_cannot_be_read_says_what_one_is(tmp_path, monkeypatch, value):
    monkeypatch.setenv("VAPID_PRIVATE_KEY", value)
    with pytest.raises(ImproperlyConfigured, match="32 bytes in URL-safe base64") as told:
        env.private_key("VAPID_PRIVATE_KEY", tmp_path / "key")
    assert value not in str(told.value)
