"""Finding patients: one way for every list."""

from django.db.models import Exists, OuterRef, Q

from patients.models import CareTeamMember, Procedure, User

LENGTH = 100
FIELDS = ("name", "study_number", "record_number")


def searched(typed: str) -> str:
    """What was typed, as it is searched for."""
    return " ".join(typed.replace("\x00", "").split())[:LENGTH]


def matching(search: str) -> Q:
    """Whose name, study number or record number holds every word, in any order and any case."""
    return Q(*(_holding(word) for word in search.split()))


def _holding(word: str) -> Q:
    # SQLite folds the case of ASCII letters only, so the others are tried as they may be written
    written = {word, word.lower(), word.upper(), word.capitalize()}
    each = (Q(**{f"{field}__icontains": form}) for field in FIELDS for form in written)
    return Q(*each, _connector=Q.OR)


def mine(user: User) -> Q:
    """In whose care team the user is, or whom they operated on."""
    team = CareTeamMember.objects.filter(patient=OuterRef("pk"), user=user, until=None)
    operated = Procedure.objects.current().filter(patient=OuterRef("pk"), operator=user)
    return Q(Exists(team)) | Q(Exists(operated))
