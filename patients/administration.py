"""Writes of an administrator: sites, staff, roles, sign-ins. No clinical content.

Each is a sentence, atomic and audited, by someone. All raise Refused, with what to do. Who may
administer which site is asked before (`access.sites_for`); here is what an administrator may not do
even there.
"""

from collections.abc import Collection, Mapping
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from patients import audit, numbers, sessions
from patients.access import sites_for
from patients.documents.base import Refused
from patients.models import Membership, Site, User
from patients.models.sites import JURISDICTIONS, ON_CALL, validate_zone
from patients.records import Asked
from patients.roles import STAFF, Permission, Role
from patients.text import gettext_noop as _

Problem = dict[str, Any]

REQUIRED = _("This is required.")
TOO_LONG = _("Shorten this to at most {most} characters.")
NOT_PRINTABLE = _("Remove line breaks and control characters.")
USERNAME_TAKEN = _("This username is taken: choose another.")
USERNAME_LETTERS = _("Use letters, digits and @ . + - _ only, without blanks.")
EMAIL_SHAPE = _("Write an e-mail address such as name@example.org, or leave this empty.")
NO_ROLE = _("Choose at least one role.")
UNKNOWN_ROLE = _("Choose roles of the list.")
UNKNOWN_LANGUAGE = _("Choose a language of the list.")
UNKNOWN_ZONE = _("Choose a time zone of the list, for example Asia/Seoul.")
SAME_NUMBER = _("Give the clinic's own number here: the emergency number has a field of its own.")
NOTE_ALONE = _("Give the number too, or leave this empty.")
OWN_ROLES = _("You cannot change your own roles: ask another administrator of this site.")
OWN_SIGN_IN = _("You cannot disable your own sign-in: ask another administrator of this site.")
LAST_ADMINISTRATOR = _(
    "{person} is the last administrator of {site} who can sign in: make someone else administrator "
    "first."
)
WORKS_ELSEWHERE = _(
    "{person} also works at a site that you do not administer, and the sign-in belongs to both: "
    "take away the roles at this site instead."
)
UNKNOWN_TURN = _("Choose one of the list.")
TURN_TAKEN = {
    "first": _(
        "{person} is on call already, and one person is told first: take {person} off call before, "
        "or make this person the second one."
    ),
    "second": _(
        "{person} is the second person already: take {person} off call before, or put this person "
        "on call first."
    ),
}
NOT_CLINICAL = _("{person} has no clinical role at this site, so cannot be on call.")
NO_LABEL = _("Choose EU or US, or leave it unset: then the stricter label holds.")
DISABLED = _("This sign-in is disabled: enable it first.")


# --- sites --------------------------------------------------------------------------------------
@transaction.atomic
def change_site(
    *,
    site: Site,
    name: str,
    time_zone: str,
    phone: str,
    emergency_number: str,
    phone_note: str = "",
    crisis_line: str = "",
    jurisdiction: str = "",
    asked: Asked,
) -> bool:
    """Change how a site is called and reached, and whose drug labels hold; False without change.

    A change of the time zone moves no recorded date: each record keeps its own zone.
    """
    given = {
        "name": name.strip(),
        "time_zone": time_zone.strip(),
        "phone": phone.strip(),
        "emergency_number": emergency_number.strip(),
        "phone_note": phone_note.strip(),
        "crisis_line": crisis_line.strip(),
        "jurisdiction": jurisdiction.strip(),
    }
    texts = _text_problems(Site, given, required={"name"})
    _refuse(_site_problems(given) | _number_problems(given) | texts)
    kept = Site.objects.select_for_update().get(pk=site.pk)
    if all(getattr(kept, field) == value for field, value in given.items()):
        return False
    for field, value in given.items():
        setattr(kept, field, value)
    _save(kept, asked)
    audit.record(by=asked.by, action="site.amend", site=kept)
    return True


def _site_problems(given: Mapping[str, str]) -> dict[str, Problem]:
    found = {}
    try:
        validate_zone(given["time_zone"])
    except ValidationError:
        found["time_zone"] = _problem("time_zone", "unknown_zone", UNKNOWN_ZONE)
    if given["jurisdiction"] not in ("", *JURISDICTIONS):
        found["jurisdiction"] = _problem("jurisdiction", "unknown_jurisdiction", NO_LABEL)
    return found


