from django.urls import include, path

from outcomes.pages import lab_imports, people
from outcomes.pages.access import access
from outcomes.pages.addresses import PATIENT, document_pages
from outcomes.pages.home import home
from outcomes.pages.notices import notices
from outcomes.pages.patient import patient
from outcomes.pages.patients import patients

urlpatterns = [
    path("", home, name="home"),
    path("administration/", include("outcomes.pages.administration.urls")),
    path("notices/", notices, name="notices"),
    path("lab-imports/", lab_imports.of_site, name="lab-imports"),
    path("lab-imports/<uuid:id>/", lab_imports.one, name="lab-import"),
    path("lab-imports/<uuid:id>/progress/", lab_imports.progress, name="lab-import-progress"),
    path("lab-imports/<uuid:id>/refused/", lab_imports.refused, name="lab-import-refused"),
    path("patients/", patients, name="patients"),
    path("patients/new/", people.enrol, name="patient-new"),
    path(PATIENT, patient, name="patient"),
    path(f"{PATIENT}edit/", people.edit, name="patient-change"),
    path(f"{PATIENT}following/", people.following, name="patient-following"),
    path(f"{PATIENT}team/", people.team, name="patient-team"),
    path(f"{PATIENT}access/", access, name="patient-access"),
    path(f"{PATIENT}labs/import/", lab_imports.of_patient, name="lab-import-new"),
    *document_pages(),
]
