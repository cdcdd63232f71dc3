"""Every page and list at the size of a company, that of `seed_scale`: alone, with 16 clients at once, in queries and in bytes."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.scratch import manage, migrate, scratch_environment
from tests.bench.seed import READER, Scale
from tests.bench.servers import ask, free_port, started
from tests.running import servers

CLIENTS, SECONDS = 16, 30
ALONE_MS, TOGETHER_MS = 150, 600  # the goals: median of a page alone, 95th percentile of all pages together
SMALL = Scale(models=200, features=400, versions=3, entries=20)
PAGES = (
    "/", "/registry/models/", "/registry/models/?page=37", "/registry/models/?state=blocked", "/registry/models/?state=serving",
    "/registry/models/?search=model_01", "/registry/models/?sort=-deployed", "/registry/models/?owner_team=team-7",
    "/registry/models/model_00042/", "/registry/models/model_00042/?tab=versions", "/registry/models/model_00042/?tab=checks",
    "/registry/models/model_00042/?tab=activity", "/registry/models/model_00042/+serving/", "/registry/models/model_00042/+graph/",
    "/registry/models/model_00042/+compare/", "/registry/models/model_00042/v1/", "/registry/features/",
    "/registry/features/?page=200", "/registry/features/?search=feature_001", "/registry/features/feature_00042/",
    "/registry/features/feature_00042/compare/", "/registry/source-tables/", "/registry/datasets/", "/registry/datasets/seeded/",
    "/registry/checks/", "/registry/alerts/", "/registry/deployments/", "/registry/production/", "/registry/overrides/",
    "/registry/inbox/", "/registry/policies/", "/registry/imports/", "/teams/", "/teams/team-7/", "/audit/",
    "/search/?q=feature_00042", "/search/?q=partition", "/organizations/", "/assessments/", "/tickets/", "/tickets/list/", "/adoption/",
    "/initiatives/", "/postmortems/", "/settings/", "/help/",
    "/api/v1/models/", "/api/v1/models/?page=37", "/api/v1/features/", "/api/v1/features/?page=200", "/api/v1/production/",
    "/api/v1/deployments/", "/api/v1/alerts/", "/api/v1/checks/", "/api/v1/teams/", "/api/v1/audit-events/",
    "/api/v1/models/model_00042/versions/v1/", "/api/v1/models/model_00042/versions/v1/compatibility/",
    "/api/v1/models/model_00042/compare/?base=v1&head=v1", "/api/v1/search/?q=feature_00042",
)  # fmt: skip
ALONE = """
import json, statistics, sys, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from platform_site.people.models import User
client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip")
client.force_login(User.objects.get(username={reader!r}))
print(json.dumps({{"cookie": "; ".join(f"{{name}}={{morsel.value}}" for name, morsel in client.cookies.items())}}))
for path in {paths!r}:
    client.get(path)
    took, used = [], []
    for _ in range({times}):
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - cpu) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    print(json.dumps({{"path": path, "status": answer.status_code, "ms": statistics.median(took),
        "cpu_ms": statistics.median(used), "queries": len(queries), "bytes": len(answer.content),
        "database_ms": sum(float(query["time"]) for query in queries.captured_queries) * 1000}}))
"""


def run(say: Any, *, small: bool) -> None:
    """Measure on scratch installations that are thrown away: on SQLite, and on PostgreSQL where its server is installed."""
    _run_on("SQLite", {}, say, small=small)
    try:
        with servers.postgres() as address:
            _run_on("PostgreSQL", {"DATABASE_URL": address}, say, small=small)
    except servers.Missing as missing:
        say(f"\nNot measured on PostgreSQL. {missing}")


def _run_on(database: str, variables: dict[str, str], say: Any, *, small: bool) -> None:
    scale = SMALL if small else Scale()
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        own = scratch_environment(folder) | variables
        migrate(own)
        began = time.monotonic()
        words = (word for name, value in scale._asdict().items() for word in (f"--{name}", str(value)))
        manage(own, "seed_scale", *words)
        say(f"\n{database}: seeded {scale.models:,} models and {scale.features * scale.versions:,} feature versions in "
            f"{time.monotonic() - began:.0f} s.")  # fmt: skip
        measure(say, own, Path(folder), times=3 if small else 7, seconds=5 if small else SECONDS)


def measure(
    say: Any, own: dict[str, str], folder: Path, *, times: int, seconds: int, paths: Sequence[str] = PAGES
) -> None:
    """The figures of an installation that holds a seeded registry."""
    script = ALONE.format(reader=READER, paths=list(paths), times=times)
    session, *rows = map(json.loads, manage(own, "shell", "-v", "0", "-c", script).splitlines())
    say(f"\n{'alone, median of ' + str(times):58}{'ms':>8}{'CPU ms':>8}{'database':>9}{'queries':>8}{'bytes':>11}")
    for row in sorted(rows, key=lambda row: -row["ms"]):
        wrong = "" if row["status"] == 200 else f"  {row['status']}"
        over = "  over" if row["ms"] > ALONE_MS else ""
        took = f"{row['ms']:8.0f}{row['cpu_ms']:8.0f}{row['database_ms']:9.0f}"
        say(f"{row['path']:58}{took}{row['queries']:8}{row['bytes']:11,}{over}{wrong}")
    port = free_port()
    web = ["-m", "gunicorn", "--config", "python:platform_site.roof.launcher.web", "--bind", f"127.0.0.1:{port}"]
    with started([sys.executable, *web], own, port, "/healthz", folder / "web.log") as server:
        arguments = {"clients": CLIENTS, "cookie": session["cookie"]}
        ask(server, paths, seconds=seconds / 3, **arguments)
        load = ask(server, paths, seconds=seconds, **arguments)
    over = sum(row["ms"] > ALONE_MS for row in rows)
    say(f"\n{len(rows)} addresses; {over} over {ALONE_MS} ms alone.")
    say(f"{CLIENTS} clients: {load['per_second']:.1f} a second, median {load['median_ms']:.0f} ms, 95th percentile "
        f"{load['p95_ms']:.0f} ms (goal {TOGETHER_MS}), {load['cpu_ms']:.0f} ms of the server's CPU each; failed: "
        f"{load['failed'] or 'none'}.")  # fmt: skip
