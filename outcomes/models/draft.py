"""What someone has typed and not recorded: no clinical record, and seen by nobody else."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from patients.models import DocumentVersion, Patient, User


class DraftQuerySet(models.QuerySet):
    def of(self, user: User) -> Self:
        """What `user` typed themself, about patients whose record they may open today."""
        about = Q(patient=None) | Q(patient__in=Patient.objects.visible_to(user))
        return self.filter(about, author=user)

    def waiting(self) -> Self:
        """Without those whose form has been recorded, whatever arrived after that."""
        recorded = DocumentVersion.objects.filter(operation=OuterRef("key"))
        return self.exclude(Exists(recorded))


class Draft(models.Model):
    """The fields of one form as they were typed, private to their author.

    `key` is the operation under which the form will be recorded: the id of a new document, the
    form's own key for a correction. It goes in the transaction that records the form.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    """None only while a person is being enrolled."""
    form = models.CharField(max_length=60)
    """The name of the form's address, for example visit-new."""
    address = models.CharField(max_length=300)
    key = models.CharField(max_length=36)
    fields = models.JSONField(default=dict)
    page = models.UUIDField()
    """The page that saved it last: another one may not overwrite what it has not shown."""
    turn = models.PositiveIntegerField(default=0)
    """Counts the saves of that page: one that arrives late does not undo a later one."""
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="draft_once")]
        indexes = [models.Index(fields=["author", "patient", "-saved_at"], name="draft_of_author")]
