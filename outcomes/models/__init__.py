from outcomes.models.followup import Alert, DiaryEntry, Message, Notification
from outcomes.models.laboratory import LabResult
from outcomes.models.medication import MedicationCourse, MedicationDose
from outcomes.models.query import DataQuery
from outcomes.models.visit import Visit

__all__ = [
    "Alert",
    "DataQuery",
    "DiaryEntry",
    "LabResult",
    "MedicationCourse",
    "MedicationDose",
    "Message",
    "Notification",
    "Visit",
]
