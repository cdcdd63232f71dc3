"""The scheduler, watched: beat notes in the cache that it lives, and workers send what is due while it is silent.

A scheduler that stopped looks like a quiet night: no check is due, nothing expires, nothing is swept. So each tick leaves a
mark, whose age `/readyz`, the metrics and every page show. Tasks that run on a schedule may be sent twice: each does only
what is still to be done.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings
from django.core.cache import cache

from platform_site import work

KEY, STOOD_IN = "beat-heard-of", "stood-in-for-beat:"
SILENT_AFTER_S = 60
NOTED_EVERY_S = 5
REMEMBERED_S = 7 * 24 * 3600
BEGUN = "no sign of life of the scheduler: this worker is standing in for the scheduler, with the others"
ENDED = "the scheduler lives again: this worker no longer stands in for it"
_noted = 0.0
_standing_in = False
log = logging.getLogger(__name__)


class WatchedScheduler(PersistentScheduler):
    """Celery's scheduler, which notes at each tick that it lives."""

    def tick(self, *arguments: Any, **options: Any) -> Any:
        note_beat()
        return super().tick(*arguments, **options)


def note_beat() -> None:
    """Store that the scheduler lives, at most once every few seconds; without the cache it works on."""
    global _noted
    if time.monotonic() - _noted < NOTED_EVERY_S:
        return
    _noted = time.monotonic()
    mark = {"host": socket.gethostname(), "process": os.getpid(), "at": time.time()}
    with contextlib.suppress(Exception):  # whatever the cache's client raises
        cache.set(KEY, mark, timeout=REMEMBERED_S)


def beat_age() -> float | None:
    """Seconds since the scheduler's last sign of life; None where there was none in the last week, or no cache answers."""
    try:
        return age_of(cache.get(KEY))
    except Exception:  # whatever the cache's client raises: without it nothing is known
        return None


def age_of(mark: dict[str, Any] | None) -> float | None:
    """How old a stored mark is, in seconds."""
    return max(time.time() - mark["at"], 0.0) if mark else None


def is_silent(age: float | None) -> bool:
    """Whether a scheduler of this age gave no sign of life for too long."""
    return age is None or age > SILENT_AFTER_S


def stand_in() -> int:
    """While the scheduler is silent, send what it would have sent: each entry once in its interval, whichever worker comes
    first. Return how many were sent; none while the cache or the broker does not answer."""
    global _standing_in
    sent = 0
    with contextlib.suppress(Exception):  # whatever the cache's client raises: the next heartbeat tries again
        was_standing_in, _standing_in = _standing_in, is_silent(age_of(cache.get(KEY)))
        if _standing_in != was_standing_in:
            log.warning(BEGUN if _standing_in else ENDED)
        if not _standing_in:
            return 0
        schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
        for name, entry in schedule.items():
            if cache.add(f"{STOOD_IN}{name}", 1, timeout=max(int(entry["schedule"]), 1)):
                if not work.send(entry["task"], soon=entry.get("options", {}).get("priority") == settings.SOON):
                    break  # the broker is away
                sent += 1
    return sent
