"""“Discussed, share now”: one tap on a record that the patient does not see yet."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from outcomes.actions.sharing import share
from outcomes.kinds import Kind
from outcomes.pages import page, reader
from patients.access import load_record_for
from patients.records import Asked, Stale


def share_page(kind: Kind) -> Callable[..., HttpResponse]:
    """Sharing one document of a kind; then back to where it was tapped."""

    @require_POST
    @page
    def shared(request: HttpRequest, patient_id: uuid.UUID, id: uuid.UUID) -> HttpResponse:
        user = reader(request)
        row = load_record_for(user, kind.permission, kind.model, id, patient_id=patient_id)
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
        if not row.discuss_first:
            messages.success(request, _("The patient sees it already."))
        else:
            try:
                share(row=row, expected=version, asked=Asked(by=user, at=timezone.now()))
                messages.success(request, _("Shared: the patient sees it from now on."))
            except Stale:
                messages.warning(request, _("It was changed meanwhile: look at it again, then "
                                            "share it."))  # fmt: skip
        places = [reverse(name, args=[patient_id]) for name in ("patient", f"{kind.name}-list")]
        back = request.POST.get("next", "")
        return redirect(back if back in places else places[0])

    return shared
