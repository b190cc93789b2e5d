"""A client of the API that reads its answers, and addresses of one patient's documents."""

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.test import Client
from knox.models import AuthToken

from patients.models import Patient, User


def new_id() -> str:
    return str(uuid.uuid4())


def path(patient: Patient | str, *parts: object) -> str:
    """`patients/{id}/visits/` and the like."""
    number = patient.pk if isinstance(patient, Patient) else patient
    return "/".join(("patients", str(number), *map(str, parts))) + "/"


@dataclass
class Answer:
    raw: Any

    @property
    def status(self) -> int:
        return self.raw.status_code

    @property
    def json(self) -> Any:
        return json.loads(self.raw.content)

    @property
    def etag(self) -> str:
        return self.raw.headers["ETag"]

    @property
    def told(self) -> tuple[int, dict[str, str]]:
        """The status, and the code of every refused or doubtful field by its pointer."""
        body = self.json
        told = body.get("errors", body.get("warnings", []))
        return self.status, {one["pointer"]: one["code"] for one in told}

    @property
    def seen(self) -> tuple[int, bytes, dict[str, str]]:
        """All that a client can tell apart, less the request's own number."""
        headers = {k: v for k, v in self.raw.headers.items() if k != "X-Request-Id"}
        return self.status, self.raw.content, headers


@dataclass
class Api:
    """Someone's client, by bearer token; nobody's without a user. Never raises: a 500 answers."""

    user: User | None
    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        if self.user is not None and not self.token:
            self.token = AuthToken.objects.create(self.user)[1]

    def send(
        self, method: str, where: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Answer:
        """`headers` by name with underscores: if_match, idempotency_key, content_type …"""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = sent.pop("content-type", "application/json")
        if self.token:
            sent.setdefault("authorization", f"Bearer {self.token}")
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        where = where if where.startswith(("/", "http")) else f"/api/v1/{where}"
        return Answer(self.client.generic(method, where, data, content_type, headers=sent))

    def get(self, where: str, **headers: str) -> Answer:
        return self.send("GET", where, **headers)

    def post(self, where: str, body: Any = None, **more: Any) -> Answer:
        return self.send("POST", where, body, **more)

    def patch(self, where: str, body: Any = None, **more: Any) -> Answer:
        return self.send("PATCH", where, body, **more)

    def amend(self, where: str, **changes: Any) -> Answer:
        """Read, then change on what was read."""
        read = self.get(where)
        return self.patch(where, {"reason": "corrected", **changes}, if_match=read.etag)

    def rows(self, where: str) -> list[dict[str, Any]]:
        """Every row of a list, all pages."""
        found: list[dict[str, Any]] = []
        following: str | None = where
        while following:
            answer = self.get(following)
            assert answer.status == 200, answer.raw.content
            found += answer.json["results"]
            following = answer.json["next"]
        return found


def in_parallel(count: int, work: Callable[[int], Any]) -> list[Any]:
    """`work(0)` … at once, each in a thread with a database connection of its own."""
    together = threading.Barrier(count)

    def one(number: int) -> Any:
        try:
            together.wait(30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
