"""Put a demo hospital with known sign-ins, the published case and synthetic patients in place."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from outcomes import demo
from outcomes.reference import literature, literature_version
from patients.models import Site, User


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO=0: a real site gets no demo data.")
        if User.objects.exists() and not Site.objects.filter(code=demo.SITE_CODE).exists():
            raise CommandError(
                "This database is in use and is no demo: set DEMO=0 to work with it."
            )
        self.stdout.write(
            f"Literature cohort: {len(literature())} published cases, "
            f"version {literature_version()}, checked."
        )
        made = demo.build()
        self.stdout.write(
            f"Published case {demo.PUBLISHED} and {made} synthetic patients in place."
        )
