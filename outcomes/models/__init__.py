from outcomes.models.draft import Draft
from outcomes.models.followup import Alert, DiaryEntry, Message, Notification
from outcomes.models.laboratory import LabResult
from outcomes.models.medication import MedicationCourse, MedicationDose
from outcomes.models.visit import Visit

__all__ = [
    "Alert",
    "DiaryEntry",
    "Draft",
    "LabResult",
    "MedicationCourse",
    "MedicationDose",
    "Message",
    "Notification",
    "Visit",
]
