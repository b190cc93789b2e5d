"""Who may do what, as one table. Plain Python: no Django."""

from enum import StrEnum


class Role(StrEnum):
    PHYSICIAN = "physician"
    THERAPIST = "therapist"
    SURGEON = "surgeon"
    ADMINISTRATOR = "administrator"
    PATIENT = "patient"
    CAREGIVER = "caregiver"


STAFF = (Role.PHYSICIAN, Role.THERAPIST, Role.SURGEON, Role.ADMINISTRATOR)


class Permission(StrEnum):
    VIEW_RECORD = "view_record"
    """Open an identified record."""
    RECORD_OBSERVATION = "record_observation"
    """Visits and laboratory results."""
    RECORD_DIARY = "record_diary"
    PRESCRIBE = "prescribe"
    """Medications."""
    RECORD_SURGERY = "record_surgery"
    """Procedures, complications, imaging, background, milestones."""
    MANAGE_CONSENT = "manage_consent"
    ENROL = "enrol"
    MANAGE_CARE = "manage_care"
    """Care team, transfer, contact attempts, loss to follow-up, invitations."""
    MANAGE_CAREGIVERS = "manage_caregivers"
    """The patient's own say in who cares for them; the clinic's is MANAGE_CARE."""
    SEE_ACCESS = "see_access"
    """Who opened or changed a record."""
    COMPARE = "compare"
    """The de-identified comparison."""
    ADMINISTER = "administer"
    """Staff, sites, thresholds, audit viewer; no clinical content."""


class Reach(StrEnum):
    """Whose records a permission covers."""

    SITE = "site"
    """Everyone at the sites where the role is held."""
    CARE_TEAM = "care_team"
    """At those sites, the patients one operates on or is in the care team of."""
    SELF = "self"
    LINKED = "linked"
    """Patients one is a caregiver of, within the scope given."""
    NONE = "none"
    """No record: a permission on the site itself."""


class Scope(StrEnum):
    """What a caregiver was given."""

    SEE = "see"
    REPORT = "report"
    BOTH = "both"


ROLES: dict[Role, dict[Permission, Reach]] = {
    Role.PHYSICIAN: {
        Permission.VIEW_RECORD: Reach.SITE,
        Permission.SEE_ACCESS: Reach.SITE,
        Permission.RECORD_OBSERVATION: Reach.SITE,
        Permission.RECORD_DIARY: Reach.SITE,
        Permission.PRESCRIBE: Reach.SITE,
        Permission.RECORD_SURGERY: Reach.SITE,
        Permission.MANAGE_CONSENT: Reach.SITE,
        Permission.MANAGE_CARE: Reach.SITE,
        Permission.ENROL: Reach.NONE,
        Permission.COMPARE: Reach.NONE,
    },
    Role.THERAPIST: {
        Permission.VIEW_RECORD: Reach.SITE,
        Permission.SEE_ACCESS: Reach.SITE,
        Permission.RECORD_OBSERVATION: Reach.SITE,
        Permission.RECORD_DIARY: Reach.SITE,
    },
    Role.SURGEON: {
        Permission.VIEW_RECORD: Reach.CARE_TEAM,
        Permission.SEE_ACCESS: Reach.CARE_TEAM,
        Permission.RECORD_OBSERVATION: Reach.CARE_TEAM,
        Permission.RECORD_DIARY: Reach.CARE_TEAM,
        Permission.PRESCRIBE: Reach.CARE_TEAM,
        Permission.RECORD_SURGERY: Reach.CARE_TEAM,
        Permission.MANAGE_CONSENT: Reach.CARE_TEAM,
        Permission.MANAGE_CARE: Reach.CARE_TEAM,
        Permission.ENROL: Reach.NONE,
        Permission.COMPARE: Reach.NONE,
    },
    Role.ADMINISTRATOR: {Permission.ADMINISTER: Reach.NONE},
    Role.PATIENT: {
        Permission.VIEW_RECORD: Reach.SELF,
        Permission.SEE_ACCESS: Reach.SELF,
        Permission.RECORD_DIARY: Reach.SELF,
        Permission.MANAGE_CONSENT: Reach.SELF,
        Permission.MANAGE_CAREGIVERS: Reach.SELF,
    },
    Role.CAREGIVER: {
        Permission.VIEW_RECORD: Reach.LINKED,
        Permission.RECORD_DIARY: Reach.LINKED,
    },
}

CAREGIVER_SCOPES: dict[Permission, tuple[Scope, ...]] = {
    Permission.VIEW_RECORD: (Scope.SEE, Scope.BOTH),
    Permission.RECORD_DIARY: (Scope.REPORT, Scope.BOTH),
}


def roles_reaching(permission: Permission, reach: Reach) -> tuple[Role, ...]:
    return tuple(role for role, table in ROLES.items() if table.get(permission) == reach)
