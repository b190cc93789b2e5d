"""Every route × method × actor × relation to the patient (DESIGN.md 3, TRUST.md 1-6).

Routes are collected from the URLconf; one that stands in no table below fails with "classify this
route". What a user may not see answers byte for byte like what does not exist.
"""

import itertools
import json
import os
import re
import uuid
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from api import examples
from outcomes.kinds import DOSE, KINDS
from outcomes.sharing import SHAREABLE
from patients.models import CareTeamMember, Membership, Patient, Proxy, User
from patients.roles import Role
from tests.api.client import Answer, Api, new_id, path
from tests.support.cast import Cast, assemble, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates_as_in_life")]

# --- the table ----------------------------------------------------------------------------------
# Who asks, about whom:
#   Ha     self of `patient`, linked to the caregivers, operated by `surgeon`; same site
#   Ji     nobody's own, operated by nobody; same site as the staff of A
#   Brandt another site, that of `physicianB`
ACTORS = (
    "anonymous", "disabled", "physician", "physicianB", "therapist", "surgeon", "surgeonB", "admin",
    "patient", "sees", "reports", "both", "revoked", "expired", "former",
)  # fmt: skip

# what one may do: ok, or the status that refuses it
POLICIES = {
    # an identified record
    "read": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   ok   ok   404  ok   404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # visits and laboratory results
    "observe": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   403  403  404  403  404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # alerts and data queries: for those who examine; to patient and caregivers they are not there
    "examine": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   404  404  404  404  404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # medications, operations and their kind, care, amending the person
    "treat": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   403  ok   404   404   403  403  404  403  404  404  404
       Ji     401  401  ok   404   403  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # consent: also the patient's own
    "consent": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   403  ok   404   404   ok   403  404  403  404  404  404
       Ji     401  401  ok   404   403  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # who opened the record: not for caregivers
    "access": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   ok   403  404  403  404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # a site: that of the patient, so that Brandt's is one the administrator does not administer;
    # to everyone else the administrator's pages do not exist
    "administer": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  404  404   404  404  404   ok    404  404  404  404  404  404  404
       Brandt 401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
    "administer any": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  404  404   404  404  404   ok    404  404  404  404  404  404  404
    """,
    # correcting a consent that the clinic recorded: not the patient's to undo
    "consent of the clinic": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   403  ok   404   404   422  403  404  403  404  404  404
       Ji     401  401  ok   404   403  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # the diary: read by whoever may open the record or may report; who only reports, their own
    "diary": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   ok   ok   ok   ok   404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    "report": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   ok   403  ok   ok   404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # changing what the clinic entered on behalf: not theirs to change who told it
    "entry of the clinic": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   422  403  404  422  404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # the phone's pages: for the patient and caregivers of whatever scope; to clinicians not there
    "own": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  404  404   404  404  404   404   ok   ok   ok   ok   404  404  404
       Ji     401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
    # reporting there: not for caregivers who may only see
    "own report": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  404  404   404  404  404   404   ok   403  ok   ok   404  404  404
       Ji     401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
    # of these, what tells of the record: not for who only reports
    "own record": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  404  404   404  404  404   404   ok   ok   404  ok   404  404  404
       Ji     401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
    # what clinicians read of a record; the patient and who sees it are sent to their own page of it
    "clinic page": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   ok   ok   404   404   302  302  404  302  404  404  404
       Ji     401  401  ok   404   ok   404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # the own patient among comparable ones: for who opens the record at work and may compare
    "comparables page": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   403  ok   404   404   302  302  404  302  404  404  404
       Ji     401  401  ok   404   403  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    "comparables": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   403  ok   404   404   404  404  404  404  404  404  404
       Ji     401  401  ok   404   403  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    # who cares for the patient, changed by the patient alone; a caregiver may but leave
    "own circle": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  404  404   404  404  404   404   ok   403  403  403  404  404  404
       Ji     401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
    # the own sign-in on a phone: staff have a password instead
    "own sign-in": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  403  403   403  403  403   403   ok   ok   ok   ok   ok   ok   ok
    """,
    # what is about no patient: the relation makes no difference
    "enrol": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    403  ok   ok    403   403  403  403  403  403  403  403
    """,
    # the de-identified comparison of one's own sites
    "compare": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    403  ok   ok    403   403  403  403  403  403  403  403
    """,
    # a file of the comparison is its asker's; here nobody has asked for it
    "compared file": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  404  404   403  404  404   403   403  403  403  403  403  403  403
    """,
    # counts of the examinations at one's own sites
    "examine any": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    ok   ok   ok    403   403  403  403  403  403  403  403
    """,
    # results of several patients: each row is looked at by itself
    "import": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    ok   ok   ok    403   403  403  403  403  403  403  403
    """,
    # a file of results is its sender's: of Ha and Ji the physician's, of Brandt physician B's
    "own file": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       Ha     401  401  ok   404   404  404  404   404   404  404  404  404  404  404  404
       Ji     401  401  ok   404   404  404  404   404   404  404  404  404  404  404  404
       Brandt 401  401  404  ok    404  404  404   404   404  404  404  404  404  404  404
    """,
    "signed in": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    ok   ok   ok    ok    ok   ok   ok   ok   ok   ok   ok
    """,
    # the work list: to everyone but clinicians it does not exist
    "work": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  ok   ok    ok   ok   ok    404   404  404  404  404  404  404  404
    """,
    # open, but a token that no longer holds is told so
    "no secret": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    ok   401  ok   ok    ok   ok   ok    ok    ok   ok   ok   ok   ok   ok   ok
    """,
    "everyone": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    ok   ok   ok   ok    ok   ok   ok    ok    ok   ok   ok   ok   ok   ok   ok
    """,
    "nothing there": """
              anon dis  phys physB ther surg surgB admin pat  sees rep  both rev  exp  form
       any    401  401  404  404   404  404  404   404   404  404  404  404  404  404  404
    """,
}