def _number_problems(given: Mapping[str, str]) -> dict[str, Problem]:
    """What is wrong with the numbers that patients are told to call."""
    least = dict.fromkeys(("phone", "crisis_line"), numbers.LEAST)
    least["emergency_number"] = numbers.LEAST_EMERGENCY
    found = {}
    for field, digits in least.items():
        if given[field] and (wrong := numbers.problem(given[field], digits)):
            code, message, values = wrong
            found[field] = _problem(field, code, message, **values)
    own, public = (numbers.dialled(given[f]) for f in ("phone", "emergency_number"))
    if own and own == public:
        found.setdefault("phone", _problem("phone", "same_number", SAME_NUMBER))
    if given["phone_note"] and not own:
        found["phone_note"] = _problem("phone_note", "no_phone", NOTE_ALONE)
    return found


# --- staff --------------------------------------------------------------------------------------
@transaction.atomic
def add_person(
    *,
    site: Site,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    language: str,
    roles: Collection[str],
    asked: Asked,
) -> User:
    """Someone new, with their roles at the site and without a password: hand them a link.

    A username that exists anywhere is refused, and the other person's data stay as they are.
    """
    given = {
        "username": username.strip(),
        "first_name": first_name.strip(),
        "last_name": last_name.strip(),
        "email": email.strip(),
    }
    texts = _text_problems(User, given, required={"username", "first_name", "last_name"})
    choices = _choice_problems(language, roles) | _email_problem(given["email"])
    _refuse(_username_problem(given["username"]) | choices | texts)
    user = User(language=language, **given)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # someone was quicker
        _refuse({"username": _problem("username", "taken", USERNAME_TAKEN)})
    for role in sorted(set(roles)):
        _save(Membership(user=user, site=site, role=role), asked)
    audit.record(by=asked.by, action="staff.add", about=user, site=site)
    return user


def _username_problem(username: str) -> dict[str, Problem]:
    try:
        User.username_validator(username)
    except ValidationError:
        return {"username": _problem("username", "letters", USERNAME_LETTERS)}
    if User.objects.filter(username__iexact=username).exists():
        return {"username": _problem("username", "taken", USERNAME_TAKEN)}
    return {}


def _email_problem(email: str) -> dict[str, Problem]:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        return {"email": _problem("email", "email", EMAIL_SHAPE)}
    return {}


def _choice_problems(language: str, roles: Collection[str]) -> dict[str, Problem]:
    found = {}
    if language not in dict(settings.LANGUAGES):
        found["language"] = _problem("language", "unknown_language", UNKNOWN_LANGUAGE)
    if not roles:
        found["roles"] = _problem("roles", "missing", NO_ROLE)
    elif not set(roles) <= set(STAFF):
        found["roles"] = _problem("roles", "unknown_role", UNKNOWN_ROLE)
    return found


@transaction.atomic
def change_roles(*, site: Site, user: User, roles: Collection[str], asked: Asked) -> bool:
    """Give the person exactly these roles at the site; False when they hold them already.

    Roles taken away are kept as no longer active; none at all means no longer working here.
    """
    if not set(roles) <= set(STAFF):
        _refuse({"roles": _problem("roles", "unknown_role", UNKNOWN_ROLE)})
    if user == asked.by:
        _refuse({"roles": _problem("roles", "oneself", OWN_ROLES)})
    Site.objects.select_for_update().get(pk=site.pk)
    held = {membership.role: membership for membership in user.memberships.filter(site=site)}
    before = {role for role, membership in held.items() if membership.active}
    if before == set(roles):
        return False
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in roles:
        _refuse_last_administrator(user, site)
    for role in sorted(before ^ set(roles)):
        membership = held.get(role) or Membership(user=user, site=site, role=role)
        membership.active = role in roles
        if not membership.active:
            membership.on_call = ""
        _save(membership, asked)
    audit.record(by=asked.by, action="staff.roles", about=user, site=site)
    return True


@transaction.atomic
def set_on_call(*, site: Site, user: User, turn: str, asked: Asked) -> bool:
    """Who is told of an alert that nobody acknowledges: "first", "second", or not ("").

    False where nothing differs. Only a clinician of the site can be on call, and one person in each
    turn: an alert goes to the one on call, then to a second person (CLINICAL.md G).
    """
    if turn not in ("", *ON_CALL):
        _refuse({"on_call": _problem("on_call", "unknown_turn", UNKNOWN_TURN)})
    held = user.memberships.select_for_update().filter(site=site, active=True)
    clinical = [membership for membership in held if membership.role != Role.ADMINISTRATOR]
    if turn and not clinical:
        _refuse({"on_call": _problem("on_call", "not_clinical", NOT_CLINICAL, person=str(user))})
    if turn:
        _refuse_second(site, user, turn)
    changed = [membership for membership in clinical if membership.on_call != turn]
    for membership in changed:
        membership.on_call = turn
        _save(membership, asked)
    if changed:
        audit.record(by=asked.by, action="staff.on_call", about=user, site=site)
    return bool(changed)


