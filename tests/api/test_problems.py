"""Every refusal is problem+json, says what to do, and is the same for hidden and absent things."""

import json

import pytest
from rest_framework.views import APIView

from patients.models import DocumentVersion
from tests.api.client import Api, new_id, path
from tests.support.cast import SURGERY

pytestmark = pytest.mark.one_database  # refused before the database is asked

VISIT = {"date": str(SURGERY), "kind": "unscheduled"}


def body(**parts):
    return json.dumps({"id": new_id()} | VISIT | parts).encode()


UNREADABLE = {
    "no JSON": (b"motor=4", 400, "unreadable"),
    "half a document": (b'{"id": "', 400, "unreadable"),
    "two documents": (b"{}{}", 400, "unreadable"),
    "the same key twice": (b'{"note": "a", "note": "b"}', 400, "unreadable"),
    "the same key twice, deep": (b'{"pain": {"back": 1, "back": 2}}', 400, "unreadable"),
    "the same key, once escaped": (b'{"note": "a", "n\\u006fte": "b"}', 400, "unreadable"),
    "NaN": (b'{"vitals": {"temperature_c": NaN}}', 400, "unreadable"),
    "Infinity": (b'{"vitals": {"temperature_c": Infinity}}', 400, "unreadable"),
    "-Infinity": (b'{"vitals": {"temperature_c": -Infinity}}', 400, "unreadable"),
    "a number too large for a float": (body().replace(b"}", b', "vitals": {"weight_kg": 1e999}}'),
                                       422, "refused"),
    "a number of 5000 digits": (b'{"note": ' + b"1" * 5000 + b"}", 400, "unreadable"),
    "a number of 5000 decimals": (b'{"note": 0.' + b"1" * 5000 + b"}", 422, "refused"),
    "a lone surrogate": (b'{"note": "\\ud800"}', 400, "unreadable"),
    "a lone surrogate as key": (b'{"\\udfff": 1}', 400, "unreadable"),
    "broken UTF-8": (b'{"note": "\xff"}', 400, "unreadable"),
    "UTF-16": (body().decode().encode("utf-16"), 400, "unreadable"),
    "nested a thousand deep": (b"[" * 1000 + b"]" * 1000, 400, "unreadable"),
    "nested a hundred thousand deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400,
                                       "unreadable"),
    "more than a megabyte": (body(note="x" * 1_000_000), 413, "too_large"),
    "three megabytes": (b" " * 3_000_000, 413, "too_large"),
    "nothing": (b"", 422, "refused"),
    "null": (b"null", 422, "refused"),
    "a list": (b"[]", 422, "refused"),
    "text": (b'"visit"', 422, "refused"),
    "a number": (b"7", 422, "refused"),
    "an empty object": (b"{}", 422, "refused"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "status", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read(physician, ha, raw, status, code):
    before = DocumentVersion.objects.count()
    tag = physician.rows(path(ha, "visits"))[0]
    for answer in (
        physician.send("POST", path(ha, "visits"), raw=raw),
        physician.send("POST", "patients/", raw=raw),
        physician.send("PATCH", f"visits/{tag['id']}/", raw=raw, if_match="*"),
    ):
        assert (answer.status, answer.json["code"]) == (status, code)
        assert answer.raw.headers["Content-Type"] == "application/problem+json"
    assert DocumentVersion.objects.count() == before


def test_just_below_a_megabyte_is_read(physician, ha):
    answer = physician.send("POST", path(ha, "visits"), raw=body(note="x" * 999_000))
    assert answer.told == (422, {"/note": "string_too_long"})


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/xml", "application/json-patch+json", "application/merge-patch+json"],
)  # fmt: skip
def test_another_content_type_is_refused(physician, ha, content_type):
    answer = physician.send("POST", path(ha, "visits"), raw=body(), content_type=content_type)
    assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")


def test_json_with_a_charset_is_read(physician, ha):
    kind = "application/json; charset=utf-8"
    answer = physician.send("POST", path(ha, "visits"), raw=body(), content_type=kind)
    assert answer.status == 201


