"""The staff of a site: who works here, in which roles, and whether they can sign in."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from knox.models import AuthToken

from outcomes import words
from outcomes.pages import reader
from outcomes.pages.administration import asked, for_site, told
from outcomes.pages.administration.changes import role_changes
from outcomes.pages.administration.fields import Field, Form, Option
from patients import administration
from patients.documents.base import Refused
from patients.models import Membership, Site, User
from patients.models.sites import ON_CALL
from patients.roles import STAFF, Role

HISTORY = 50
PERSON = ("username", "first_name", "last_name", "email", "language")


def _people(site: Site) -> QuerySet[User]:
    """Who works or worked at the site, with their memberships there as `here`."""
    here = Membership.objects.filter(site=site).order_by("role")
    return User.objects.filter(pk__in=here.values("user")).prefetch_related(
        Prefetch("memberships", queryset=here, to_attr="here")
    )


def _active_roles(user: User) -> list[str]:
    return [m.role for m in user.here if m.active]  # type: ignore[attr-defined]


def _in_words(user: User) -> str:
    return ", ".join(words.words("role", role) for role in _active_roles(user))


def _on_call(user: User) -> str:
    """ "first", "second", or empty."""
    turns = (m.on_call for m in user.here if m.active and m.on_call)  # type: ignore[attr-defined]
    return next(turns, "")


def turn_words(turn: str) -> str:
    return {"first": _("On call"), "second": _("Second on call")}.get(turn, _("Not on call"))


def _last_sign_in(user: User, site: Site) -> str:
    return told(user.last_login, site.time_zone) if user.last_login else _("Not yet")


@require_safe
@for_site
def staff(request: HttpRequest, site: Site) -> HttpResponse:
    """Everyone who works or worked at the site, by family name."""
    rows = [
        {
            "user": user,
            "roles": _in_words(user),
            "on_call": turn_words(turn) if (turn := _on_call(user)) else "",
            "works": user.is_active and bool(_active_roles(user)),
            "last": _last_sign_in(user, site),
        }
        for user in _people(site).order_by("last_name", "first_name", "username")
    ]
    working = [row for row in rows if row["works"]]
    others = [row for row in rows if not row["works"]]
    context = {
        "site": site,
        "working": working,
        "others": others,
        "nobody_on_call": not any(row["on_call"] for row in working),
    }
    return render(request, "administration/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_site
def add(request: HttpRequest, site: Site) -> HttpResponse:
    """The form for a new person (GET); adding them shows the link to hand over, once (POST)."""
    form = _person_form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _form_shown(request, site, form)
    try:
        user = administration.add_person(
            site=site, roles=form["roles"].chosen, asked=asked(request), **form.typed(*PERSON)
        )
    except Refused as refused:
        form.refuse(refused.problems)
        return _form_shown(request, site, form, status=422)
    return _link_shown(request, site, user, added=True)


def _form_shown(request: HttpRequest, site: Site, form: Form, status: int = 200) -> HttpResponse:
    context = {"site": site, "form": form}
    return render(request, "administration/person_form.html", context, status=status)


def _person_form(sent: Mapping[str, Any] | None) -> Form:
    languages = [Option(code, words.words("language", code)) for code, _name in settings.LANGUAGES]
    return Form(
        [
            Field("first_name", _("Given name")),
            Field("last_name", _("Family name")),
            Field("username", _("Sign-in name"), hint=_("What they type to sign in.")),
            Field("email", _("E-mail (optional)"), widget="email"),
            Field(
                "language",
                _("Language"),
                widget="select",
                options=languages,
                empty_label=_("Choose a language"),
            ),
            _roles_field(),
        ],
        sent,
    )


def _roles_field() -> Field:
    options = [Option(role.value, words.words("role", role)) for role in STAFF]
    return Field("roles", _("Roles at this site"), widget="checks", options=options)


@require_http_methods(["GET", "HEAD", "POST"])
@for_site
def person(request: HttpRequest, site: Site, user_id: int) -> HttpResponse:
    """One person at this site (GET); changing roles, sign-in or password link (POST)."""
    user = _people(site).filter(pk=user_id).first()
    if user is None:
        raise Http404
    if request.method != "POST":
        return _person_shown(request, site, user, _roles_form(user))
    form = _roles_form(user, request.POST)
    try:
        return DEEDS.get(request.POST.get("do", ""), _unknown)(request, site, user, form)
    except Refused as refused:
        form.refuse(refused.problems)
        return _person_shown(request, site, user, form, status=422)


def _roles_form(user: User, sent: Mapping[str, Any] | None = None) -> Form:
    field = _roles_field()
    field.chosen = _active_roles(user)
    field.hint = _("None: the person no longer works at this site.")
    return Form([field], sent if sent and sent.get("do") == "roles" else None)


def _on_call_field(user: User) -> Field:
    return Field(
        "on_call",
        _("When an alert is not acknowledged"),
        typed=_on_call(user),
        hint=_("The person on call is told first, the second one later; the minutes are limits."),
        widget="select",
        options=[Option(turn, turn_words(turn)) for turn in ON_CALL],
        empty_label=turn_words(""),
    )


def _person_shown(
    request: HttpRequest, site: Site, user: User, form: Form, status: int = 200
) -> HttpResponse:
    context = {
        "site": site,
        "person": user,
        "roles": _in_words(user),
        "last": _last_sign_in(user, site),
        "language": words.words("language", user.language),
        "has_password": user.has_usable_password(),
        "tokens": AuthToken.objects.filter(user=user, expiry__gt=asked(request).at).count(),
        "oneself": user == reader(request),
        "form": form,
        "on_call": _on_call_field(user),
        "works": bool(set(_active_roles(user)) - {Role.ADMINISTRATOR}),
        "changes": list(role_changes([site], HISTORY, person=user)),
    }
    return render(request, "administration/person.html", context, status=status)


def _back(request: HttpRequest, site: Site, user: User, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("administration-person", site.code, user.pk)


def _change_roles(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    roles = form["roles"].chosen
    if not administration.change_roles(site=site, user=user, roles=roles, asked=asked(request)):
        messages.info(request, _("Nothing was different: nothing is changed."))
        return redirect("administration-person", site.code, user.pk)
    return _back(request, site, user, _("The roles are changed."))


def _change_on_call(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    turn = request.POST.get("on_call", "")
    if not administration.set_on_call(site=site, user=user, turn=turn, asked=asked(request)):
        messages.info(request, _("Nothing was different: nothing is changed."))
        return redirect("administration-person", site.code, user.pk)
    return _back(request, site, user, _("Saved. It holds from now on."))


def _disable(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    administration.disable(site=site, user=user, asked=asked(request))
    return _back(request, site, user, _("The sign-in is disabled, sessions and tokens are gone."))


def _enable(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    administration.enable(site=site, user=user, asked=asked(request))
    return _back(request, site, user, _("The sign-in is enabled."))


def _link(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    return _link_shown(request, site, user)


def _unknown(request: HttpRequest, site: Site, user: User, form: Form) -> HttpResponse:
    form.general.append(_("Choose what to do with one of the buttons."))
    return _person_shown(request, site, user, form, status=422)


DEEDS: Mapping[str, Callable[[HttpRequest, Site, User, Form], HttpResponse]] = {
    "roles": _change_roles,
    "on_call": _change_on_call,
    "disable": _disable,
    "enable": _enable,
    "link": _link,
}


def _link_shown(request: HttpRequest, site: Site, user: User, added: bool = False) -> HttpResponse:
    """The link stands in this answer only: it is kept nowhere, so it cannot be shown again."""
    uid, key = administration.make_link(site=site, user=user, asked=asked(request))
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    context = {
        "site": site,
        "person": user,
        "added": added,
        "link": request.build_absolute_uri(address),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    return render(request, "administration/link.html", context)
