"""The OpenAPI schema: valid, complete, and true of what the API really answers."""

import io
import itertools
import json
import os
import re
from functools import cache as once

import hypothesis
import pytest
import requests
import schemathesis
from django.core.cache import cache
from django.core.management import call_command
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from api import examples
from outcomes.kinds import KINDS
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
EXAMPLES = 150 if FULL else 4
METHODS = {"get", "post", "patch", "put", "delete"}


@once
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations():
    return [
        (where, method, operation)
        for where, item in schema()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


EACH = [pytest.param(*one, id=f"{one[1]} {one[0]}") for one in operations()]


def test_it_validates_without_a_warning():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_it_is_openapi_3_1_under_the_public_prefix():
    assert schema()["openapi"].startswith("3.1")
    assert all(where.startswith("/api/v1/") for where in schema()["paths"])


def test_it_is_served_as_json_and_readable_as_a_page(physician):
    served = physician.get("schema/?format=json")
    assert served.status == 200
    assert served.json["paths"].keys() == schema()["paths"].keys()
    assert physician.get("docs/", accept="text/html").status == 200


UNDESCRIBED = {"api-schema", "api-docs", "api-missing"}  # about the API, not of it


def test_every_address_is_described():
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/")
    routes = {str(p.pattern) for p in api.url_patterns if p.name not in UNDESCRIBED}
    plain = {r.replace("<uuid:", "{").replace("<slug:", "{").replace("<str:", "{").replace(">", "}")
             for r in routes}  # fmt: skip
    assert plain == {where.removeprefix("/api/v1/") for where in schema()["paths"]}


CSV = dict.fromkeys(
    (
        f"/api/v1/exports/{what}/"
        for what in ("comparison", "comparison/dictionary", "jobs/{job_id}")
    ),
    "text/csv",
)


@pytest.mark.parametrize(("where", "method", "operation"), EACH)
def test_an_operation_tells_its_answers(where, method, operation):
    answers = operation["responses"]
    assert "401" in answers
    # to whoever has no work list it does not exist
    assert ("404" in answers) == ("{" in where or where.endswith("/worklist/"))
    success = answers["201" if method == "post" else "200"]["content"]
    assert list(success) == [CSV.get(where, "application/json")]
    for status, answer in answers.items():
        if status.startswith(("4", "5")):
            assert list(answer["content"]) == ["application/problem+json"], status
    if method == "delete":
        assert "403" in answers
    elif method != "get":
        # what has no id of its own can be sent twice
        taken = set() if where.endswith(("/care-team/", "/lab-imports/")) else {"409"}
        assert {"400", "403", "413", "415", "422"} | taken <= set(answers)
    if method == "patch":
        assert {"412", "428"} <= set(answers)
        headers = {p["name"]: p.get("required") for p in operation["parameters"]}
        assert headers["If-Match"] is True


@pytest.mark.parametrize(("where", "method", "operation"), EACH)
def test_an_operation_that_records_has_complete_examples(where, method, operation):
    if method != "post":
        return
    content = operation["requestBody"]["content"]
    if where.endswith("/lab-imports/"):
        files = examples.LAB_FILES if "{" in where else examples.LAB_FILES_OF_A_SITE
        csv, hl7 = (content[kind]["examples"] for kind in ("text/csv", "application/hl7-v2"))
        assert [one["value"] for one in (csv | hl7).values()] == list(files.values())
        return
    shown = content["application/json"]["examples"]
    kind = where.rstrip("/").split("/")[-1]
    own = {"doses": examples.DOSES, "patients": examples.PATIENTS} | examples.BY_PATH
    own |= {"care-team": examples.CARE_TEAM, "diary": examples.DIARY}
    own |= {"queries": examples.QUERIES, "answer": examples.ANSWERS}
    own |= {"acknowledgement": examples.ACKNOWLEDGEMENTS}
    assert [one["value"] for one in shown.values()] == list(own[kind].values())


def as_json(code):
    return code if isinstance(code, str) else json.dumps(code)


def codes(inner):
    if "enum" in inner:
        return [as_json(code) for code in inner["enum"]]
    if "const" in inner:
        return [as_json(inner["const"])]
    return [code for one in inner.get("anyOf", ()) for code in codes(one)]


def coded():
    """Every field with codes, by its component and name."""
    for name, component in schema()["components"]["schemas"].items():
        for field, inner in component.get("properties", {}).items():
            if codes(inner):
                yield f"{name}.{field}", inner


def test_there_are_codes_in_the_schema():
    assert len(list(coded())) > 100


@pytest.mark.parametrize(("field", "inner"), [pytest.param(*one, id=one[0]) for one in coded()])
def test_every_code_is_enumerated_and_described(field, inner):
    told = inner.get("description", "")
    assert len(told) > 10, f"say what {field} is"
    words = re.sub("[`:,;]", "", told).split()
    for code in codes(inner):
        assert code in words, f"say what {code} means"


def fields_of(component):
    return set(schema()["components"]["schemas"][component]["properties"])


def test_the_fields_that_rules_read_are_in_the_schema():
    """Every input of CLINICAL.md F and G can be written."""
    assert {
        "not_done",
        "pvr_ml",
        "method",
        "retention_plan",
        "trial_without_catheter",
        "catheter_volumes_over_500_ml",
        "awareness",
        "incontinence",
    } <= fields_of("Bladder")
    assert {"saddle", "right", "left"} <= fields_of("SensationPart")
    assert {"anal_tone", "incontinence", "constipation"} <= fields_of("Bowel")
    assert {"drainage", "clear_leak", "postural_headache", "meningism"} <= fields_of("Wound")
    assert {"temperature_c", "systolic_lying", "systolic_standing"} <= fields_of("Vitals")
    assert {"fall_with_injury", "calf_swelling", "chest_pain", "breathlessness",
            "deformity", "sudden_pain"} <= fields_of("Safety")  # fmt: skip
    background = {"aspirin_sensitivity", "sulfonamide_allergy", "long_qt", "glaucoma"}
    assert background <= fields_of("Background")


# --- real answers keep to it --------------------------------------------------------------------
def misfits(answer, where, method):
    """What in an answer the schema does not describe."""
    template = schema()["paths"]["/api/v1/" + where][method.lower()]
    declared = template["responses"].get(str(answer.status))
    assert declared is not None, f"{method} {where} answers {answer.status}: not in the schema"
    if answer.status == 304:
        return []
    kind = answer.raw.headers["Content-Type"].partition(";")[0]
    inner = declared["content"][kind]["schema"]
    whole = {"components": schema()["components"], **inner}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    told = answer.json if kind.endswith("json") else answer.raw.content.decode()
    found = validator.iter_errors(told)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]


