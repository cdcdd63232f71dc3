"""Heartbeats of workers: each worker stores one in the cache, several times a minute.

A heartbeat says where the worker runs, what it reaches from there and which protections its sandbox has. Work does not depend on it: the run's row is
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

from platform_site.places.heartbeats import ALIVE_WITHIN_S, KEY, REMEMBERED_S, alive, heard, own_place, reaches

__all__ = [
    "ALIVE_WITHIN_S",
    "KEY",
    "age_by_host",
    "alive",
    "is_any_worker_alive",
    "note_worker",
    "probe",
    "recent_workers",
]
NOTED_EVERY_S, PROBED_EVERY_S = 5, 60
_noted = 0.0
_walls: list[str] | None = None
_reached: dict[str, dict[str, str]] = {}
_probing: threading.Thread | None = None


def note_worker() -> bool:
    """Store the heartbeat of this worker, at most once every few seconds; whether it was time for that."""
    global _noted
    if time.monotonic() - _noted < NOTED_EVERY_S:
        return False
    _noted = time.monotonic()
    mark: dict[str, Any] = {"host": socket.gethostname(), "process": os.getpid(), "at": time.time(), "walls": _walls}
    mark |= {"place": own_place()} | _reached
    with contextlib.suppress(Exception):  # whatever the cache's client raises, a worker without a cache works on
        cache.set(KEY, heard() | {f"{mark['host']}:{mark['process']}": mark}, timeout=REMEMBERED_S)
    return True


def probe() -> None:
    """Find out in a thread what is reached from here, now and every minute, and once which protections the sandbox has here.

    A file system that hangs holds up that thread alone: the heartbeat goes on, with what was reached before.
    """
    global _probing
    if _probing is None:
        _probing = threading.Thread(target=_look, daemon=True)
        _probing.start()


def recent_workers() -> list[dict[str, Any]]:
    """The workers with a heartbeat in the last minute, by name; none while the cache is not available."""
    try:
        return alive(heard())
    except Exception:  # whatever the cache's client raises: without it no worker is known
        return []


def age_by_host() -> dict[str, float]:
    """Seconds since the newest heartbeat of each host that was heard of in the last hour; none while no cache answers."""
    try:
        newest = {mark["host"]: mark["at"] for mark in sorted(heard().values(), key=lambda mark: float(mark["at"]))}
    except Exception:  # whatever the cache's client raises
        return {}
    return {host: max(time.time() - at, 0.0) for host, at in sorted(newest.items())}


def is_any_worker_alive() -> bool:
    """Whether any worker had a heartbeat in the last minute; False while the cache is not available."""
    return bool(recent_workers())


def _look() -> None:
    global _walls, _reached
    from registry.compute.sandbox.probe import walls

    _reached = reaches()
    _walls = walls()
    while True:
        time.sleep(PROBED_EVERY_S)
        _reached = reaches()
