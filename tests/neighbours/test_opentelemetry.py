"""OpenTelemetry's own SDK, installed apart: spans of a request and of its task arrive at a collector of this test."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.neighbours.environments import environment
from tests.running.installation import PROJECT, variables

pytestmark = [pytest.mark.slow, pytest.mark.neighbours]

# One request through the real middleware, and a task that it sends through Celery's real signals and headers.
TRACED = """
import django
django.setup()
from celery import current_app
from django.core.management import call_command
from django.test import Client
from django.urls import path
from platform_site.roof import tracing
import platform_site.urls as urls

call_command("migrate", verbosity=0)

@current_app.task(name="for.the.test")
def work():
    pass

def view(request, name):
    from celery import Celery
    from django.http import HttpResponse
    message = {}
    from platform_site.celery import carry_request
    carry_request(headers=message)
    work.apply(headers=message)
    return HttpResponse("done")

from django.contrib.auth.decorators import login_not_required
urls.urlpatterns.insert(0, path("traced/<str:name>/", login_not_required(view)))
sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
answer = Client(SERVER_NAME="localhost").get("/traced/secret/", headers={"X-Request-ID": "call-7", "traceparent": sent})
assert answer.status_code == 200, answer.content
Client(SERVER_NAME="localhost").get("/healthz")
from opentelemetry import trace
trace.get_tracer_provider().force_flush()
trace.get_tracer_provider().shutdown()
"""
READ = """
import json, sys
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
spans = []
for name in sys.argv[1:]:
    request = ExportTraceServiceRequest.FromString(open(name, "rb").read())
    for resource in request.resource_spans:
        own = {a.key: a.value.string_value for a in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                values = {a.key: a.value.string_value or a.value.int_value for a in span.attributes}
                spans.append({"name": span.name, "trace": span.trace_id.hex(), "id": span.span_id.hex(), "parent":
                    span.parent_span_id.hex(), "kind": span.kind, "service": own.get("service.name"), **values})
print(json.dumps(spans))
"""
SERVER, CONSUMER = 2, 5


@pytest.fixture
def collector(tmp_path) -> Iterator[tuple[str, Path]]:
    """An OTLP/HTTP receiver in this process: each body becomes a file."""
    folder = tmp_path / "received"
    folder.mkdir()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            (folder / f"{len([*folder.iterdir()])}.bin").write_bytes(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test asserts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", folder
    finally:
        server.shutdown()
        server.server_close()


def test_a_request_and_its_task_are_spans_of_one_trace(collector, tmp_path):
    address, received = collector
    programs = environment("opentelemetry")
    (packages,) = programs.parent.glob("lib/python3*/site-packages")
    own = variables(tmp_path / "state", OTEL_EXPORTER_OTLP_ENDPOINT=address) | {
        "PYTHONPATH": os.pathsep.join([str(PROJECT), str(packages)]), "DJANGO_SETTINGS_MODULE": "platform_site.settings",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", TRACED], cwd=PROJECT, env=own, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    files = sorted(str(path) for path in received.iterdir())
    read = subprocess.run([programs / "python", "-c", READ, *files], capture_output=True, text=True, check=True)
    spans = {span["name"]: span for span in json.loads(read.stdout)}
    assert set(spans) == {"GET traced/<str:name>/", "for.the.test"}, "a probe is no span, and no address is a name"
    request, task = spans["GET traced/<str:name>/"], spans["for.the.test"]
    assert request["trace"] == task["trace"] == "0af7651916cd43dd8448eb211c80319c"
    assert (request["parent"], task["parent"]) == ("b7ad6b7169203331", request["id"])
    assert (request["kind"], task["kind"]) == (SERVER, CONSUMER)
    assert request["http.response.status_code"] == 200
    assert request["plumbline.request_id"] == task["plumbline.request_id"] == "call-7"
    assert request["service"] == "plumbline"
