"""The few pages of allauth that this product opens."""

from allauth.account import views
from allauth.mfa.webauthn.views import login_webauthn
from django.urls import path, re_path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    # for patients and caregivers, who have no password
    path("passkey/", login_webauthn, name="mfa_login_webauthn"),
    path("code/", views.request_login_code, name="account_request_login_code"),
    path("code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    # the link an administrator hands over; there is no page that mails one
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/chosen/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
