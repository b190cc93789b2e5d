"""What a phone needs to hold the product as an app: the service worker, the manifest, a session."""

import json

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes.phone_files import ASSETS, WORKER_SCRIPTS


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its text changes with each file it names: then the browser renews it.

    It lies at the root, so that it may answer for every page.
    """
    parts = [name for name in WORKER_SCRIPTS if finders.find(name)]
    about = {
        "assets": [static(name) for name in ASSETS],
        "start": reverse("phone"),
        "noNetwork": reverse("phone-no-network"),
    }
    text = (
        f"self.REGAIN = {json.dumps(about)};\n"
        f"importScripts({', '.join(json.dumps(static(name)) for name in parts)});\n"
    )
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    sizes = (("192", "any"), ("512", "any"), ("512", "maskable"))
    body = {
        "id": reverse("phone"),
        "name": "Regain",
        "short_name": "Regain",
        "description": _("Your diary after the operation."),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("phone"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f8",
        "theme_color": "#0c5453",
        "icons": [
            {
                "src": static(
                    f"img/phone-{'maskable-' if purpose == 'maskable' else ''}{size}.png"
                ),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in sizes
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
def no_network(request: HttpRequest) -> HttpResponse:
    """What stands in place of a page that needs a network: the phone keeps it."""
    return render(request, "patient/no_network.html", {"shell": True})


@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and a token with which a page from the cache may write.

    Somebody else may sign in between this answer and the next request: that one names its author
    (api.authentication.WebSession).
    """
    if not request.user.is_authenticated:
        return JsonResponse({"user": None})
    return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})