WRITES = {"visits": "observe", "labs": "observe", "consents": "consent"}
CHANGES = WRITES | {"consents": "consent of the clinic"}
# a list that is also the patient's own matter
LISTS = {"consents": "read"}
# route name -> method -> (policy, status of "ok")
API = {
    "api-schema": {"GET": ("no secret", 200)},
    "api-docs": {"GET": ("no secret", 200)},
    "api-me": {"GET": ("signed in", 200)},
    "api-notices": {"GET": ("signed in", 200)},
    "api-literature": {"GET": ("signed in", 200)},
    "api-missing": {"GET": ("nothing there", 404), "POST": ("nothing there", 404)},
    "api-patients": {"GET": ("signed in", 200), "POST": ("enrol", 201)},
    "api-patient": {"GET": ("read", 200), "PATCH": ("treat", 200)},
    "api-care-team": {"GET": ("read", 200), "POST": ("treat", 201)},
    "api-care-team-member": {"DELETE": ("treat", 200)},
    "api-comparison": {"GET": ("compare", 200)},
    "api-patient-comparables": {"GET": ("comparables", 200)},
    "api-comparison-flow": {"GET": ("compare", 200)},
    "api-comparison-figure": {"GET": ("compare", 200)},
    "api-comparison-computed": {"GET": ("compare", 200)},
    "api-export-comparison": {"GET": ("compare", 200)},
    "api-export-dictionary": {"GET": ("compare", 200)},
    "api-export-job": {"GET": ("compared file", 200)},
    "api-warning-signs": {"GET": ("diary", 200)},
    "api-diary": {"GET": ("diary", 200), "POST": ("report", 201)},
    "api-diary-entry": {"GET": ("read", 200), "PATCH": ("entry of the clinic", 200)},
    "api-alerts": {"GET": ("examine", 200)},
    "api-alert": {"GET": ("examine", 200)},
    "api-alert-acknowledgement": {"POST": ("examine", 201)},
    "api-queries": {"GET": ("observe", 200), "POST": ("observe", 201)},
    "api-query-answer": {"POST": ("examine", 201)},
    "api-lab-imports-of-patient": {"GET": ("observe", 200), "POST": ("observe", 201)},
    "api-lab-imports": {"GET": ("import", 200), "POST": ("import", 201)},
    "api-lab-import": {"GET": ("own file", 200)},
    "api-lab-import-rows": {"GET": ("own file", 200)},
    "api-worklist": {"GET": ("work", 200)},
    "api-schedule": {"GET": ("read", 200)},
    "api-timeline": {"GET": ("read", 200)},
    "api-medication-safety": {"GET": ("observe", 200)},
    "api-figure": {"GET": ("read", 200)},
    "api-medication-doses": {"POST": ("treat", 201)},
    "api-dose": {"GET": ("read", 200), "PATCH": ("treat", 200)},
    **{
        f"api-{kind.path}": {
            "GET": ("read", 200),
            "POST": (WRITES.get(kind.path, "treat"), 201),
        }
        for kind in KINDS
    },
    **{
        f"api-{kind.name}": {
            "GET": ("read", 200),
            "PATCH": (CHANGES.get(kind.path, "treat"), 200),
        }
        for kind in KINDS
        if kind.name != kind.path
    },
}
# pages send people who are not signed in to the sign-in page instead of a 401
PAGES = {
    "home": {"GET": ("signed in", (200, 302))},
    "phone": {"GET": ("signed in", (200, 302))},
    "phone-today": {"GET": ("own", 200)},
    "phone-recovery": {"GET": ("own record", 200)},
    "phone-written": {"GET": ("own record", 200)},
    "phone-entries": {"GET": ("own", 200)},
    "phone-signs": {"GET": ("own", 200), "POST": ("own report", 422)},
    "phone-more": {"GET": ("own", 200)},
    "phone-settings": {"GET": ("own", 200), "POST": ("own", 422)},
    "phone-people": {"GET": ("own", 200), "POST": ("own circle", 422)},
    "phone-sign-in": {"GET": ("own sign-in", 200)},
    "phone-passkey": {"GET": ("own sign-in", 200), "POST": ("own sign-in", 302)},
    "phone-passkey-remove": {"POST": ("own sign-in", 302)},
    "phone-email": {"POST": ("own sign-in", 422)},
    "phone-email-code": {"POST": ("own sign-in", 422)},
    "patient-invitations": {"GET": ("treat", 200), "POST": ("treat", 422)},
    "phone-reminders": {"GET": ("signed in", 200), "POST": ("signed in", 422)},
    "reminders-push": {"POST": ("signed in", 422)},
    "diary-request": {"GET": ("observe", 200), "POST": ("observe", 422)},
    "worklist": {"GET": ("work", 200)},
    "patients": {"GET": ("signed in", (200, 302))},
    "contact": {"GET": ("treat", 200), "POST": ("treat", 422)},
    "lost": {"GET": ("treat", 200), "POST": ("treat", 422)},
    "comparison": {"GET": ("compare", 200)},
    "comparison-follow-up": {"GET": ("compare", 200)},
    "comparison-ask-file": {"POST": ("compare", 302)},
    "comparison-figure-csv": {"GET": ("compare", 200)},
    "comparison-figure-png": {"GET": ("compare", 200)},
    "comparison-figure-svg": {"GET": ("compare", 200)},
    "comparison-file": {"GET": ("compared file", 200)},
    "comparison-file-progress": {"GET": ("compared file", 200)},
    "comparison-methods": {"GET": ("compare", 200)},
    "comparison-published": {"GET": ("compare", 200)},
    "comparison-recovery": {"GET": ("compare", 200)},
    "comparison-recovery-progress": {"GET": ("compare", 200)},
    "comparison-report": {"GET": ("compare", 200)},
    "notices": {"GET": ("signed in", 200)},
    "examiners": {"GET": ("examine any", 200)},
    "patient": {"GET": ("clinic page", 200)},
    "patient-new": {"GET": ("enrol", 200), "POST": ("enrol", 422)},
    "patient-change": {"GET": ("treat", 200), "POST": ("treat", 422)},
    "patient-following": {"GET": ("treat", 200), "POST": ("treat", 422)},
    "alert-list": {"GET": ("examine", 200)},
    "alert-acknowledge": {"POST": ("examine", 422)},
    "patient-team": {"GET": ("clinic page", 200), "POST": ("treat", 422)},
    **{
        f"medication-{page}": {"GET": ("treat", 200), "POST": ("treat", 422)}
        for page in ("start", "dose", "stop", "give")
    },
    **{f"{kind.name}-list": {"GET": (LISTS.get(kind.path, "clinic page"), 200)} for kind in KINDS},
    **{
        f"{kind.name}-{page}": {
            "GET": (WRITES.get(kind.path, "treat"), 200),
            "POST": (WRITES.get(kind.path, "treat"), 422),
        }
        for kind in (*KINDS, DOSE)
        for page in ("new", "change")
    },
    **{
        f"{kind.name}-check": {"POST": (WRITES.get(kind.path, "treat"), 200)}
        for kind in (*KINDS, DOSE)
    },
    "diary": {"GET": ("read", 200)},
    "diary-paper": {"GET": ("read", 200)},
    "diary-new": {"GET": ("observe", 200), "POST": ("observe", 422)},
    "diary-error": {"GET": ("observe", 200), "POST": ("observe", 422)},
    # a version that was never shown is not shared: told on the page one comes back to
    **{f"{kind.name}-share": {"POST": (WRITES.get(kind.path, "treat"), 302)} for kind in SHAREABLE},
    "query-list": {"GET": ("observe", 200), "POST": ("observe", 422)},
    "query-answer": {"POST": ("examine", 422)},
    # without a form's slip there is nothing to keep
    "draft": {"POST": ("read", 422)},
    "draft-enrol": {"POST": ("signed in", 422)},
    # what is sent without naming the patient could belong to another one
    "visit-new": {"GET": ("observe", 200), "POST": ("observe", 409)},
    "visit-new-full": {"GET": ("observe", 200), "POST": ("observe", 422)},
    "patient-access": {"GET": ("access", 200)},
    "patient-comparables": {"GET": ("comparables page", 200)},
    "patient-summary": {"GET": ("clinic page", 200)},
    "patient-summary-pdf": {"GET": ("clinic page", 200)},
    "patient-history": {"GET": ("clinic page", 200)},
    "document-history": {"GET": ("clinic page", 200)},
    "lab-import-new": {"GET": ("observe", 200), "POST": ("observe", 422)},
    "lab-imports": {"GET": ("import", 200), "POST": ("import", 422)},
    "lab-import": {"GET": ("own file", 200), "POST": ("own file", 302)},
    "lab-import-progress": {"GET": ("own file", 200)},
    "lab-import-refused": {"GET": ("own file", 200)},
    "administration": {"GET": ("administer any", 200)},
    "administration-audit": {"GET": ("administer any", 200)},
    "administration-audit-download": {"GET": ("administer any", 200)},
    "administration-staff": {"GET": ("administer", 200)},
    "administration-thresholds": {"GET": ("administer", 200)},
    **{
        f"administration-{name}": {"GET": ("administer", 200), "POST": ("administer", 422)}
        for name in ("site", "person", "person-new", "threshold")
    },
}
OPEN = {
    "livez": {"GET": ("everyone", 200)},
    "healthz": {"GET": ("everyone", (200, 503))},
    # nothing in them is about a person, but the name of the one who asks
    "phone-worker": {"GET": ("everyone", 200)},
    "phone-manifest": {"GET": ("everyone", 200)},
    "phone-session": {"GET": ("everyone", 200)},
    "phone-no-network": {"GET": ("everyone", 200)},
    "account_login": {"GET": ("everyone", (200, 302))},
    "account_logout": {"GET": ("everyone", (200, 302))},
    "account_inactive": {"GET": ("everyone", 200)},
    # without a code or a secret there is nothing to try; staff are told to sign out first
    "join": {"GET": ("everyone", 200), "POST": ("everyone", (200, 422))},
    # signed in already: home; else the page, or back to the sign-in without a passkey or a code
    "mfa_login_webauthn": {"GET": ("everyone", 302), "POST": ("everyone", 302)},
    "account_request_login_code": {
        "GET": ("everyone", (200, 302)),
        "POST": ("everyone", (200, 302)),
    },
    "account_confirm_login_code": {"GET": ("everyone", 302)},
    # the cast has no passwords to ask for again
    "account_reauthenticate": {"GET": ("signed in", (200, 302, 403))},
    # opened with a secret, which nobody here has
    "account_reset_password_from_key": {"GET": ("everyone", 200)},
    "account_reset_password_from_key_done": {"GET": ("everyone", 200)},
    "set_language": {"POST": ("everyone", 302)},
    # opened with a link from an email, which nobody here has
    "reminders-stop": {"GET": ("everyone", 404), "POST": ("everyone", 404)},
    "reminders-confirm": {"GET": ("everyone", 404), "POST": ("everyone", 404)},
}
TABLE = API | PAGES | OPEN
# kinds whose list and single document share a name stem are told apart by their arguments
SAME_NAME = {f"api-{kind.name}" for kind in KINDS if kind.name == kind.path}


