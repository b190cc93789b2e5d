from django.urls import path

from outcomes.pages.phone import worker
from outcomes.pages.phone.chooser import chooser
from outcomes.pages.phone.entries import entries
from outcomes.pages.phone.more import more
from outcomes.pages.phone.people import people
from outcomes.pages.phone.recovery import recovery
from outcomes.pages.phone.reminders import allow_push, confirm, reminders, stop
from outcomes.pages.phone.settings import settings
from outcomes.pages.phone.sign_in import email, email_code, passkey, passkey_remove, sign_in
from outcomes.pages.phone.signs import signs
from outcomes.pages.phone.today import today
from outcomes.pages.phone.written import written

OWN = "<uuid:patient_id>/"

urlpatterns = [
    path("", chooser, name="phone"),
    path("no-network/", worker.no_network, name="phone-no-network"),
    path("session/", worker.session, name="phone-session"),
    path("app.webmanifest", worker.manifest, name="phone-manifest"),
    path("reminders/", reminders, name="phone-reminders"),
    path("reminders/push/", allow_push, name="reminders-push"),
    path("reminders/stop/<str:token>/", stop, name="reminders-stop"),
    path("reminders/address/<str:token>/", confirm, name="reminders-confirm"),
    path(OWN, today, name="phone-today"),
    path(f"{OWN}recovery/", recovery, name="phone-recovery"),
    path(f"{OWN}recovery/written/", written, name="phone-written"),
    path(f"{OWN}entries/", entries, name="phone-entries"),
    path(f"{OWN}more/", more, name="phone-more"),
    path(f"{OWN}signs/", signs, name="phone-signs"),
    path(f"{OWN}settings/", settings, name="phone-settings"),
    path("sign-in/", sign_in, name="phone-sign-in"),
    path("sign-in/passkey/", passkey, name="phone-passkey"),
    path("sign-in/passkey/remove/", passkey_remove, name="phone-passkey-remove"),
    path("sign-in/email/", email, name="phone-email"),
    path("sign-in/email/code/", email_code, name="phone-email-code"),
    path(f"{OWN}people/", people, name="phone-people"),
]
