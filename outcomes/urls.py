from django.urls import include, path

from outcomes.pages import people
from outcomes.pages.access import access
from outcomes.pages.addresses import PATIENT, document_pages
from outcomes.pages.drafts import draft
from outcomes.pages.home import home
from outcomes.pages.notices import notices
from outcomes.pages.patient import patient
from outcomes.pages.patients import patients

urlpatterns = [
    path("", home, name="home"),
    path("administration/", include("outcomes.pages.administration.urls")),
    path("notices/", notices, name="notices"),
    path("patients/", patients, name="patients"),
    path("patients/new/", people.enrol, name="patient-new"),
    path(PATIENT, patient, name="patient"),
    path(f"{PATIENT}edit/", people.edit, name="patient-change"),
    path(f"{PATIENT}following/", people.following, name="patient-following"),
    path(f"{PATIENT}team/", people.team, name="patient-team"),
    path(f"{PATIENT}access/", access, name="patient-access"),
    path("drafts/", draft, name="draft-enrol"),
    path(f"{PATIENT}drafts/", draft, name="draft"),
    *document_pages(),
]
