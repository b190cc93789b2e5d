from django.urls import include, path

from tracker import health

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("account/", include("patients.account_urls")),
    path("api/v1/", include("api.urls")),
    path("", include("outcomes.urls")),
]

handler403 = "tracker.errors.forbidden"
handler404 = "tracker.errors.not_found"
handler500 = "tracker.errors.server_error"
