"""A small server that answers as MLflow does, with pages of one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from platform_site.outbound.addresses import networks


class Tracking(BaseHTTPRequestHandler):
    """Answers from the server's document."""

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers.get("Authorization")))
        status, result = self.server.answer(urlsplit(self.path))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(result if isinstance(result, bytes) else json.dumps(result).encode())

    def do_DELETE(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        if self.server.instead:
            self.send_response(self.server.instead[0])
            self.end_headers()
            return
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.written.append((f"{self.command} {self.path}", json.loads(content)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None: ...


class TrackingServer(ThreadingHTTPServer):
    document: dict[str, Any] = {}
    instead: tuple[int, bytes] | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Tracking)
        self.requests: list[tuple[str, str | None]] = []
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, address: Any) -> tuple[int, Any]:
        if self.instead:
            return self.instead
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/api/2.0/mlflow/runs/get":
            run = self.document["runs"].get(query["run_id"])
            return (200, {"run": run}) if run else (404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})
        if address.path.endswith("registered-models/get"):
            return 200, {"registered_model": self.document["registered_models"][0]}
        if address.path.endswith("model-versions/get"):
            rows = [row for row in self.document["model_versions"] if row["version"] == query["version"]]
            return 200, {"model_version": rows[0]}
        name = {"registered-models": "registered_models", "model-versions": "model_versions"}[
            address.path.split("/")[-2]
        ]
        at, rows = int(query.get("page_token", "0")), self.document[name]
        page = {name: rows[at : at + 1]} if rows else {}
        return 200, page | ({"next_page_token": str(at + 1)} if at + 1 < len(rows) else {})


@pytest.fixture
def tracking(settings) -> Iterator[TrackingServer]:
    """The server; the administrator lets imports reach it."""
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    settings.MLFLOW_TRACKING_URI, settings.MLFLOW_SERVERS = "", {}
    with TrackingServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