STATUSES = {
    401: lambda p, ha: Api(None).get(path(ha)),
    404: lambda p, ha: p.get(path(new_id())),
    405: lambda p, ha: p.send("DELETE", path(ha)),
    406: lambda p, ha: p.get(path(ha), accept="text/html"),
    409: lambda p, ha: p.post(path(ha, "visits"), {"id": str(ha.pk)} | VISIT),
    413: lambda p, ha: p.send("POST", path(ha, "visits"), raw=b" " * 1_000_001),
    415: lambda p, ha: p.send("POST", path(ha, "visits"), raw=b"x", content_type="text/plain"),
    422: lambda p, ha: p.post(path(ha, "visits"), {}),
    428: lambda p, ha: p.patch(path(ha), {"reason": "r", "language": "ko"}),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_problem_has_the_members_that_clients_rely_on(physician, ha, status):
    answer = STATUSES[status](physician, ha)
    assert answer.status == status
    assert answer.raw.headers["Content-Type"] == "application/problem+json"
    told = answer.json
    assert {"type", "title", "status", "code", "detail"} <= set(told)
    assert told["status"] == status
    assert all(isinstance(told[name], str) and told[name] for name in ("title", "code", "detail"))
    assert answer.raw.headers["X-Request-Id"]
    assert answer.raw.headers["Cache-Control"] == "no-store"


def test_403_says_who_can_help(cast):
    answer = Api(cast.therapist_a).post(path(cast.ha, "medications"), {"id": new_id(), "drug": "x"})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert answer.raw.headers["Content-Type"] == "application/problem+json"


def test_401_says_how_to_sign_in(ha):
    answer = Api(None).get(path(ha))
    assert answer.raw.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer a b", "Bearer ÿ", "Basic cGh5c2ljaWFuOg==", "Token x",
     "Bearer " + "0" * 64, "Bearer " + "x" * 5000],
)  # fmt: skip
def test_a_bad_token_is_401(ha, header):
    answer = Api(None).get(path(ha), authorization=header)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")


NOBODY = "patients/5f0c1d2e-0000-4000-8000-000000000000"
UNKNOWN = ["nonsense/", "patients/x/", "patients/7/visits/", "visits/", "visits/x/", "visits//",
           f"{NOBODY}/nonsense/", "literature/C8/", "me/../../x/", "%00/", "é/"]  # fmt: skip


@pytest.mark.parametrize("where", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_an_address_that_does_not_exist_is_a_problem_too(physician, where, method):
    answer = physician.send(method, where)
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert answer.raw.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "QUERY"])
def test_a_method_that_an_address_does_not_take(physician, ha, method):
    for where in (path(ha), path(ha, "visits"), "literature/"):
        answer = physician.send(method, where)
        assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
        assert "GET" in answer.raw.headers["Allow"]


def test_the_unforeseen_is_a_problem_that_tells_nothing(physician, ha, monkeypatch):
    def explode(*_args, **_kwargs):
        raise RuntimeError("canary in a traceback")

    monkeypatch.setattr(APIView, "check_permissions", explode)
    answer = physician.get(path(ha))
    assert (answer.status, answer.json["code"]) == (500, "server_error")
    assert answer.raw.headers["Content-Type"] == "application/problem+json"
    assert b"canary" not in answer.raw.content


def resolves(document, pointer):
    """Whether a JSON pointer leads somewhere: to a value, or to the place where one is missing."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[:-1]:
        if isinstance(document, list):
            step = int(step)
        elif not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return not steps or isinstance(document, dict | list)


POINTED = {
    "visits": {"pain": {"back": "3"}, "motor": {"right": {"muscles": {"L2": {"x": 1}}}}, "~/": 1},
    "medications": {"drug": "x", "dose": "3", "doses": [{"id": new_id()}, {"date": 3}]},
    "labs": {"analyte": "crp", "range": {"low": "a"}, "timing": {"status": "known"}},
    "procedures": {"kind": "cement", "level_from": "L2", "level_to": "T10", "timing": {}},
}


@pytest.mark.parametrize("where", POINTED)
def test_a_pointer_leads_to_a_place_in_the_body(physician, ha, where):
    document = {"id": new_id()} | POINTED[where]
    answer = physician.post(path(ha, where), document)
    assert answer.status == 422
    assert answer.json["errors"]
    for problem in answer.json["errors"]:
        assert resolves(document, problem["pointer"]), problem
        assert problem["detail"]
        assert "{" not in problem["detail"]
