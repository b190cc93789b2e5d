"""Make the first site of a real installation and its administrator, who then adds everyone else.

On a terminal it asks for what the options do not give. Without one, give every option that is
needed and the password on standard input: it is never an argument, which others could read.
"""

import sys
from dataclasses import dataclass
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from patients.models import Site, User
from patients.opening import has_administrator, open_site
from tracker import env


@dataclass(frozen=True)
class Question:
    """An option, the field it fills and how it is asked for."""

    option: str
    model: type[Site] | type[User]
    field: str
    ask: str
    default: str | None = ""
    """None: there must be an answer."""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.option.replace("-", "_")

    def check(self, value: str, *, may_exist: bool) -> None:
        """Raise ValidationError for what the field does not take."""
        field: Any = self.model._meta.get_field(self.field)
        field.clean(value, None)
        if field.unique and not may_exist and self.model.objects.filter(**{self.field: value}):
            raise ValidationError(f"There is one called {value} already: choose another.")
        if self.choices and value not in self.choices:
            raise ValidationError(f"Choose one of {', '.join(self.choices)}.")


SITE = (
    Question("site-name", Site, "name", "Name of the hospital", None),
    Question("site-code", Site, "code", "Short code of it: letters, digits, - and _", None),
    Question("time-zone", Site, "time_zone", "Its time zone, for example Asia/Seoul", None),
    Question("phone", Site, "phone", "Telephone that patients call"),
    Question("emergency-number", Site, "emergency_number", "Emergency number, for example 119"),
)
LANGUAGES = tuple(dict(settings.LANGUAGES))
USERNAME = Question("username", User, "username", "User name of the administrator", None)
PERSON = (
    Question("given-name", User, "first_name", "Given name"),
    Question("family-name", User, "last_name", "Family name"),
    Question("email", User, "email", "E-mail address"),
    Question("language", User, "language", f"Language ({', '.join(LANGUAGES)})", "en", LANGUAGES),
)
QUESTIONS = (*SITE, USERNAME, *PERSON)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        for question in QUESTIONS:
            parser.add_argument(f"--{question.option}", help=question.ask)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input; ask nothing",
        )
        parser.add_argument(
            "--another-site",
            action="store_true",
            help="add a further site; --username may be someone who is there already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse(another=options["another_site"])
        self.asks = sys.stdin.isatty() and not options["password_stdin"]
        try:
            site, administrator = self._open(options)
        except (KeyboardInterrupt, EOFError):
            raise CommandError("Stopped. Nothing was made.") from None
        except ValidationError as error:
            raise CommandError(_told(error)) from None
        self.stdout.write(_welcome(site, administrator))

    def _open(self, options: dict[str, Any]) -> tuple[Site, User]:
        self._complain_of_missing(options)
        site = Site(**self._answers(SITE, options))
        another = options["another_site"]
        given = self._answers((USERNAME,), options, may_exist=another)
        administrator = User.objects.filter(**given).first() if another else None
        password = None
        if administrator is None:
            administrator = User(**given, **self._answers(PERSON, options))
            password = self._password(administrator)
        return open_site(site=site, administrator=administrator, password=password), administrator

    def _complain_of_missing(self, options: dict[str, Any]) -> None:
        missing = [q.option for q in QUESTIONS if q.default is None and not options[q.name]]
        if missing and not self.asks:
            raise CommandError(
                "Run it on a terminal, or give also: " + " ".join(f"--{name}" for name in missing)
            )

    def _answers(
        self, questions: tuple[Question, ...], options: dict[str, Any], may_exist: bool = False
    ) -> dict[str, str]:
        return {q.field: self._answer(q, options[q.name], may_exist) for q in questions}

    def _answer(self, question: Question, given: str | None, may_exist: bool) -> str:
        if given is not None or not self.asks:
            return question.default or "" if given is None else given.strip()
        hint = "" if question.default is None else f" [{question.default or 'none'}]"
        while True:
            answer = input(f"{question.ask}{hint}: ").strip() or question.default or ""
            try:
                if answer or question.default is None:
                    question.check(answer, may_exist=may_exist)
                return answer
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))

    def _password(self, whose: User) -> str:
        if not self.asks:
            return sys.stdin.readline().rstrip("\r\n")
        while True:
            password = getpass("Password: ")
            try:
                validate_password(password, whose)
                if password == getpass("The same again: "):
                    return password
                self.stderr.write("The two differ. Try again.")
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))


def refuse(*, another: bool) -> None:
    if settings.DEMO:
        raise CommandError(
            "DEMO=1: the demo has its sign-ins. For a real site set DEMO=0, with a folder or "
            "database of its own (REGAIN_VAR or DATABASE_URL)."
        )
    if has_administrator() and not another:
        raise CommandError(
            "There is an administrator already, who adds users and roles on the administration "
            "pages. For a further hospital, add --another-site."
        )


def _told(error: ValidationError) -> str:
    """What was wrong with each option."""
    option = {q.field: f"--{q.option}" for q in QUESTIONS} | {"password": "The password"}
    lines = [
        f"  {option.get(field, field)}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    ]
    return "\n".join(["Nothing was made. Correct this and run it again:", *lines])


def _welcome(site: Site, administrator: User) -> str:
    if settings.HTTPS:
        address = f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}"
    else:
        address = f"http://{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', 8000)}"
    return (
        f"{site.name} is open, with {administrator.username} as its administrator.\n"
        f"Sign in at {address}{reverse('account_login')} (start it with make run if it is not "
        "running), then add the staff and their roles on the administration pages.\n"
        "The administrator sees no patients: whoever does needs a clinical role."
    )
