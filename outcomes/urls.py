from django.urls import include, path

from outcomes.pages.access import access
from outcomes.pages.home import home
from outcomes.pages.patient import patient
from outcomes.pages.patients import patients
from outcomes.pages.visits import new

urlpatterns = [
    path("", home, name="home"),
    path("administration/", include("outcomes.pages.administration.urls")),
    path("patients/", patients, name="patients"),
    path("patients/<uuid:patient_id>/", patient, name="patient"),
    path("patients/<uuid:patient_id>/access/", access, name="patient-access"),
    path("patients/<uuid:patient_id>/visits/new/", new, name="visit-new"),
]
