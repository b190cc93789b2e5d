from patients.models.access_rows import CareTeamMember, Invitation, Proxy
from patients.models.audit import AuditEvent
from patients.models.history import DocumentVersion
from patients.models.people import (
    Consent,
    ContactAttempt,
    LossToFollowUp,
    Milestone,
    Patient,
    Transfer,
)
from patients.models.record import PatientRecord, Record
from patients.models.sites import Membership, Site, Threshold, User
from patients.models.surgery import Background, BoneDensity, Complication, Imaging, Procedure

__all__ = [
    "AuditEvent",
    "Background",
    "BoneDensity",
    "CareTeamMember",
    "Complication",
    "Consent",
    "ContactAttempt",
    "DocumentVersion",
    "Imaging",
    "Invitation",
    "LossToFollowUp",
    "Membership",
    "Milestone",
    "Patient",
    "PatientRecord",
    "Procedure",
    "Proxy",
    "Record",
    "Site",
    "Threshold",
    "Transfer",
    "User",
]
