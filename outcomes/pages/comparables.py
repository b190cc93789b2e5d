"""One patient's course among comparable people of the registry, for those who may compare."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes.comparison.comparables import WINDOWS, Comparables
from outcomes.comparison.comparables import comparables as compared
from outcomes.figures.base import Figure
from outcomes.figures.comparison.comparables import comparables as drawn
from outcomes.figures.theme import Size
from outcomes.pages import page, reader
from outcomes.pages.cards import Card, card
from outcomes.presenters import comparables as presented
from outcomes.presenters import header
from outcomes.presenters.comparison_following import exactly, roughly
from outcomes.presenters.comparison_words import limits
from outcomes.record import Record
from outcomes.rules.cohort_analysis import PRESET
from outcomes.rules.cohort_comparables import Spread
from outcomes.rules.cohort_question import FILTERS, ORIGINS, Question
from patients import audit
from patients.access import load_to_compare


@require_safe
@page
def comparables(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = reader(request)
    patient = load_to_compare(user, patient_id)
    found = compared(Record(patient, user), user, now=timezone.now())
    audit.record(by=user, action="comparison.comparables", patient_id=patient.pk,
                 patient_ids=found.ids)  # fmt: skip
    context = {
        "patient": patient,
        "found": found,
        "standing": header.status(patient, gettext),
        "synthetic": found.origin == "synthetic",
        "matched": presented.matched(found.criteria, gettext),
        "unmatched": presented.unmatched(found.criteria, gettext),
        "limits": limits(gettext),
        "beside": _beside(found),
    }
    why = found.why_none and gettext(presented.WHY_NONE[found.why_none])
    told = {"why_none": why} if why else _told(found)
    return render(request, "surgeon/comparables.html", context | told)


def _beside(found: Comparables) -> str:
    """The comparison of the people alike, timing apart: by that it compares them. Of a published
    case, the published cases."""
    if found.origin not in ORIGINS:
        return reverse("comparison-published")
    asked = tuple((c.name, str(c.value)) for c in found.criteria
                  if c.name in FILTERS and c.value is not None)  # fmt: skip
    return f"{reverse('comparison')}?{Question(origin=found.origin, filters=asked).address()}"


def _told(found: Comparables) -> dict[str, Any]:
    few = found.courses is not None and 0 < found.people < PRESET
    others = found.others
    return {
        "sentences": presented.sentences(found, gettext),
        "card": _card(found, found.spreads) if found.people else None,
        "grid": presented.grid(found.spreads, exactly, gettext) if found.people else None,
        "cases": presented.cases(found.courses or (), WINDOWS, gettext) if few else None,
        "others": others and presented.grid(others, roughly(gettext), gettext),
        "others_card": others and _card(found, others, "-others"),
    }


def _card(found: Comparables, spreads: Sequence[Spread], suffix: str = "") -> Card:
    """Few people are drawn one by one, others counted."""
    own, others = presented.own(found.own), presented.spreads(spreads, gettext)
    alone = not suffix and found.courses is not None and found.people < PRESET
    lines = presented.lines(found.courses or ()) if alone else ()

    def draw(size: Size) -> Figure:
        figure = drawn(own, others, lines, size=size, t=gettext)
        return replace(figure, name=f"{figure.name}{suffix}")

    return card(draw)
