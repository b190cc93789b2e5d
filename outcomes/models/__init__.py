from outcomes.models.followup import Alert, DiaryEntry, Message, Notification
from outcomes.models.laboratory import LabResult
from outcomes.models.medication import MedicationCourse, MedicationDose
from outcomes.models.visit import Visit
from outcomes.models.worklist import FollowUp

__all__ = [
    "Alert",
    "DiaryEntry",
    "FollowUp",
    "LabResult",
    "MedicationCourse",
    "MedicationDose",
    "Message",
    "Notification",
    "Visit",
]
