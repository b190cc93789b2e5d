from django.urls import path

from outcomes.pages.phone.chooser import chooser
from outcomes.pages.phone.reminders import allow_push, confirm, reminders, stop
from outcomes.pages.phone.today import today

OWN = "<uuid:patient_id>/"

urlpatterns = [
    path("", chooser, name="phone"),
    path("reminders/", reminders, name="phone-reminders"),
    path("reminders/push/", allow_push, name="reminders-push"),
    path("reminders/stop/<str:token>/", stop, name="reminders-stop"),
    path("reminders/address/<str:token>/", confirm, name="reminders-confirm"),
    path(OWN, today, name="phone-today"),
]
