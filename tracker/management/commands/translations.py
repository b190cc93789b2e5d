"""`manage.py translations [LANGUAGE …]`: every marked text into the catalogues, and compiled."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Brings the catalogue of each language (or of those named) up to date with the texts that "
        "the code and the templates mark, compiles it, and lists what is still to be translated. "
        "A language without a catalogue gets one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE")

    def handle(self, *args: Any, languages: list[str], **options: Any) -> None:
        from tracker import catalogue  # Babel is there for development alone

        spoken = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        for language in languages or spoken:
            locale = catalogue.locale_folder()
            found = catalogue.brought_up_to_date(language, locale, settings.BASE_DIR)
            catalogue.keep(found, language, locale)
            told = list(catalogue.problems(found))
            for problem in told:
                self.stdout.write(problem)
            self.stdout.write(f"{language}: {len(found)} texts, {len(told)} to look at.")