# --- routes as they are -------------------------------------------------------------------------
@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]


def routes(patterns: list[Any] | None = None, outer: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        arguments = (*outer, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, arguments)
        elif isinstance(pattern, URLPattern):
            yield Route(pattern.name or str(pattern.pattern), arguments)


def classified(route: Route) -> dict[str, tuple[str, Any]] | None:
    if route.name in SAME_NAME:
        stem = route.name.removeprefix("api-")
        if "id" not in route.arguments:
            return {"GET": ("read", 200), "POST": (WRITES.get(stem, "treat"), 201)}
        return {"GET": ("read", 200), "PATCH": (WRITES.get(stem, "treat"), 200)}
    return TABLE.get(route.name)


ROUTES = list(dict.fromkeys(routes()))
STATIC_ROUTES: set[str] = set()  # whitenoise serves static files before any route


def test_every_route_is_classified():
    unknown = [r.name for r in ROUTES if classified(r) is None and r.name not in STATIC_ROUTES]
    assert unknown == [], f"classify this route: {unknown}"


def test_the_table_names_only_routes_that_exist():
    assert set(TABLE) - SAME_NAME <= {route.name for route in ROUTES}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_says_something_for_everyone(name):
    for row in policy(name).values():
        assert set(row) == set(ACTORS)


def policy(name: str) -> dict[str, dict[str, str]]:
    _head, *rows = POLICIES[name].strip().splitlines()
    return {
        relation: dict(zip(ACTORS, cells, strict=True))
        for relation, *cells in (row.split() for row in rows)
    }


def test_the_table_agrees_with_the_roles():
    """The one place that grants, read apart from the table above."""
    from patients.roles import ROLES, Permission, Reach

    assert ROLES[Role.ADMINISTRATOR] == {Permission.ADMINISTER: Reach.NONE}
    may_read = {r for r, table in ROLES.items() if Permission.VIEW_RECORD in table}
    assert may_read == set(Role) - {Role.ADMINISTRATOR}


# --- the world they are tried in ----------------------------------------------------------------
@dataclass(frozen=True)
class World:
    cast: Cast
    users: dict[str, User | None]
    clients: dict[str, Api]
    browsers: dict[str, Client]
    records: dict[str, dict[str, str]]
    """Of each patient: the id of one document of every kind."""

    @property
    def patients(self) -> dict[str, Patient]:
        return {"Ha": self.cast.ha, "Ji": self.cast.ji, "Brandt": self.cast.brandt}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; every test below undoes what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    cast = assemble()
    former = staff("former", cast.seoul, Role.PHYSICIAN)
    former.memberships.update(active=False)
    users = {
        "anonymous": None,
        "disabled": cast.disabled_physician_a,
        "physician": cast.physician_a,
        "physicianB": cast.physician_b,
        "therapist": cast.therapist_a,
        "surgeon": cast.surgeon_a,
        "surgeonB": staff("surgeon_b", cast.berlin, Role.SURGEON),
        "admin": cast.administrator_a,
        "patient": cast.patient_user,
        "sees": cast.sees,
        "reports": cast.reports,
        "both": cast.sees_and_reports,
        "revoked": cast.revoked,
        "expired": cast.expired,
        "former": former,
    }
    browsers = {who: Client(raise_request_exception=False) for who in users}
    for who, user in users.items():
        if user is not None:
            browsers[who].force_login(user)
    clients = {who: Api(user) for who, user in users.items()}
    records = {
        name: record_everything(clients["physicianB" if name == "Brandt" else "physician"], patient)
        for name, patient in (("Ha", cast.ha), ("Ji", cast.ji), ("Brandt", cast.brandt))
    }
    return World(cast, users, clients, browsers, records)


def record_everything(client: Api, patient: Patient) -> dict[str, str]:
    recorded: dict[str, str] = {}
    for kind in KINDS:
        document = a_document(kind.path, recorded)
        answer = client.post(path(patient, kind.path), document)
        assert answer.status == 201, answer.raw.content
        recorded[kind.path] = document["id"]
    dose = a_document("doses", recorded)
    where = path(patient, "medications", recorded["medications"], "doses")
    assert client.post(where, dose).status == 201
    recorded["alerts"] = an_alert(client, patient)
    entry = a_document("diary", recorded)
    assert client.post(path(patient, "diary"), entry).status == 201
    recorded["diary"] = entry["id"]
    question = {"id": new_id(), "text": "Which leg?"}
    assert client.post(path(patient, "queries"), question).status == 201
    recorded["queries"] = question["id"]
    file = client.send("POST", path(patient, "lab-imports"), raw=LAB_FILE, content_type="text/csv")
    assert file.status == 201, file.raw.content
    recorded["lab-import"] = file.json["id"]
    # whoever enrolled them is in their care team
    return recorded | {"doses": dose["id"], "username": patient.recorded_by.username}


def an_alert(client: Api, patient: Patient) -> str:
    """What the rules make of a leg that falls from one day to the next."""
    for date, grade in (("2026-06-01", "4"), ("2026-06-02", "1")):
        motor = {"basis": "gestalt", "right": {"grade": grade}}
        document = {"id": new_id(), "kind": "unscheduled", "date": date, "motor": motor}
        assert client.post(path(patient, "visits"), document).status == 201
    return client.rows(path(patient, "alerts") + "?open=true")[0]["id"]


LAB_FILE = examples.LAB_FILES["CSV"].encode()


def a_document(kind: str, recorded: dict[str, str]) -> dict[str, Any]:
    """A new document of a kind, for a patient who has these records."""
    more = {"doses": examples.DOSES, "diary": examples.DIARY}
    example = next(iter((examples.BY_PATH | more)[kind].values()))
    document = example | {"id": new_id()}
    document.pop("doses", None)
    if kind == "complications":
        document |= dict.fromkeys(("procedure", "reoperation"), recorded["procedures"])
    return document


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- asking -------------------------------------------------------------------------------------
def address(cast: Cast, route: Route, patient: Any, recorded: dict[str, str]) -> str:
    theirs = patient == cast.brandt.pk
    values = {
        "patient_id": patient,
        "id": recorded.get(kind_of(route), ""),
        "job_id": uuid.uuid4(),
        "record_id": recorded.get("visits", ""),
        "course_id": recorded.get("medications", ""),
        "name": "recovery",
        "figure": "timing",
        "username": recorded.get("username", "physician_a"),
        "code": "berlin" if theirs else "seoul",
        "user_id": (cast.physician_b if theirs else cast.physician_a).pk,
        "key": "grade_jump" if route.name.startswith("administration") else "nothing",
        "uidb36": "1",
        "token": "nonsense",
        "rest": "nonsense/",
    }
    return reverse(route.name, kwargs={name: values[name] for name in route.arguments})


def kind_of(route: Route) -> str:
    if route.name.removeprefix("api-").startswith("lab-import"):
        return "lab-import"
    stem = re.sub(
        "^api-|-(list|new|change|check|answer|start|dose|stop|give|share)$", "", route.name
    )
    if stem.startswith("alert"):
        return "alerts"
    stem = {"query": "queries", "diary-entry": "diary", "diary-error": "diary"}.get(stem, stem)
    return next((k.path for k in (*KINDS, DOSE) if stem in {k.path, k.name}), stem)


BODIES: dict[str, dict[str, Any]] = {
    "api-queries": {"text": "Which leg?"},
    "api-query-answer": {"note": "The right one."},
    "api-alert-acknowledgement": {"note": "seen"},
}


def body_of(route: Route, method: str, recorded: dict[str, str]) -> Any:
    if method == "PATCH":
        return {"reason": "tried"}
    if route.name == "api-patients":
        return {"id": new_id(), "study_number": uuid.uuid4().hex}
    if route.name == "api-care-team":
        return {"username": recorded.get("username", "physician_a")}
    if method == "DELETE":
        return None
    if route.name in BODIES:
        own = {} if "id" in route.arguments else {"id": new_id()}
        return BODIES[route.name] | own
    if route.name.startswith("api-") and kind_of(route) not in {"missing", "lab-import"}:
        kind = "doses" if route.name == "api-medication-doses" else kind_of(route)
        return a_document(kind, recorded)
    return {}


def ask(world: World, who: str, route: Route, method: str, relation: str) -> Answer:
    patient = world.patients.get(relation, world.cast.ha)
    recorded = world.records.get(relation, world.records["Ha"])
    where = address(world.cast, route, patient.pk, recorded)
    if route.name.startswith("api-"):
        client = world.clients[who]
        if method == "POST" and kind_of(route) == "lab-import":
            return client.send(method, where, raw=LAB_FILE, content_type="text/csv")
        body = body_of(route, method, recorded) if method != "GET" else None
        accept = {"accept": "text/html"} if route.name == "api-docs" else {}
        return client.send(method, where, body, if_match="*", **accept)
    return Answer(world.browsers[who].generic(method, where))


FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
# who has the same reason to be let in or refused: outside the full profile one of each line is
# tried for a route and method, as chance has it but always the same; who stands in none, always
ALIKE = """
    disabled@Ha revoked@Ha expired@Ha former@Ha
    physicianB@Ha surgeonB@Ha admin@Ha physicianB@Ji surgeonB@Ji admin@Ji
    patient@Ji sees@Ji reports@Ji both@Ji patient@Brandt sees@Brandt reports@Brandt both@Brandt
    physician@Brandt therapist@Brandt surgeon@Brandt admin@Brandt
    surgeon@Ji surgeonB@Brandt
    therapist@Ha physician@Ji therapist@Ji physicianB@Brandt
    sees@Ha both@Ha
    disabled@any revoked@any expired@any former@any
    physician@any physicianB@any therapist@any surgeon@any surgeonB@any
    patient@any sees@any reports@any both@any
"""
# what they could still reach is Ha's, others' only in the full profile
NEVER_MORE = ("anonymous", "disabled", "revoked", "expired", "former")
# seconds to make: for one of those who may have it
SLOW = {"patient-summary-pdf", "comparison-report", "comparison-figure-png"}

CELLS = [
    pytest.param(route, method, id=f"{method} {route.name}({', '.join(route.arguments)})")
    for route in ROUTES
    for method in classified(route) or ()
]


def everyone(route: Route, method: str) -> dict[tuple[str, str], str]:
    """What the table says, by who asks and about whom."""
    rows = policy(classified(route)[method][0])
    return {(who, about): cell for about, row in rows.items() for who, cell in row.items()}


def tried(route: Route, method: str) -> dict[tuple[str, str], str]:
    """Of the cells, those that `make test` has time for: one of all that are alike."""
    told = everyone(route, method)
    if FULL:
        return told
    alike = defaultdict(list)
    for (who, about), cell in told.items():
        if not (who in NEVER_MORE and about in {"Ji", "Brandt"}):
            alike[line_of(who, about, slow=route.name in SLOW and cell == "ok"), cell].append(
                (who, about)
            )
    chosen = [one_of(group, route, method) for group in alike.values()]
    return {one: told[one] for one in chosen}


def line_of(who: str, about: str, slow: bool) -> str:
    one = f"{who}@{about}"
    return "slow" if slow else next((li for li in ALIKE.splitlines() if one in li.split()), one)


def one_of(those: list[Any], route: Route, method: str) -> Any:
    return those[zlib.crc32(f"{method} {route}".encode()) % len(those)]


def test_nobody_is_alike_in_two_ways() -> None:
    named = ALIKE.split()
    assert len(named) == len(set(named))
    assert {one.split("@")[0] for one in named} < set(ACTORS)


def test_everyone_is_tried_and_every_policy_with_every_relation() -> None:
    """What is left out for a route is tried for others: of each policy that several share."""
    cells = {
        (classified(route)[method][0], *one)
        for route, method in (cell.values for cell in CELLS)
        for one in tried(route, method)
    }
    assert {who for _policy, who, _about in cells} == set(ACTORS)
    for name in {name for name, _who, _about in cells}:
        assert {about for one, _who, about in cells if one == name} == set(policy(name)), name
    named = {tuple(one.split("@")) for one in ALIKE.split()}
    assert {(who, about) for _policy, who, about in cells} >= named


@pytest.mark.parametrize(("route", "method"), CELLS)
def test_everyone_gets_what_the_table_says(world, route, method):
    _name, success = classified(route)[method]
    wrong = []
    for (who, relation), cell in tried(route, method).items():
        with undone():
            if route.name == "api-background" and method == "POST":
                make_room_for_a_background(world, relation)
            got = ask(world, who, route, method, relation)
        if not as_expected(route, got, cell, success):
            wrong.append(f"{who} × {relation}: {got.status} instead of {cell}")
    assert wrong == []


def as_expected(route: Route, got: Answer, cell: str, success: Any) -> bool:
    if cell == "ok":
        return got.status in (success if isinstance(success, tuple) else (success,))
    if cell == "401" and not route.name.startswith("api-"):
        return got.status == 302 and "/account/login/" in got.raw.headers["Location"]
    if cell == "302":
        return got.status == 302 and got.raw.headers["Location"].startswith("/my/")
    return got.status == int(cell)


def make_room_for_a_background(world: World, relation: str) -> None:
    """A patient has one background: the one that is there makes room."""
    patient = world.patients[relation]
    owner = world.clients["physicianB" if relation == "Brandt" else "physician"]
    address = path(patient, "background", world.records[relation]["background"])
    assert owner.amend(address, entered_in_error=True).status == 200


# --- hidden is like absent ----------------------------------------------------------------------
WITH_A_PATIENT = [cell for cell in CELLS if {"patient_id", "id"} & set(cell.values[0].arguments)]
STRANGERS = ("physicianB", "surgeonB", "admin", "reports", "revoked", "expired", "former")


def absent() -> dict[str, str]:
    kinds = (kind.path for kind in (*KINDS, DOSE))
    return {path: new_id() for path in ("alerts", "queries", "lab-import", "diary", *kinds)}


@pytest.mark.parametrize(("route", "method"), WITH_A_PATIENT)
def test_hidden_is_answered_byte_for_byte_like_absent(world, route, method):
    hidden, nobody = world.records["Ha"], uuid.uuid4()
    bodies = [body_of(route, method, hidden), {}] if method != "GET" else [None]
    headers = [{"if_match": "*"}, {}] if method == "PATCH" else [{}]
    sent = list(itertools.product(bodies, headers))
    places = [(world.cast.ha.pk, hidden), (nobody, absent())]
    mixed = [(world.cast.ha.pk, absent()), (nobody, hidden)]
    for who in strangers(route, method):
        told = sent if FULL or who == "physicianB" else sent[:1]
        for body, more in told:
            everywhere = who == "physicianB" and (FULL or (body, more) == sent[0])
            seen = {
                stranger_sees(world, who, route, method, body, more, *place)
                for place in (places + mixed if everywhere else places)
            }
            assert len(seen) == 1, (who, body, seen)
            assert next(iter(seen))[0] == 404


def strangers(route: Route, method: str) -> list[str]:
    """Those to whom Ha's record is not there; outside the full profile the first and one more."""
    about_ha = policy(classified(route)[method][0]).get("Ha", {})
    among = STRANGERS if method == "GET" else STRANGERS[:2]
    found = [who for who in among if about_ha.get(who, "404") != "ok"]
    if FULL:
        return found
    others = [who for who in found if who != "physicianB"]
    return [*(["physicianB"] if "physicianB" in found else []), one_of(others, route, method)]


def stranger_sees(
    world: World,
    who: str,
    route: Route,
    method: str,
    body: Any,
    headers: dict[str, str],
    patient: Any,
    records: dict[str, str],
) -> tuple[Any, ...]:
    where = address(world.cast, route, patient, records)
    with undone():
        if route.name.startswith("api-"):
            answer = world.clients[who].send(method, where, body, **headers)
        else:
            answer = Answer(world.browsers[who].generic(method, where))
    status, content, sent = answer.seen
    sent.pop("Set-Cookie", None)
    return status, without_address(content, where), json.dumps(sorted(sent.items()))


def without_address(content: bytes, where: str) -> bytes:
    """A page may repeat the address that was asked for (its language switch leads back)."""
    return content.replace(where.encode(), b"ADDRESS")


def test_a_record_is_only_found_under_its_own_patient(world):
    """The physician may see both; the address still has to be true."""
    client = world.clients["physician"]
    for kind in KINDS:
        if kind.path == "visits":
            continue
        own, wrong = (
            client.get(path(patient, kind.path, world.records["Ha"][kind.path]))
            for patient in (world.cast.ha, world.cast.ji)
        )
        assert (own.status, wrong.status) == (200, 404), kind.path


# --- every way tells the same, and at once ------------------------------------------------------
@pytest.mark.parametrize("who", [a for a in ACTORS if a not in {"anonymous", "disabled"}])
def test_lists_hold_exactly_what_may_be_opened(world, who):
    client = world.clients[who]
    with undone():
        listed = {row["id"] for row in client.rows("patients/?limit=1")}
        everyone = {str(pk) for pk in Patient.objects.values_list("pk", flat=True)}
        opened = {pk for pk in everyone if client.get(path(pk)).status == 200}
        assert listed == opened
        for name, patient in world.patients.items():
            for kind in KINDS:
                answer = client.get(path(patient, kind.path))
                assert (answer.status == 200) == (str(patient.pk) in opened), (name, kind.path)


REVOKED: dict[str, Callable[[World], Any]] = {
    "sees": lambda w: Proxy.objects.filter(user=w.cast.sees).update(revoked_at="2026-01-01T00:00Z"),
    "both": lambda w: Proxy.objects.filter(user=w.cast.sees_and_reports).update(
        until="2026-01-01T00:00Z"
    ),
    "physician": lambda w: Membership.objects.filter(user=w.cast.physician_a).update(active=False),
    "therapist": lambda w: User.objects.filter(pk=w.cast.therapist_a.pk).update(is_active=False),
    "patient": lambda w: User.objects.filter(pk=w.cast.patient_user.pk).update(is_active=False),
}


@pytest.mark.parametrize("who", REVOKED)
def test_what_is_revoked_is_gone_on_the_next_request(world, who):
    client, where = world.clients[who], path(world.cast.ha)
    with undone():
        assert client.get(where).status == 200
        REVOKED[who](world)
        assert client.get(where).status in {401, 404}
        assert client.get("patients/").raw.content.count(b"A-001") == 0


def test_a_surgeon_joins_and_leaves_the_care_team(world):
    client, where = world.clients["surgeon"], path(world.cast.ji)
    with undone():
        assert client.get(where).status == 404
        member = CareTeamMember.objects.create(
            patient=world.cast.ji, user=world.cast.surgeon_a, since="2026-01-01T00:00Z"
        )
        assert client.get(where).status == 200
        CareTeamMember.objects.filter(pk=member.pk).update(until="2026-01-02T00:00Z")
        assert client.get(where).status == 404


def test_the_session_opens_the_api_as_the_token_does(world):
    for who, status in (("physician", 200), ("physicianB", 404), ("anonymous", 401)):
        where = f"/api/v1/{path(world.cast.ha)}"
        assert world.browsers[who].get(where).status_code == status


def test_a_write_by_session_needs_the_csrf_token(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.cast.physician_a)
    where = f"/api/v1/{path(world.cast.ha, 'visits')}"
    document = json.dumps(a_document("visits", {}))
    answer = browser.post(where, document, content_type="application/json")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
