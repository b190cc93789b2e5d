"""Enters a published case as a patient, under the rules of a clinician's entry."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from outcomes.actions import bulk
from patients.models import Site
from patients.records import Asked

FOLDER = Path(__file__).parent / "reference" / "published"


@dataclass(frozen=True)
class Published:
    patient: dict[str, Any]
    documents: list[dict[str, Any]]


@cache
def case(study_number: str) -> Published:
    data = json.loads((FOLDER / f"{study_number}.json").read_text("utf-8"))
    return Published(data["patient"], data["documents"])


def enter(study_number: str, *, site: Site, asked: Asked) -> None:
    """Enrol the published person and record every document; a second time changes nothing."""
    asked = replace(asked, reporter="import")
    for _batch in bulk.enter([case(study_number)], site=site, asked=asked):
        pass
