"""Look at the data files of the published cases: what is wrong, and what is missing, in words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outcomes.reference import problems
from outcomes.reference.files import FOLDER, read
from outcomes.reference.gaps import Gaps, gaps

FILES = (
    "literature_cases.csv",
    "literature_cells.csv",
    "literature_fields.csv",
    "claims.csv",
    "sources.csv",
)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="a copy of the data files")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Gaps are listed; an error ends with exit code 1, and the product would refuse it too."""
        for one in gaps(read(folder)):
            self.stdout.write("\n".join(_told(one)))
        wrong = [problem for problem in problems(folder) if problem.file in FILES]
        if wrong:
            raise CommandError("\n".join(["Wrong:", *map(str, wrong)]))
        self.stdout.write("Nothing is wrong. What is listed as missing may be not known.")


def _told(one: Gaps) -> Iterator[str]:
    yield f"{one.case.id} {one.case.label}"
    if not one:
        yield "  nothing is missing"
    for what, names in (
        ("no cell for", one.no_cell),
        ("without the source's words", one.no_words),
        ("unverified", one.unverified),
    ):
        if names:
            yield f"  {what}: {'; '.join(names)}"