READ = [
    ("me/", "me/"),
    ("literature/", "literature/"),
    ("literature/?additional=1", "literature/"),
    ("literature/?layers=abstracts", "literature/"),
    ("patients/", "patients/"),
    ("patients/?limit=1", "patients/"),
    ("patients/{p}/", "patients/{patient_id}/"),
    ("patients/{p}/timeline/", "patients/{patient_id}/timeline/"),
    ("patients/{p}/medication-safety/", "patients/{patient_id}/medication-safety/"),
    ("patients/{p}/timeline/?limit=1", "patients/{patient_id}/timeline/"),
    ("patients/{p}/figures/recovery/", "patients/{patient_id}/figures/{name}/"),
    ("patients/{p}/figures/recovery/?theme=dark&size=narrow",
     "patients/{patient_id}/figures/{name}/"),
    ("patients/{p}/figures/nonsense/", "patients/{patient_id}/figures/{name}/"),
    ("patients/{p}/visits/?limit=x", "patients/{patient_id}/visits/"),
    *((f"patients/{{p}}/{kind.path}/", f"patients/{{patient_id}}/{kind.path}/") for kind in KINDS),
]  # fmt: skip


@pytest.mark.parametrize(("where", "template"), READ, ids=[one[0] for one in READ])
def test_what_is_read_keeps_to_the_schema(cast, physician, where, template):
    for patient in (cast.baek, cast.synthetic, cast.ha):
        answer = physician.get(where.format(p=patient.pk))
        assert misfits(answer, template, "get") == []
        if template.endswith(tuple(f"{kind.path}/" for kind in KINDS)) and answer.status == 200:
            for row in answer.json["results"][: 4 if FULL else 1]:
                one, at = (
                    (f"visits/{row['id']}/", "visits/{id}/")
                    if "visits" in where
                    else (f"{where.format(p=patient.pk)}{row['id']}/", f"{template}{{id}}/")
                )
                read = physician.get(one)
                assert misfits(read, at, "get") == []
                again = physician.get(one, if_none_match=read.etag)
                assert misfits(again, at, "get") == []


