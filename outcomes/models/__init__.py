from outcomes.models.cohort_job import CohortJob
from outcomes.models.comparison import CohortConsent, CohortEntry, CohortOutcome
from outcomes.models.diary import DiaryEntry
from outcomes.models.draft import Draft
from outcomes.models.followup import Alert, Message, Notification
from outcomes.models.lab_import import LabImport, LabImportRow
from outcomes.models.laboratory import LabResult
from outcomes.models.medication import MedicationCourse, MedicationDose
from outcomes.models.query import DataQuery
from outcomes.models.reminders import DiaryRequest, PushSubscription, ReminderChoice
from outcomes.models.visit import Visit
from outcomes.models.worklist import FollowUp

__all__ = [
    "Alert",
    "CohortConsent",
    "CohortEntry",
    "CohortJob",
    "CohortOutcome",
    "DataQuery",
    "DiaryEntry",
    "DiaryRequest",
    "Draft",
    "FollowUp",
    "LabImport",
    "LabImportRow",
    "LabResult",
    "MedicationCourse",
    "MedicationDose",
    "Message",
    "Notification",
    "PushSubscription",
    "ReminderChoice",
    "Visit",
]
