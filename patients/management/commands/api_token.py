"""Print a bearer token for a user. A token stands for its user: keep it as a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken

from patients import audit
from patients.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"No active user is called {options['username']!r}.")
        _stored, token = AuthToken.objects.create(user=user)
        audit.record(by=user, action="token.create")
        self.stdout.write(token)