def test_what_is_written_keeps_to_the_schema(physician, cast):
    person = examples.PATIENTS["with a date of birth"]
    assert misfits(physician.post("patients/", person), "patients/", "post") == []
    for kind in KINDS:
        for number, document in enumerate(examples.BY_PATH[kind.path].values()):
            where, template = path(person["id"], kind.path), f"patients/{{patient_id}}/{kind.path}/"
            assert misfits(physician.post(where, document), template, "post") == []
            if number and not FULL:
                continue
            assert misfits(physician.post(where, {}), template, "post") == []
            one, at = (
                (f"visits/{document['id']}/", "visits/{id}/")
                if kind.path == "visits"
                else (f"{where}{document['id']}/", f"{template}{{id}}/")
            )
            for body, headers in (
                ({"reason": "r"}, {"if_match": "*"}),
                ({"reason": "r"}, {"if_match": '"stale"'}),
                ({"reason": "r"}, {}),
                ({}, {"if_match": "*"}),
                ({"reason": "r", "entered_in_error": True}, {"if_match": "*"}),
                ({"reason": "again"}, {"if_match": "*"}),
            ):
                assert misfits(physician.patch(one, body, **headers), at, "patch") == [], body
        conflict = physician.post(where, {**document, "id": person["id"]})
        assert misfits(conflict, template, "post") == []
    for dose in examples.DOSES.values():
        where = path(cast.ha, "medications", examples.COURSE, "doses")
        template = "patients/{patient_id}/medications/{course_id}/doses/"
        assert misfits(physician.post(where, dose), template, "post") == []


def test_warnings_and_denials_keep_to_the_schema(physician, cast):
    visit = {"id": new_id(), "date": str(SURGERY), "kind": "pre_op",
             "vitals": {"temperature_c": 39}}  # fmt: skip
    answer = physician.post(path(cast.ha, "visits"), visit)
    assert len(answer.json["warnings"]) == 2
    template = "patients/{patient_id}/visits/"
    assert misfits(answer, template, "post") == []
    for who in (None, cast.physician_b, cast.patient_user, cast.administrator_a):
        assert misfits(Api(who).post(path(cast.ha, "visits"), visit), template, "post") == []
        assert misfits(Api(who).get(path(cast.ha, "visits")), template, "get") == []


# --- what nobody thought of ---------------------------------------------------------------------
def existing(cast, where):
    """Ids of what there is at an address, the published case's for the most part."""
    reader = Api(cast.physician_a)
    kind = next((kind.path for kind in KINDS if f"/{kind.path}/" in where), None)
    rows = [row["id"] for row in reader.rows(path(cast.baek, kind))] if kind else []
    return {
        "patient_id": [str(cast.baek.pk)] * 3 + [str(cast.brandt.pk)],
        "name": ["recovery", "bladder", "labs"],
        "id": rows,
        "course_id": rows,
        "username": ["physician_a", "surgeon"],
        "job_id": [],
        "figure": ["timing", "endings", "published"],
    }


def aim(case, known, number):
    """Point most of the generated requests at what there is."""
    for name in case.path_parameters or {}:
        if known[name] and number % 8:
            case.path_parameters[name] = known[name][number % len(known[name])]


def sent(client, case):
    """The generated request, through this client."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    body = prepared.body if prepared.body is not None else b""
    raw = body.encode() if isinstance(body, str) else body
    headers = {name.replace("-", "_"): str(value) for name, value in (case.headers or {}).items()}
    return client.send(case.method, prepared.path_url, raw=raw, **headers)


@once
def generated():
    return schemathesis.openapi.from_dict(schema())


@pytest.mark.parametrize(("where", "method", "operation"), EACH)
def test_generated_requests_find_no_fault(cast, where, method, operation):
    """No server error, no undeclared status, nothing that the schema does not describe."""
    clients = [Api(cast.physician_a), Api(cast.patient_user)]
    known = existing(cast, where)
    numbers = itertools.count()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 10,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=generated()[where][method.upper()].as_strategy())
    def no_fault(case):
        number = next(numbers)
        aim(case, known, number)
        # whoever is first may leave nothing to do for the other
        for client in clients if number % 2 else reversed(clients):
            cache.clear()  # the throttle is not what is tested here
            answer = sent(client, case)
            assert answer.status < 500, (case.as_curl_command(), answer.raw.content)
            told = misfits(answer, where.removeprefix("/api/v1/"), method)
            assert told == [], case.as_curl_command()

    no_fault()
