from django.urls import path

from outcomes.pages.phone.chooser import chooser
from outcomes.pages.phone.recovery import recovery
from outcomes.pages.phone.today import today
from outcomes.pages.phone.written import written

OWN = "<uuid:patient_id>/"

urlpatterns = [
    path("", chooser, name="phone"),
    path(OWN, today, name="phone-today"),
    path(f"{OWN}recovery/", recovery, name="phone-recovery"),
    path(f"{OWN}recovery/written/", written, name="phone-written"),
]
