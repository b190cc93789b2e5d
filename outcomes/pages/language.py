"""Which language is spoken: changed on any page, and nothing that was typed is lost by it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from outcomes.pages.drafting import Slip, slip_sent
from outcomes.pages.keeping import keep_for_author
from patients import actions
from patients.records import Asked


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: in this browser, and to the account's owner anywhere.

    A form that came along is kept as its author's draft, which the page then shows again.
    """
    slip = slip_sent(request)
    ours = slip if slip is not None and slip.author == request.user.pk else None
    if ours is not None and not keep_for_author(request, ours):
        return render(request, "language_not_changed.html", status=409)
    answer = HttpResponseRedirect(_back(request, ours))
    code = request.POST.get("speak") or ("" if ours else request.POST.get("language", ""))
    if code in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        if request.user.is_authenticated:
            asked = Asked(by=request.user, at=timezone.now())  # type: ignore[arg-type]
            actions.set_language(user=request.user, language=code, asked=asked)  # type: ignore[arg-type]
    return answer


def _back(request: HttpRequest, slip: Slip | None) -> str:
    """The page it was changed on."""
    if slip is not None:
        return f"{slip.address}?draft={slip.key}"
    for where in (request.POST.get("next"), request.headers.get("Referer")):
        if where and url_has_allowed_host_and_scheme(
            where, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return where
    return "/"
