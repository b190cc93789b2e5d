from django.urls import path

from outcomes.pages.phone.chooser import chooser
from outcomes.pages.phone.people import people
from outcomes.pages.phone.sign_in import email, email_code, passkey, passkey_remove, sign_in
from outcomes.pages.phone.today import today

OWN = "<uuid:patient_id>/"

urlpatterns = [
    path("", chooser, name="phone"),
    path("sign-in/", sign_in, name="phone-sign-in"),
    path("sign-in/passkey/", passkey, name="phone-passkey"),
    path("sign-in/passkey/remove/", passkey_remove, name="phone-passkey-remove"),
    path("sign-in/email/", email, name="phone-email"),
    path("sign-in/email/code/", email_code, name="phone-email-code"),
    path(OWN, today, name="phone-today"),
    path(f"{OWN}people/", people, name="phone-people"),
]
