"""What the pages of each kind of document are called."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Heading:
    """The list's name, the headings of its forms, what is said once saved, and when none is."""

    many: Any
    new: Any
    change: Any
    saved: Any
    none: Any


HEADINGS: dict[str, Heading] = {
    "patients": Heading(
        _("Patients"),
        _("Enrol a patient"),
        _("Correct the person’s details"),
        _("Saved."),
        _("There is no patient whose record you may open."),
    ),
    "visits": Heading(
        _("Visits"),
        _("New visit"),
        _("Correct a visit"),
        _("The visit is recorded."),
        _("No visit recorded."),
    ),
    "labs": Heading(
        _("Laboratory results"),
        _("New laboratory result"),
        _("Correct a laboratory result"),
        _("The result is recorded."),
        _("No result recorded."),
    ),
    "medications": Heading(
        _("Medication"),
        _("New drug"),
        _("Change or stop a drug"),
        _("The drug is recorded."),
        _("No medication recorded."),
    ),
    "doses": Heading(
        _("Doses given"),
        _("New dose given"),
        _("Correct a dose"),
        _("The dose is recorded."),
        _("No dose recorded."),
    ),
    "procedures": Heading(
        _("Operations"),
        _("New operation"),
        _("Correct an operation"),
        _("The operation is recorded."),
        _("No operation recorded."),
    ),
    "complications": Heading(
        _("Complications"),
        _("New complication"),
        _("Correct a complication"),
        _("The complication is recorded."),
        _("No complication recorded."),
    ),
    "imaging": Heading(
        _("Imaging"),
        _("New imaging"),
        _("Correct imaging"),
        _("The imaging is recorded."),
        _("No imaging recorded."),
    ),
    "bone-density": Heading(
        _("Bone density"),
        _("New bone density"),
        _("Correct a bone density"),
        _("The bone density is recorded."),
        _("No measurement recorded."),
    ),
    "background": Heading(
        _("Background"),
        _("Background"),
        _("Correct the background"),
        _("The background is recorded."),
        _("Nothing recorded of the time before."),
    ),
    "milestones": Heading(
        _("Milestones"),
        _("New milestone"),
        _("Correct a milestone"),
        _("The milestone is recorded."),
        _("No milestone recorded."),
    ),
    "consents": Heading(
        _("Consent"),
        _("Give or withdraw consent"),
        _("Correct a consent"),
        _("The consent is recorded. It is obeyed from now on."),
        _("No consent recorded."),
    ),
    "transfers": Heading(
        _("Transfers of care"),
        _("Transfer of care"),
        _("Correct a transfer"),
        _("The transfer is recorded. No more reminders are sent."),
        _("No transfer recorded."),
    ),
    "contact-attempts": Heading(
        _("Contact attempts"),
        _("New contact attempt"),
        _("Correct a contact attempt"),
        _("The contact attempt is recorded."),
        _("No contact attempt recorded."),
    ),
    "losses": Heading(
        _("Loss to follow-up"),
        _("Loss to follow-up"),
        _("Correct a loss to follow-up"),
        _("The loss to follow-up is recorded. No more reminders are sent."),
        _("No loss recorded."),
    ),
}