def _refuse_second(site: Site, user: User, turn: str) -> None:
    # under the site's lock, so that two administrators do not fill one turn at once
    Site.objects.select_for_update().get(pk=site.pk)
    held = Membership.objects.filter(site=site, on_call=turn, active=True).exclude(user=user)
    other = held.select_related("user").first()
    if other is not None:
        message = TURN_TAKEN[turn]
        _refuse({"on_call": _problem("on_call", "turn_taken", message, person=str(other.user))})


# --- sign-ins -----------------------------------------------------------------------------------
@transaction.atomic
def disable(*, site: Site, user: User, asked: Asked) -> None:
    """End the person's sign-in at once: sessions and API tokens are gone, too."""
    if user == asked.by:
        _refuse({"": _problem("", "oneself", OWN_SIGN_IN)})
    _refuse_elsewhere(user, asked)
    mine = Membership.objects.filter(user=user, active=True, role=Role.ADMINISTRATOR)
    for administered in Site.objects.select_for_update().filter(pk__in=mine.values("site")):
        _refuse_last_administrator(user, administered)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end(user, at=asked.at)
    audit.record(by=asked.by, action="staff.disable", about=user, site=site)


@transaction.atomic
def enable(*, site: Site, user: User, asked: Asked) -> None:
    _refuse_elsewhere(user, asked)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by=asked.by, action="staff.enable", about=user, site=site)


@transaction.atomic
def make_link(*, site: Site, user: User, asked: Asked) -> tuple[str, str]:
    """The two parts of a link with which the person chooses a password: who, and the secret.

    It is good for PASSWORD_RESET_TIMEOUT seconds and for one use, and is kept nowhere. Links made
    before end with it, unless the person has a password, which goes on until a new one is chosen.
    """
    _refuse_elsewhere(user, asked)
    if not user.is_active:
        _refuse({"": _problem("", "disabled", DISABLED)})
    if not user.has_usable_password():
        user.set_unusable_password()  # another one, and the secrets made from the old one end
        user.save(update_fields=["password"])
    audit.record(by=asked.by, action="staff.link", about=user, site=site)
    return user_pk_to_url_str(user), default_token_generator.make_token(user)


def _refuse_elsewhere(user: User, asked: Asked) -> None:
    """Whoever could give someone a password could act as them at their other sites."""
    if asked.by is None:
        return
    own = sites_for(asked.by, Permission.ADMINISTER)
    if user.memberships.filter(active=True).exclude(site__in=own).exists():
        _refuse({"": _problem("", "works_elsewhere", WORKS_ELSEWHERE, person=str(user))})


def _refuse_last_administrator(user: User, site: Site) -> None:
    others = Membership.objects.filter(
        site=site, role=Role.ADMINISTRATOR, active=True, user__is_active=True
    ).exclude(user=user)
    if not others.exists():
        problem = _problem(
            "", "last_administrator", LAST_ADMINISTRATOR, person=str(user), site=site.name
        )
        _refuse({"": problem})


# --- saying no ----------------------------------------------------------------------------------
def _problem(field: str, code: str, message: str, **values: Any) -> Problem:
    return {"path": (field,), "code": code, "message": message, "values": values}


def _refuse(problems: Mapping[str, Problem]) -> None:
    if problems:
        raise Refused(list(problems.values()))


def _text_problems(
    model: type[Site] | type[User], given: Mapping[str, str], *, required: Collection[str]
) -> dict[str, Problem]:
    """What is wrong with plain texts, by the lengths of their columns."""
    found = {}
    for field, value in given.items():
        most = model._meta.get_field(field).max_length or 0  # type: ignore[union-attr]
        if field in required and not value:
            found[field] = _problem(field, "missing", REQUIRED)
        elif len(value) > most:
            found[field] = _problem(field, "too_long", TOO_LONG, most=most)
        elif not value.isprintable():
            found[field] = _problem(field, "text", NOT_PRINTABLE)
    return found


def _save(row: Site | Membership, asked: Asked) -> None:
    """Save configuration with its history, by whoever asked (also outside of a request)."""
    row._history_user = asked.by  # type: ignore[union-attr]
    row.save()
