"""What a user may see, as querysets: the one way to read patients and their records."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone

from patients.consent_rules import Purpose, Standing
from patients.roles import (
    CAREGIVER_SCOPES,
    STAFF,
    Permission,
    Reach,
    Role,
    Scope,
    roles_reaching,
)

if TYPE_CHECKING:
    from patients.models import User

# A result the clinic wants to discuss first is hidden from the patient at most this long.
DISCUSS_FIRST = dt.timedelta(days=14)
NOBODY = Q(pk__in=[])


def permitted(user: "User", permission: Permission) -> Q:
    """The patients on whom `user` holds `permission`, as a condition on Patient."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    return (
        _at_site(user, permission)
        | _in_care_team(user, permission)
        | _self(user, permission)
        | _linked(user, permission)
    )


def at_work(user: "User", permission: Permission) -> Q:
    """The patients on whom a role at work gives it: neither as the patient nor as a caregiver."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    return _at_site(user, permission) | _in_care_team(user, permission)


def _holds(user: "User", roles: tuple[Role, ...]) -> Exists:
    membership = apps.get_model("patients", "Membership")
    return Exists(
        membership.objects.filter(user=user, active=True, role__in=roles, site=OuterRef("site_id"))
    )


def _at_site(user: "User", permission: Permission) -> Q:
    return Q(_holds(user, roles_reaching(permission, Reach.SITE)))


def _in_care_team(user: "User", permission: Permission) -> Q:
    return Q(_holds(user, roles_reaching(permission, Reach.CARE_TEAM))) & _near(user)


def _near(user: "User") -> Q:
    team = apps.get_model("patients", "CareTeamMember")
    procedure = apps.get_model("patients", "Procedure")
    return Q(
        Exists(team.objects.filter(patient=OuterRef("pk"), user=user, until=None))
        | Exists(
            procedure.objects.filter(patient=OuterRef("pk"), operator=user, entered_in_error=False)
        )
    )


def _self(user: "User", permission: Permission) -> Q:
    if not roles_reaching(permission, Reach.SELF):
        return NOBODY
    return Q(user=user)


def _linked(user: "User", permission: Permission) -> Q:
    scopes = CAREGIVER_SCOPES.get(permission, ())
    return _cares(user, scopes) if scopes else NOBODY


def _cares(user: "User", scopes: tuple[Scope, ...]) -> Q:
    proxy = apps.get_model("patients", "Proxy")
    now = timezone.now()
    live = proxy.objects.filter(
        Q(until=None) | Q(until__gt=now),
        patient=OuterRef("pk"),
        user=user,
        revoked_at=None,
        scope__in=scopes,
    )
    return Q(Exists(live))


def ties(user: "User") -> dict[str, Q]:
    """All that permissions rest on, each once, as conditions on Patient; see `resting_on`."""
    return {
        **{role.value: Q(_holds(user, (role,))) for role in STAFF},
        Reach.CARE_TEAM.value: _near(user),
        Reach.SELF.value: Q(user=user),
        **{scope.value: _cares(user, (scope,)) for scope in Scope},
    }


def resting_on(held: Collection[str]) -> set[Permission]:
    """The permissions that these ties give, as `permitted` does, and those on the site itself."""

    def by_role(permission: Permission, *reaches: Reach) -> bool:
        return any(role in held for reach in reaches for role in roles_reaching(permission, reach))

    return {
        permission
        for permission in Permission
        if by_role(permission, Reach.SITE, Reach.NONE)
        or (Reach.CARE_TEAM in held and by_role(permission, Reach.CARE_TEAM))
        or (Reach.SELF in held and roles_reaching(permission, Reach.SELF))
        or any(scope in held for scope in CAREGIVER_SCOPES.get(permission, ()))
    }


def _effective_from() -> Case:
    """The first day a consent decision counts, as `consent_rules.effective_from` has it."""
    withdrawn = Coalesce("date_lower", "date", Least("date_upper", "written_on"), "written_on")
    closed = Case(When(date_lower=None, then=F("date")))
    return Case(
        When(decision=Standing.WITHDRAWN, then=withdrawn),
        default=Coalesce("date_upper", closed, "written_on"),
    )


def hideable() -> list[Any]:
    """The kinds of record that the clinic can keep for discussing first."""
    return [model for model in apps.get_models() if _hides(model) and hasattr(model, "SHAPE")]


def _hides(model: type[models.Model]) -> bool:
    return "discuss_first" in {field.name for field in model._meta.get_fields()}


def _to_discuss() -> Q:
    overdue = Q(recorded_at__lte=timezone.now() - DISCUSS_FIRST)
    return Q(discuss_first__isnull=False, discuss_first=True) & ~overdue & ~Q(_waited_enough())


def _waited_enough() -> Exists:
    """Records older than the shorter wait that their site has set, if any."""
    threshold = apps.get_model("patients", "Threshold")
    days = Cast("value", models.IntegerField()) * Value(dt.timedelta(days=1))
    own = threshold.objects.filter(
        site=OuterRef("patient__site"), key="discuss_first_days", value__isnull=False
    )
    wait = ExpressionWrapper(days, output_field=models.DurationField())
    now = Value(timezone.now(), output_field=models.DateTimeField())
    latest = ExpressionWrapper(now - wait, output_field=models.DateTimeField())
    return Exists(own.annotate(latest=latest).filter(latest__gte=OuterRef("recorded_at")))


class PatientQuerySet(models.QuerySet):
    def permitted(self, user: "User", permission: Permission) -> Self:
        return self.filter(permitted(user, permission), entered_in_error=False)

    def visible_to(self, user: "User") -> Self:
        """Patients whose identified record `user` may open."""
        return self.permitted(user, Permission.VIEW_RECORD)

    def own(self, user: "User") -> Self:
        """The reader's own record and those they care for, whatever the scope."""
        given = (Permission.VIEW_RECORD, Permission.RECORD_DIARY)
        near = NOBODY
        for permission in given:
            near |= _self(user, permission) | _linked(user, permission)
        return self.filter(near, entered_in_error=False)

    def registry(self) -> Self:
        """People of the registry: not synthetic, not published."""
        return self.filter(origin="registry", entered_in_error=False)

    def consented(self, purpose: Purpose, on: dt.date) -> Self:
        """Whose consent for a purpose stands on a day."""
        return self._whose_consent(Standing.GIVEN, purpose, on)

    def refused(self, purpose: Purpose, on: dt.date) -> Self:
        """Who has withdrawn it by that day; not recorded is not refused."""
        return self._whose_consent(Standing.WITHDRAWN, purpose, on)

    def _whose_consent(self, standing: Standing, purpose: Purpose, on: dt.date) -> Self:
        consent = apps.get_model("patients", "Consent")
        in_effect = (
            consent.objects.current()
            .filter(patient=OuterRef("pk"), purpose=purpose)
            .annotate(effective=_effective_from())
            .filter(effective__lte=on)
            .order_by("-effective", "-position")
        )
        latest = Subquery(in_effect.values("decision")[:1])
        return self.alias(latest_decision=latest).filter(latest_decision=standing)


class RecordQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Records of visible patients, less what the patient is to hear from the clinic first."""
        patient = apps.get_model("patients", "Patient")
        rows = self.filter(patient__in=patient.objects.visible_to(user))
        if not _hides(self.model):
            return rows
        staff = patient.objects.filter(at_work(user, Permission.VIEW_RECORD))
        return rows.filter(Q(patient__in=staff) | ~_to_discuss())

    def to_discuss(self) -> Self:
        """What the patient does not see yet, because the clinic wants to discuss it first."""
        return self.filter(_to_discuss())

    def current(self) -> Self:
        """What holds: without rows entered in error."""
        return self.filter(entered_in_error=False)
