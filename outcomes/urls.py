from django.urls import path

from outcomes.pages.home import home
from outcomes.pages.notices import notices
from outcomes.pages.patient import patient
from outcomes.pages.patients import patients
from outcomes.pages.visits import new

urlpatterns = [
    path("", home, name="home"),
    path("notices/", notices, name="notices"),
    path("patients/", patients, name="patients"),
    path("patients/<uuid:patient_id>/", patient, name="patient"),
    path("patients/<uuid:patient_id>/visits/new/", new, name="visit-new"),
]
