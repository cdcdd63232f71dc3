"""The registry at scale: how quickly the gate decides, and how quickly a model version is told, beside MLflow."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.bench import mlflow_peer
from tests.bench.scratch import manage, migrate, scratch_environment
from tests.bench.seed import READER, Scale
from tests.bench.servers import ask, free_port, started

CLIENTS, SECONDS, ASKED = 16, 10, 500
SMALL = Scale(models=200, features=400, versions=3, entries=20)
INSIDE = """
import statistics, time
from django.db import connection
from django.test.utils import CaptureQueriesContext
from platform_site.access import SYSTEM
from registry.models import ModelVersion
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.queries import gates, model_versions
names = list(ModelVersion.objects.order_by("?").values_list("model__name", "version")[:200])
def decide(version): gates.deployment_verdict(version)
def record(version): evaluate_deployment_gate(version, actor=SYSTEM)
for act in (decide, record):
    took = []
    for name, version in names:
        began = time.perf_counter()
        act(model_versions.version(name, version))
        took.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        act(model_versions.version(*names[0]))
    print(statistics.median(took), sorted(took)[int(len(took) * 0.95)], len(queries))
"""


def run(say: Any, *, small: bool) -> None:
    """Measure on a scratch installation; MLflow is installed into an environment of its own, once."""
    scale = SMALL if small else Scale()
    python = mlflow_peer.environment(Path(settings.STATE_DIR).resolve() / "bench" / "mlflow")
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        scratch = Path(folder)
        own = scratch_environment(folder)
        migrate(own)
        began = time.monotonic()
        manage(
            own, "seed_scale", *(word for name, value in scale._asdict().items() for word in (f"--{name}", str(value)))
        )
        say(
            f"Seeded {scale.models:,} models, {scale.features * scale.versions:,} feature versions, {scale.entries} features "
            f"a snapshot in {time.monotonic() - began:.0f} s."
        )
        figures = manage(own, "shell", "-v", "0", "-c", INSIDE).splitlines()
        for what, line in zip(("decided", "decided and recorded"), figures, strict=True):
            median, p95, queries = line.split()
            took = f"median {float(median):.1f} ms, 95th percentile {float(p95):.1f} ms"
            say(f"The deployment gate, {what}: {took}, {queries} queries.")
        ours = _plumbline(own, scratch, scale)
        theirs = _mlflow(python, scratch, scale)
    _table(say, ours, theirs, mlflow_peer.version(python))


def _plumbline(own: dict[str, str], scratch: Path, scale: Scale) -> list[dict[str, Any]]:
    token = manage(own, "token", READER, "--scope", "read").strip()
    paths = [f"/api/v1/models/model_{number:05}/versions/v1/" for number in range(0, scale.models, _step(scale))]
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:platform_site.roof.launcher.web",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with started(command, own, port, "/healthz", scratch / "web.log") as server:
        return [ask(server, paths, seconds=SECONDS, clients=CLIENTS, token=token) for _ in range(3)]


def _mlflow(python: Path, scratch: Path, scale: Scale) -> list[dict[str, Any]]:
    path = "/api/2.0/mlflow/model-versions/get?name=model_{:05}&version=1"
    paths = [path.format(number) for number in range(0, scale.models, _step(scale))]
    with mlflow_peer.server(python, scratch, scale.models) as server:
        return [ask(server, paths, seconds=SECONDS, clients=CLIENTS) for _ in range(3)]


def _step(scale: Scale) -> int:
    return max(scale.models // ASKED, 1)


def _table(say: Any, ours: list[dict[str, Any]], theirs: list[dict[str, Any]], version: str) -> None:
    rate, cpu, wait = ("per_second", "cpu_ms", "median_ms")
    say(f"\nGET a model version, {CLIENTS} clients, median of {len(ours)} loads of {SECONDS} s:")
    say(f"{'':22}{'Plumbline':>12}{'MLflow ' + version:>16}{'ratio':>9}")
    for label, name, better in (
        ("requests a second", rate, 1),
        ("server CPU, ms each", cpu, -1),
        ("waiting, median ms", wait, -1),
    ):
        own, other = (statistics.median(run[name] for run in side) for side in (ours, theirs))
        say(f"{label:22}{own:12.1f}{other:16.1f}{(own / other) ** better:8.1f}×")
    for side, item in (("Plumbline", ours), ("MLflow", theirs)):
        failed = [row for load in item for row in load["failed"]]
        say(f"{side} answered {sum(load['requests'] for load in item):,} requests; failed: {failed or 'none'}.")
