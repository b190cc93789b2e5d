"""Look at every course again with the rules of today: alerts, data queries and the work list.

For patients that were recorded before a rule existed, as after an update. Published cases raise
none. Run again, it finds nothing new.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from outcomes.actions.review import review


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something is found"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        patients = alerts = queries = 0
        for page in review(timezone.now(), write=not options["check"]):
            patients += page.patients
            alerts += page.alerts
            queries += page.queries
        found = f"{patients} patients looked at, {alerts} alerts and {queries} data queries"
        if options["check"] and (alerts or queries):
            raise CommandError(f"{found} are missing: run manage.py review_records.")
        self.stdout.write(f"{found} added.")
