"""A proxy before the running product that fails on demand, as a network or a server does."""

import contextlib
import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.ports import free_port

IS_ENTRY = re.compile(r"/diary/([\da-f-]{36}/)?$")
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Faulty(ThreadingHTTPServer):
    """`fault` is what becomes of a diary entry that is sent or taken back: "" for none, a status
    ("500"), "hang" (no answer for `hang_seconds`), "drop" (the server takes it, the answer is
    lost), or "hold" (it stays on its way until `let_go` is set).

    `written` is what reached the server of those, as (method, what was sent).
    """

    daemon_threads = True
    request_queue_size = 64
    hang_seconds = 25.0

    def __init__(self, port: int, upstream: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.upstream, self.fault, self.met = upstream, "", 0
        self.let_go = threading.Event()
        self.written: list[tuple[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    server: Faulty
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        fault = self.server.fault if IS_ENTRY.search(self.path) else ""
        if not fault:
            return self._pass_on()
        self.server.met += 1
        if fault == "hang":
            time.sleep(self.server.hang_seconds)
            return self._cut()
        if fault == "drop":
            self._ask()
            return self._cut()
        if fault == "hold":
            self.server.let_go.wait(60)
            return self._pass_on()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(int(fault), [("Content-Type", "text/plain")], b"no")
        return None

    do_PATCH = do_POST

    def _cut(self) -> None:
        self.close_connection = True

    def _ask(self) -> tuple[int, list[tuple[str, str]], bytes]:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        if IS_ENTRY.search(self.path) and body:
            self.server.written.append((self.command, json.loads(body)))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        upstream.request(self.command, self.path, body or None, headers)
        answer = upstream.getresponse()
        read = answer.status, answer.getheaders(), answer.read()
        upstream.close()
        return read

    def _pass_on(self) -> None:
        self._answer(*self._ask())

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextlib.contextmanager
def before(upstream: int) -> Iterator[Faulty]:
    server = Faulty(free_port(), upstream)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
