"""A web server on this machine that behaves like a vendor's API: pages, credentials, limits, and trouble on demand.

Belongs here: HTTP and its troubles. Stays out: any vendor's objects (they are in the test of that vendor).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from data_quality.contracts import SourceTable, load_source_tables

PROJECT = Path(__file__).parents[3] / "dbt_project"
SERVER_TIME = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`is_cut`: the connection is closed after half of the body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


class LocalApi:
    """Answers by path. Its clock only moves when somebody sleeps, so that limits are enforced without waiting.

    `allows` judges every request (401 if not). `limit` is (requests, seconds): more answer 429 with Retry-After.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.slept: list[float] = []
        self.routes: dict[str, Callable[[Request], Any]] = {}
        self.allows: Callable[[Request], bool] = lambda request: True
        self.limit: tuple[int, float] | None = None
        self._troubles: list[tuple[str, Answer]] = []
        self._clock = 0.0
        self._served: list[float] = []

    def route(self, path: str, answer: Callable[[Request], Any]) -> None:
        """`answer` is given requests for `path` (or for what begins with it, when it ends in `/`)."""
        self.routes[path] = answer

    def trouble(self, path: str, *answers: Answer) -> None:
        """The next requests whose path holds `path` get these answers instead."""
        self._troubles += [(path, answer) for answer in answers]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock += seconds

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        limited = self._limited()
        if limited:
            return limited
        for at, (path, trouble) in enumerate(self._troubles):
            if path in request.path:
                del self._troubles[at]
                return trouble
        if not self.allows(request):
            return Answer({"message": "not you"}, 401)
        answer = self._route(request.path)
        if answer is None:
            return Answer({"error": f"no such path: {request.path}"}, 404)
        said = answer(request)
        return said if isinstance(said, Answer) else Answer(said)

    def _route(self, path: str) -> Callable[[Request], Any] | None:
        if path in self.routes:
            return self.routes[path]
        return next((self.routes[r] for r in self.routes if r.endswith("/") and path.startswith(r)), None)

    def _limited(self) -> Answer | None:
        if self.limit is None:
            return None
        most, seconds = self.limit
        self._served = [at for at in self._served if at > self._clock - seconds]
        if len(self._served) >= most:
            wait = self._served[0] + seconds - self._clock
            return Answer({"error": "too many requests"}, 429, {"Retry-After": str(int(wait))})
        self._served.append(self._clock)
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: two of them wait for one another.
    wbufsize = -1
    api: LocalApi

    def _serve(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.api.answer(Request(self.command, address.path, dict(parse_qsl(address.query)), headers, body))
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response_only(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Date", format_datetime(SERVER_TIME, usegmt=True))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if answer.is_cut else content)
        self.close_connection = answer.is_cut

    do_GET = do_POST = _serve

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def local_api() -> Iterator[LocalApi]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.api = LocalApi(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield handler.api
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def tables() -> list[SourceTable]:
    return load_source_tables(PROJECT)


@pytest.fixture
def landed(tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    """`landed("zendesk/tickets")`: every object in the files of that name, in the order of the files."""

    def read(name: str) -> list[dict[str, Any]]:
        files = sorted((tmp_path / "landing").glob(f"{name}-pulled-*.ndjson"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    return read


@pytest.fixture
def answer() -> type[Answer]:
    """`answer(body, status=…, headers=…, is_cut=…)`, for troubles."""
    return Answer
