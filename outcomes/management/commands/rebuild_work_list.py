"""Work out what the work list reads of every patient anew, and say where it differed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outcomes.actions import work_list


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at, wrong = 0, []
        for count, differing in work_list.rebuild(write=not options["check"]):
            looked_at += count
            wrong += [str(patient) for patient in differing]
        if wrong and options["check"]:
            raise CommandError(
                f"{len(wrong)} of {looked_at} patients differ from their course "
                f"({', '.join(wrong[:5])}): run manage.py rebuild_work_list."
            )
        self.stdout.write(f"{looked_at} patients looked at, {len(wrong)} written anew.")
