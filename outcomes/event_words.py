"""Words for the actions of the audit trail: what was done, and never what it said."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# whole sentences, where one is clearer than verb and subject
SENTENCES: Mapping[str, Any] = {
    "patient.view": _("Opened the record"),
    "patient.today": _("Opened the page of the day"),
    "patient.signs": _("Opened the page of warning signs"),
    "patient.recovery": _("Opened the recovery in plain words"),
    "patient.written": _("Opened what the clinic has written"),
    "patient.entries": _("Looked at the diary on the phone"),
    "patient.more": _("Opened the phone's list of pages"),
    "patient.settings": _("Opened the settings of the phone's pages"),
    "appearance.set": _("Changed language or type size"),
    "patient.list": _("Looked at a list of patients"),
    "patient.record": _("Enrolled a patient"),
    "patient.bulk_record": _("Entered many patients at once"),
    "patient.amend": _("Changed who the patient is"),
    "patient.access": _("Looked up who opened the record"),
    "summary.view": _("Opened the summary"),
    "summary.print": _("Printed the summary"),
    "diary_entry.print": _("Opened a paper diary to print"),
    "history.view": _("Opened the history"),
    "visit.record": _("Recorded a visit"),
    "visit.amend": _("Changed a visit"),
    "visit.view": _("Opened a visit"),
    "medication_safety.view": _("Opened the medication checks"),
    "visit.rates": _("Saw how often examiners find a part unchanged"),
    "timeline.view": _("Opened the timeline"),
    "schedule.view": _("Opened the follow-up plan"),
    "care_team.assign": _("Put someone in the care team"),
    "care_team.leave": _("Took someone out of the care team"),
    "care_team.list": _("Looked at the care team"),
    "proxy.link": _("Linked a caregiver"),
    "proxy.revoke": _("Ended a caregiver's access"),
    "proxy.limit": _("Changed until when a caregiver has access"),
    "patient.join": _("Joined with an account of their own"),
    "invitation.make": _("Made an invitation"),
    "invitation.list": _("Looked at invitations and caregivers"),
    "invitation.revoke": _("Took an invitation back"),
    "invitation.use": _("Joined by an invitation"),
    "invitation.wrong": _("An invitation was tried in vain"),
    "invitation.lock": _("An invitation was locked after wrong birth years"),
    "dataquery.record": _("Raised a data query"),
    "dataquery.amend": _("Answered a data query"),
    "dataquery.list": _("Looked at data queries"),
    "comparison.view": _("Looked at the comparison"),
    "comparison.export": _("Downloaded the comparison"),
    "comparison.follow_up": _("Looked at who was followed"),
    "comparison.comparables": _("Looked at comparable patients"),
    "alert.raise": _("Alerts were raised by the rules"),
    "alert.basis_change": _("The basis of an alert changed"),
    "alert.basis_restore": _("The basis of an alert holds again"),
    "alert.acknowledge": _("Acknowledged an alert"),
    "alert.escalate": _("An alert was passed on to someone on call"),
    "alert.list": _("Looked at the alerts"),
    "alert.view": _("Opened an alert"),
    "staff.on_call": _("Changed who is on call"),
    "notice.list": _("Looked at their own notices"),
    "reminder.view": _("Looked at their own reminders"),
    "reminder.choose": _("Changed their own reminders"),
    "reminder.allow_push": _("Allowed notices on a phone"),
    "reminder.end_push": _("Stopped notices on a phone"),
    "reminder.ask_address": _("Asked for reminders at an email address"),
    "reminder.confirm_address": _("Confirmed an email address"),
    "reminder.stop_email": _("Stopped reminders by email, through the link in one"),
    "reminder.test": _("Sent themselves a test notice"),
    "diary_request.record": _("Asked for a diary"),
    "diary_request.view": _("Looked at whether a diary is asked for"),
    "diary_request.end": _("Asked for a diary no longer"),
    "lab_import.record": _("Sent a file of laboratory results"),
    "lab_import.list": _("Looked at their files of laboratory results"),
    "lab_import.view": _("Looked at a file of laboratory results"),
    "lab_import.export": _("Downloaded the refused rows of a file of laboratory results"),
    "lab_import.start": _("Started importing laboratory results"),
    "lab_import.discard": _("Gave up a file of laboratory results"),
    "lab_import.done": _("Imported a file of laboratory results"),
    "lab_import.fail": _("A file of laboratory results could not be read"),
    "lab_import.forget": _("Deleted a file of laboratory results kept long enough"),
    "site.open": _("Opened a site"),
    "site.amend": _("Changed a site"),
    "staff.add": _("Added a person"),
    "staff.roles": _("Changed someone's roles"),
    "staff.disable": _("Disabled a sign-in"),
    "staff.enable": _("Enabled a sign-in"),
    "staff.link": _("Made a link to choose a password"),
    "threshold.set": _("Set a threshold"),
    "threshold.clear": _("Went back to a default threshold"),
    "token.create": _("Made an API token"),
    "account.language": _("Changed the language of the account"),
    "sign_in.done": _("Signed in"),
    "sign_in.failed": _("Sign-in failed"),
    "sign_in.out": _("Signed out"),
    "sign_in.password": _("Chose a new password"),
    "sign_in.passkey_add": _("Added a passkey"),
    "sign_in.passkey_remove": _("Removed a passkey"),
    "sign_in.email_add": _("Confirmed an e-mail address"),
    "sign_in.email_remove": _("Removed an e-mail address"),
    "sign_in.lost_phone": _("Shut out a lost phone"),
    "draft.begin": _("Began a draft"),
    "draft.discard": _("Discarded a draft"),
    "draft.forget": _("Removed drafts that nobody had gone on with"),
    "audit.list": _("Looked at the audit trail"),
    "audit.export": _("Downloaded the audit trail"),
}
# by the last part of the action, where the first one is a subject
VERBS: Mapping[str, Any] = {
    "record": _("Recorded: {subject}"),
    "amend": _("Changed: {subject}"),
    "view": _("Opened: {subject}"),
    "list": _("Looked at: {subject}"),
    "check": _("Had an entry checked before saving: {subject}"),
    "share": _("Discussed with the patient and shared: {subject}"),
}
SUBJECTS: Mapping[str, Any] = {
    "visit": _("visits"),
    "lab": _("laboratory results"),
    "labresult": _("laboratory result"),
    "medication": _("medication"),
    "medicationcourse": _("medication"),
    "medicationdose": _("dose of a medication"),
    "dose": _("dose of a medication"),
    "procedure": _("operation"),
    "complication": _("complication"),
    "imaging": _("imaging"),
    "bonedensity": _("bone density"),
    "bone_density": _("bone density"),
    "background": _("background"),
    "consent": _("consent"),
    "milestone": _("milestone"),
    "transfer": _("transfer"),
    "contactattempt": _("attempt to reach the patient"),
    "contact_attempt": _("attempt to reach the patient"),
    "losstofollowup": _("end of follow-up"),
    "loss_to_follow_up": _("end of follow-up"),
    "diaryentry": _("diary entry"),
    "diary_entry": _("diary entry"),
    "alert": _("alert"),
}
# by the first part, whatever follows
FAMILIES: Mapping[str, Any] = {
    "figure": _("Opened a chart"),
    "denied": _("Was refused"),
    "notification": _("Handled a notice"),
}

# kinds to filter by, in the order of a reader's questions
KINDS: Mapping[str, tuple[Any, Q]] = {
    "seen": (
        _("Opened or listed"),
        Q(action__startswith="figure.")
        | Q(action__startswith="comparison.")
        | (
            (
                Q(action__endswith=".view")
                | Q(action__endswith=".list")
                | Q(action__endswith=".check")
            )
            & ~Q(action__startswith="audit.")
        ),
    ),
    "written": (
        _("Recorded or changed"),
        Q(action__endswith=".record")
        | (Q(action__endswith=".amend") & ~Q(action__startswith="site."))
        | Q(action__in=("care_team.assign", "care_team.leave", "proxy.link"))
        | Q(action__in=("proxy.revoke", "proxy.limit", "invitation.make", "invitation.revoke"))
        | Q(action__in=("patient.bulk_record", "dataquery.follow"))
        | Q(action__in=("alert.raise", "alert.basis_change", "alert.basis_restore"))
        | Q(action__in=("alert.acknowledge", "alert.escalate"))
        | Q(action__startswith="draft."),
    ),
    "refused": (_("Was refused"), Q(action__startswith="denied.")),
    "sign_in": (
        _("Signed in or out"),
        Q(action__startswith="sign_in.")
        | Q(action__in=("patient.join", "invitation.use", "invitation.wrong", "invitation.lock")),
    ),
    "administration": (
        _("Administration"),
        Q(action__startswith="site.")
        | Q(action__startswith="staff.")
        | Q(action__startswith="threshold.")
        | Q(action__startswith="account.")
        | Q(action__startswith="token."),
    ),
    "audit": (_("The audit trail and who opened a record"),
        Q(action__startswith="audit.") | Q(action="patient.access")),
}  # fmt: skip


def known(action: str) -> str | None:
    """The action in words, None for one that has none yet."""
    if action in SENTENCES:
        return str(SENTENCES[action])
    subject, _dot, verb = action.rpartition(".")
    if subject in FAMILIES:
        return str(FAMILIES[subject])
    if verb in VERBS and subject in SUBJECTS:
        return str(VERBS[verb]).format(subject=SUBJECTS[subject])
    return None


def words(action: str) -> str:
    """The action in words; one without words shows its code, so that nothing is hidden."""
    return known(action) or gettext("Other: {code}").format(code=action)
