"""Heartbeats of workers: each worker stores one in the cache, several times a minute.

A heartbeat says where the worker runs and which protections its sandbox has. Work does not depend on it: the run's row is
the truth, and a worker without a cache works on.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Any

from django.core.cache import cache

KEY = "workers-heard-of"
ALIVE_WITHIN_S = 60
REMEMBERED_S = 3600
NOTED_EVERY_S = 5
_noted = 0.0
_walls: list[str] | None = None


def note_worker() -> bool:
    """Store the heartbeat of this worker, at most once every few seconds; whether it was time for that."""
    global _noted
    if time.monotonic() - _noted < NOTED_EVERY_S:
        return False
    _noted = time.monotonic()
    mark = {"host": socket.gethostname(), "process": os.getpid(), "at": time.time(), "walls": _walls}
    with contextlib.suppress(Exception):  # whatever the cache's client raises, a worker without a cache works on
        cache.set(KEY, _heard() | {f"{mark['host']}:{mark['process']}": mark}, timeout=REMEMBERED_S)
    return True


def probe_sandbox() -> None:
    """Find out in a thread which protections the sandbox has on this machine."""
    threading.Thread(target=_look, daemon=True).start()


def recent_workers() -> list[dict[str, Any]]:
    """The workers with a heartbeat in the last minute, by name; none while the cache is not available."""
    try:
        return alive(_heard())
    except Exception:  # whatever the cache's client raises: without it no worker is known
        return []


def alive(marks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the last minute, by name."""
    oldest = time.time() - ALIVE_WITHIN_S
    return [mark for _, mark in sorted(marks.items()) if mark["at"] > oldest]


def age_by_host() -> dict[str, float]:
    """Seconds since the newest heartbeat of each host that was heard of in the last hour; none while no cache answers."""
    try:
        newest = {mark["host"]: mark["at"] for mark in sorted(_heard().values(), key=lambda mark: float(mark["at"]))}
    except Exception:  # whatever the cache's client raises
        return {}
    return {host: max(time.time() - at, 0.0) for host, at in sorted(newest.items())}


def is_any_worker_alive() -> bool:
    """Whether any worker had a heartbeat in the last minute; False while the cache is not available."""
    return bool(recent_workers())


def _heard() -> dict[str, dict[str, Any]]:
    oldest = time.time() - REMEMBERED_S
    return {name: mark for name, mark in (cache.get(KEY) or {}).items() if mark["at"] > oldest}


def _look() -> None:
    global _walls
    from registry.compute.sandbox.probe import walls

    _walls = walls()
