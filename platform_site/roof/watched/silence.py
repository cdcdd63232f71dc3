"""What every page says at its top while no worker or no scheduler gives a sign of life."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest

from platform_site.roof import workers
from platform_site.roof.watched import beat
from platform_site.text.wording import counted

NOT_KNOWN = "Whether workers and the scheduler run is not known. Requested checks are stored and wait."
WAITS = "Requested checks are stored and wait."
STOOD_IN = "The workers send what is due in its place. Start it again."
NOTHING_DUE = "Scheduled checks, expiries, reminders and webhooks wait until it runs again."


class Silence(NamedTuple):
    """A part that gives no sign of life, and what follows from that."""

    sentence: str
    consequence: str


def silences(request: HttpRequest) -> dict[str, Callable[[], list[Silence]]]:
    """Context processor: a function, so that only pages that show it ask the cache."""
    return {"silences": silent_parts}


def silent_parts() -> list[Silence]:
    """The parts that are silent, read from the cache at once."""
    try:
        marks = cache.get_many([workers.KEY, beat.KEY])
    except Exception:  # whatever the cache's client raises
        return [Silence("The cache does not answer.", NOT_KNOWN)]
    anybody_works = bool(workers.alive(marks.get(workers.KEY) or {}))
    age = beat.age_of(marks.get(beat.KEY))
    parts = [] if anybody_works else [Silence("No worker has reported in the last minute.", WAITS)]
    if beat.is_silent(age):
        parts.append(Silence(_of_beat(age), STOOD_IN if anybody_works else NOTHING_DUE))
    return parts


def _of_beat(age: float | None) -> str:
    if age is None:
        return "The scheduler has not reported in the last week."
    minutes = round(age / 60)
    length = counted(minutes, "minute") if minutes < 120 else counted(minutes // 60, "hour")
    return f"The scheduler has not reported for {length}."
