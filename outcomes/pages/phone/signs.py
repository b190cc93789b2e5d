"""Warning signs: one tap says at once what to do, and tells the clinic.

The page holds the advice of every sign, so that it needs no network; the numbers are the site's.
"""

import uuid
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes.documents.diary import DiaryDocument
from outcomes.kinds import DIARY
from outcomes.models import DiaryEntry
from outcomes.pages import page, reader
from outcomes.pages.phone.frame import is_shell, show
from outcomes.presenters import warning_signs as presenter
from outcomes.reference import Sign
from outcomes.warning_signs import reports
from patients.access import Forbidden, Own, load_own
from patients.documents.base import Refused, read
from patients.records import Asked, Conflict
from patients.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@page
def signs(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The signs to tap (GET); a report of one (POST), after which its advice is shown."""
    own = load_own(reader(request), patient_id)
    if request.method != "POST":
        return _shown(request, own)
    if not own.reports:
        raise Forbidden(Permission.RECORD_DIARY)
    sign = request.POST.get("sign", "")
    if sign not in set(Sign):
        return _shown(request, own, _("Tap one of the signs."), status=422)
    try:
        _report(request, own, sign)
    except Refused as refused:
        told = gettext(refused.problems[0]["message"]).format(**refused.problems[0]["values"])
        return _shown(request, own, told, status=422)
    return redirect(f"{reverse('phone-signs', args=[own.patient.pk])}#{sign}")


def _report(request: HttpRequest, own: Own, sign: str) -> None:
    """One page sent twice is one report of each sign; a report is never lost to a taken id.

    One that was taken back is told anew.
    """
    entry = _entry_id(request, sign)
    said = DiaryEntry.objects.current()
    mine = said.filter(recorded_by=reader(request), patient=own.patient)
    if mine.filter(pk=entry, sign=sign).exists():
        return
    try:
        _record(request, own, sign, entry)
    except Conflict:
        if not mine.filter(pk=entry, sign=sign).exists():
            _record(request, own, sign, uuid.uuid4())


def _entry_id(request: HttpRequest, sign: str) -> UUID:
    try:
        return uuid.uuid5(UUID(request.POST.get("id", "")), sign)
    except ValueError:
        return uuid.uuid4()


def _record(request: HttpRequest, own: Own, sign: str, entry: UUID) -> None:
    now = timezone.now()
    said = {"device_time": now, "device_sent_at": now}
    document = read(DiaryDocument, {"id": str(entry), "kind": "red_flag", "sign": sign, **said})
    asked = Asked(by=reader(request), at=now, reporter=own.reporter)
    DIARY.record(patient=own.patient, document=document, asked=asked)


def _shown(request: HttpRequest, own: Own, error: str = "", status: int = 200) -> HttpResponse:
    now, site = timezone.now(), own.patient.site
    found = [] if is_shell(request) else reports(reader(request), own.patient, now)
    context = {
        "signs": presenter.signs(site, found, now, gettext),
        "reports": [presenter.report_words(report, now, gettext) for report in found],
        "do_not_wait": gettext(presenter.DO_NOT_WAIT),
        "error": error,
        "entry": uuid.uuid4(),
    }
    return show(request, "patient/signs.html", own, context, action="patient.signs", status=status)
