"""Whether the process is up, and whether all the parts that it needs are ready."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from platform_site.roof import workers
from platform_site.roof.watched import beat

FULL_MIB = 20


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
    """Database, migrations, disk, broker, worker and scheduler: 200 when all are ready, else 503 with what is wrong.

    ``ages_s``: seconds since the newest heartbeat of a worker and since the last sign of life of the scheduler.
    """
    parts = parts_now()
    ready = all(state == "ready" for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts, "ages_s": _ages()}, status=200 if ready else 503)


def parts_now() -> dict[str, str]:
    """Each part with the word `ready`, or what is wrong with it."""
    return {name: _state(probe) for name, probe in PROBES.items()}


def _state(probe: Callable[[], str | None]) -> str:
    try:
        return probe() or "ready"
    except Exception as error:
        return f"away ({type(error).__name__})"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _disk() -> str | None:
    """Room where this host writes; a full disk stops writes alone, so nothing else is worse for it."""
    for folder in (settings.STATE_DIR, settings.AUDIT_HEADS_FILE.parent):
        if folder.is_dir() and (free := shutil.disk_usage(folder).free // 2**20) < FULL_MIB:
            return f"full: {free} MiB left at {folder}"
    return None


def _migrations() -> str | None:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} not applied: run `manage.py migrate`" if pending else None


def _broker() -> str | None:
    if not settings.REDIS_URL:
        return "not configured: set REDIS_URL, or start with `manage.py up`"
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        try:
            client.ping()
        except redis.exceptions.ResponseError as error:
            if "MISCONF" not in str(error):  # it takes nothing that it could not keep, and answers no ping either
                raise
            return "cannot write its own disk: is it full?"
    return None


def _worker() -> str | None:
    return None if workers.is_any_worker_alive() else f"no heartbeat of a worker for {workers.ALIVE_WITHIN_S} s"


def _beat() -> str | None:
    age = beat.beat_age()
    if not beat.is_silent(age):
        return None
    return "no sign of life of the scheduler" + (f" for {age:.0f} s" if age is not None else "")


def _ages() -> dict[str, float | None]:
    newest = min(workers.age_by_host().values(), default=None)
    ages = {"worker": newest, "beat": beat.beat_age()}
    return {name: None if age is None else round(age, 1) for name, age in ages.items()}


PROBES: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
    "broker": _broker,
    "worker": _worker,
    "beat": _beat,
}
