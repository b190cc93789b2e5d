"""Addresses of the pages of documents, one table for every kind."""

from django.urls import URLPattern, path

from outcomes.kinds import BY_PATH, DOSE, KINDS
from outcomes.pages.checking import check_page
from outcomes.pages.documents import change_page, list_page, new_page
from outcomes.pages.sharing import share_page
from outcomes.pages.visit import new_visit
from outcomes.sharing import SHAREABLE

PATIENT = "patients/<uuid:patient_id>/"
# kinds with a page of their own; the form with every field stays beside it
NEW = {"visits": new_visit}
DOSES = f"{PATIENT}medications/<uuid:course_id>/doses/"


def document_pages() -> list[URLPattern]:
    pages = []
    for kind in KINDS:
        where = f"{PATIENT}{kind.path}/"
        pages += [
            path(where, list_page(kind), name=f"{kind.name}-list"),
            path(f"{where}check/", check_page(kind), name=f"{kind.name}-check"),
            path(f"{where}new/", NEW.get(kind.path) or new_page(kind), name=f"{kind.name}-new"),
            path(f"{where}<uuid:id>/", change_page(kind), name=f"{kind.name}-change"),
        ]
    pages += [
        path(f"{PATIENT}{kind.path}/<uuid:id>/share/", share_page(kind), name=f"{kind.name}-share")
        for kind in SHAREABLE
    ]
    return [
        *pages,
        path(f"{PATIENT}visits/new/full/", new_page(BY_PATH["visits"]), name="visit-new-full"),
        path(f"{DOSES}new/", new_page(DOSE), name="dose-new"),
        path(f"{DOSES}check/", check_page(DOSE), name="dose-check"),
        path(f"{DOSES}<uuid:id>/", change_page(DOSE), name="dose-change"),
    ]
