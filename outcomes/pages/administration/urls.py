from django.urls import path

from outcomes.pages.administration.audit import download, trail_page
from outcomes.pages.administration.overview import overview
from outcomes.pages.administration.sites import site
from outcomes.pages.administration.staff import add, person, staff
from outcomes.pages.administration.thresholds import threshold, thresholds

SITE = "sites/<slug:code>/"

urlpatterns = [
    path("", overview, name="administration"),
    path(SITE, site, name="administration-site"),
    path(f"{SITE}staff/", staff, name="administration-staff"),
    path(f"{SITE}staff/new/", add, name="administration-person-new"),
    path(f"{SITE}staff/<int:user_id>/", person, name="administration-person"),
    path(f"{SITE}thresholds/", thresholds, name="administration-thresholds"),
    path(f"{SITE}thresholds/<str:key>/", threshold, name="administration-threshold"),
    path("audit/", trail_page, name="administration-audit"),
    path("audit/download/", download, name="administration-audit-download"),
]
