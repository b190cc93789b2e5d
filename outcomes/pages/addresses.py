"""Addresses of the pages of documents, one table for every kind."""

from django.urls import URLPattern, path

from outcomes.kinds import DOSE, KINDS
from outcomes.pages.checking import check_page
from outcomes.pages.documents import change_page, list_page, new_page

PATIENT = "patients/<uuid:patient_id>/"
DOSES = f"{PATIENT}medications/<uuid:course_id>/doses/"


def document_pages() -> list[URLPattern]:
    pages = []
    for kind in KINDS:
        where = f"{PATIENT}{kind.path}/"
        pages += [
            path(where, list_page(kind), name=f"{kind.name}-list"),
            path(f"{where}new/", new_page(kind), name=f"{kind.name}-new"),
            path(f"{where}check/", check_page(kind), name=f"{kind.name}-check"),
            path(f"{where}<uuid:id>/", change_page(kind), name=f"{kind.name}-change"),
        ]
    return [
        *pages,
        path(f"{DOSES}new/", new_page(DOSE), name="dose-new"),
        path(f"{DOSES}check/", check_page(DOSE), name="dose-check"),
        path(f"{DOSES}<uuid:id>/", change_page(DOSE), name="dose-change"),
    ]
