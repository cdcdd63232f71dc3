"""Is the process up, and are all the parts ready that it needs?"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

WORKERS_KEY = "workers-heard-of"
HEARD_WITHIN_S = 60
NOTED_EVERY_S = 5
_noted = 0.0


def note_worker() -> None:
    """Leave a mark that a worker on this host lives; called by the worker's heartbeat, several times a minute."""
    global _noted
    if time.monotonic() - _noted < NOTED_EVERY_S:
        return
    _noted = time.monotonic()
    with contextlib.suppress(Exception):  # whatever the cache's client raises, a worker without a cache works on
        cache.set(WORKERS_KEY, {"host": socket.gethostname(), "at": time.time()}, timeout=HEARD_WITHIN_S)


def workers_heard_of() -> bool:
    """Whether any worker was heard of in the last minute; False, too, while the cache is away."""
    try:
        return cache.get(WORKERS_KEY) is not None
    except Exception:  # whatever the cache's client raises: without it nobody was heard
        return False


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "up"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, broker and worker: 200 when all are ready, else 503 and which is not."""
    parts = {name: _state(probe) for name, probe in PROBES.items()}
    ready = all(state == "ready" for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _state(probe: Callable[[], str | None]) -> str:
    try:
        return probe() or "ready"
    except Exception as error:
        return f"away ({type(error).__name__})"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> str | None:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} not applied: run `manage.py migrate`" if pending else None


def _broker() -> str | None:
    if not settings.REDIS_URL:
        return "not configured: set REDIS_URL, or start with `manage.py up`"
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
    return None


def _worker() -> str | None:
    return None if workers_heard_of() else f"no worker was heard of for {HEARD_WITHIN_S} s"


PROBES: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
}
