"""How the phone looks and speaks: language and type size, kept on the account."""

from uuid import UUID

from django.conf import settings as product
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from outcomes.pages import page, reader
from outcomes.pages.phone.frame import show
from patients.access import Own, load_own
from patients.appearance import set_appearance

TYPE_SIZES = {
    "normal": pgettext_lazy("type size", "Normal"),
    "large": pgettext_lazy("type size", "Large"),
    "largest": pgettext_lazy("type size", "Largest"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def settings(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    own = load_own(reader(request), patient_id)
    if request.method != "POST":
        return _shown(request, own)
    language, size = request.POST.get("language", ""), request.POST.get("type_size", "")
    if language not in dict(product.LANGUAGES) or size not in TYPE_SIZES:
        return _shown(request, own, status=422)
    set_appearance(by=reader(request), language=language, type_size=size)
    translation.activate(language)
    messages.success(request, _("Saved."))
    answer = redirect("phone-settings", own.patient.pk)
    # chosen before in this browser: what is chosen now holds
    answer.delete_cookie(product.LANGUAGE_COOKIE_NAME)
    return answer


def _shown(request: HttpRequest, own: Own, status: int = 200) -> HttpResponse:
    context = {
        "languages": [(code, translation.get_language_info(code)) for code, _name in
                      product.LANGUAGES],
        "sizes": TYPE_SIZES,
        "refused": status == 422,
    }  # fmt: skip
    return show(
        request, "patient/settings.html", own, context, action="patient.settings", status=status
    )
