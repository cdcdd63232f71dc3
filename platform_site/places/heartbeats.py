"""What workers say of themselves in the cache: that they live, where, and what they reach from there. And what they leave to others.

Work does not depend on it: the row is the truth. Without the cache a place does what comes, as if it were the only one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from platform_site.environment.connections import STORES, parse

KEY, LEFT = "workers-heard-of", "left-to-others:"
ALIVE_WITHIN_S = 60
REMEMBERED_S = 3600
LEFT_FOR_S = 60  # then this place tries again: a root may be mounted by now
OK = "ok"
PORTS = {"postgres": 5432, "postgresql": 5432, "sc": 15002}
PATIENCE_S = 3.0


def own_place() -> str:
    """The name of this place: the same for every process of a host with the same data roots and connections."""
    here = [socket.gethostname(), [str(root) for root in settings.DATA_ROOTS], sorted(settings.CONNECTIONS)]
    return f"{here[0]}-{hashlib.sha256(json.dumps(here).encode()).hexdigest()[:8]}"


def heard() -> dict[str, dict[str, Any]]:
    """The newest mark of each worker process that was heard of in the last hour. Whatever the cache's client raises."""
    oldest = time.time() - REMEMBERED_S
    return {name: mark for name, mark in (cache.get(KEY) or {}).items() if mark["at"] > oldest}


def alive(marks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the last minute, by name."""
    oldest = time.time() - ALIVE_WITHIN_S
    return [mark for _, mark in sorted(marks.items()) if mark["at"] > oldest]


def other_places(job: str) -> dict[str, bool]:
    """The places that may do a job which this one cannot, each with whether a worker lives there now: those that were heard of
    in the last hour and did not leave it to others in the last minute. None while the cache does not answer.

    A host that is being started again is worth waiting for: what is missing here says nothing about the data.
    """
    with contextlib.suppress(Exception):  # whatever the cache's client raises
        marks = heard()
        places = {mark["place"]: False for mark in marks.values() if mark.get("place")}
        places |= {mark["place"]: True for mark in alive(marks) if mark.get("place")}
        places.pop(own_place(), None)
        left = cache.get_many([_left(job, place) for place in places])
        return {place: lives for place, lives in places.items() if _left(job, place) not in left}
    return {}


def leave(job: str, why: str) -> None:
    """Note for a minute that this place cannot do a job, and why."""
    with contextlib.suppress(Exception):  # whatever the cache's client raises
        cache.set(_left(job, own_place()), why, timeout=LEFT_FOR_S)


def why_left(job: str) -> dict[str, str]:
    """Which places left a job to others in the last minute, and why."""
    with contextlib.suppress(Exception):  # whatever the cache's client raises
        places = sorted({mark["place"] for mark in heard().values() if mark.get("place")})
        left = cache.get_many([_left(job, place) for place in places])
        return {place: left[_left(job, place)] for place in places if _left(job, place) in left}
    return {}


def connections_here() -> dict[str, str]:
    """What the workers of this place last found of each connection; nothing while the cache does not answer."""
    with contextlib.suppress(Exception):  # whatever the cache's client raises
        own = [mark for mark in alive(heard()) if mark.get("place") == own_place()]
        return dict(max(own, key=lambda mark: mark["at"]).get("connections", {})) if own else {}
    return {}


def reaches() -> dict[str, dict[str, str]]:
    """What this place reaches: each data root and each connection, with `ok` or why not."""
    return {
        "roots": {str(root): _root(root) for root in settings.DATA_ROOTS},
        "connections": {name: _connection(dsn) for name, dsn in sorted(settings.CONNECTIONS.items())},
    }


def _left(job: str, place: str) -> str:
    return f"{LEFT}{job}:{place}"


def _root(root: Path) -> str:
    if not root.is_dir():
        return "is not on this host"
    return OK if os.access(root, os.R_OK | os.X_OK) else "cannot be read by this user"


def _connection(url: str) -> str:
    """Whether its server accepts a connection; a store at its usual place is only asked when it is read."""
    address = parse(url)
    if address.scheme in STORES and not address.options.get("endpoint"):
        return OK
    server = urlsplit(address.options.get("endpoint") or f"//{address.host}")
    try:
        socket.create_connection(
            (server.hostname or "localhost", server.port or PORTS.get(address.scheme, 443)), PATIENCE_S
        ).close()
    except OSError:
        return "does not answer"
    return OK
