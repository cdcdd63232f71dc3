"""Workers as they make themselves heard: each leaves a mark in the cache, several times a minute.

A mark says where the worker runs and which walls its sandbox stands behind. None is needed for the work: the run's row
is the truth, and a worker without a cache works on.
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
HEARD_WITHIN_S = 60
NOTED_EVERY_S = 5
_noted = 0.0
_walls: list[str] | None = None


def note_worker() -> None:
    """Leave a mark that this worker lives; called by its heartbeat."""
    global _noted
    if time.monotonic() - _noted < NOTED_EVERY_S:
        return
    _noted = time.monotonic()
    mark = {"host": socket.gethostname(), "process": os.getpid(), "at": time.time(), "walls": _walls}
    with contextlib.suppress(Exception):  # whatever the cache's client raises, a worker without a cache works on
        cache.set(KEY, _heard() | {f"{mark['host']}:{mark['process']}": mark}, timeout=HEARD_WITHIN_S)


def look_at_the_walls() -> None:
    """Find out, beside the work, which walls this machine's sandbox stands behind."""
    threading.Thread(target=_look, daemon=True).start()


def heard_of() -> list[dict[str, Any]]:
    """The workers heard of in the last minute, by name; none while the cache is away."""
    try:
        return [mark for _, mark in sorted(_heard().items())]
    except Exception:  # whatever the cache's client raises: without it nobody was heard
        return []


def workers_heard_of() -> bool:
    """Whether any worker was heard of in the last minute; False, too, while the cache is away."""
    return bool(heard_of())


def _heard() -> dict[str, dict[str, Any]]:
    oldest = time.time() - HEARD_WITHIN_S
    return {name: mark for name, mark in (cache.get(KEY) or {}).items() if mark["at"] > oldest}


def _look() -> None:
    global _walls
    from registry.compute.sandbox.probe import walls

    _walls = walls()
