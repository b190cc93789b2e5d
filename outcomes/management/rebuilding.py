"""What the commands have in common that work out kept rows anew."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from patients.models import Patient


class Rebuild(BaseCommand):
    """`rebuild(write=…)` as in `outcomes.actions.derived`; `name` is what one types."""

    name: str
    rebuild: Callable[..., Iterator[tuple[int, list[Patient]]]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at, wrong = 0, []
        for count, differing in self.rebuild(write=not options["check"]):
            looked_at += count
            wrong += [str(patient) for patient in differing]
        if wrong and options["check"]:
            raise CommandError(
                f"{len(wrong)} of {looked_at} patients differ from their course "
                f"({', '.join(wrong[:5])}): run manage.py {self.name}."
            )
        self.stdout.write(f"{looked_at} patients looked at, {len(wrong)} written anew.")
