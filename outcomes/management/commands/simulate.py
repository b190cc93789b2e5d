"""Enter made-up patients, marked synthetic wherever they show, reproducible by their seed.

The same seed on the same day gives the same registry; patients who are there already stay as they
are, so an interrupted run is finished by running it again.
"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from outcomes import simulation
from patients.models import Site


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument("--site", metavar="CODE", help="needed where there are several")
        parser.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="the day the courses have reached; yesterday when left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["patients"] < 1:
            raise CommandError("Give --patients as a number of at least 1.")
        site, today = _site(options["site"]), timezone.now().date()
        as_of = options["as_of"] or today - dt.timedelta(days=1)
        if as_of > today:
            raise CommandError(f"--as-of {as_of} is in the future: give a day up to {today}.")
        began, entered = timezone.now(), 0
        with tqdm(total=options["patients"], unit=" patients") as bar:
            for looked_at, new in simulation.run(
                site=site, patients=options["patients"], seed=options["seed"], as_of=as_of
            ):
                entered += new
                bar.update(looked_at)
        seconds = (timezone.now() - began).total_seconds()
        self.stdout.write(
            f"{entered} synthetic patients entered at {site} in {seconds:.1f} s "
            f"({options['patients'] - entered} were there already)."
        )


def _site(code: str | None) -> Site:
    sites = list(Site.objects.filter(code=code) if code else Site.objects.order_by("code"))
    if len(sites) == 1:
        return sites[0]
    known = ", ".join(Site.objects.order_by("code").values_list("code", flat=True))
    if not known:
        raise CommandError("There is no site yet: run make run, or manage.py first_admin.")
    raise CommandError(f"Choose the site with --site, one of: {known}.")
