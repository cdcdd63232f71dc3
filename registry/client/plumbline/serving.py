"""Report what serving really runs: which version of each feature, how quick, how many predictions, how distributed.

    plumbline.serving.report(frame, model="demand", version="v3", features=computed)
    plumbline.serving.report([row], model="demand", version="v3", features=computed, batch_s=60)   # in a web server

``features`` are the versions that this process computes (`{name: version}`, or what `plumbline.compile` gave it), and never
those that the server says are due: a report made of these would always agree.
"""

from __future__ import annotations

import atexit
import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from ._server import PlumblineError, Server
from ._summary import Rows, rows_of, summary

if TYPE_CHECKING:
    Served = Union[Mapping[str, Any], Iterable[Any]]

MOST_ROWS = 100_000  # in a batch: it is sent when it has more, whatever the time
INSTANT = timedelta(microseconds=1)


class About(NamedTuple):
    """What a report is about; rows about the same are one batch."""

    model: str
    version: str
    environment: str
    address: str
    features: tuple[tuple[str, str, str], ...]


class Batch:
    """Rows that wait to be reported together."""

    def __init__(self, server: Server, rows: Rows, edges: Sequence[float] | None, began_at: datetime) -> None:
        self.server, self.rows, self.edges, self.began_at = server, rows, edges, began_at


_lock = threading.RLock()
_batches: dict[About, Batch] = {}
_timers: dict[About, threading.Timer] = {}
_last_end: dict[About, datetime] = {}
_loaded_at = datetime.now(timezone.utc)


def report(
    rows: Any,
    *,
    model: str,
    version: str,
    features: Served,
    environment: str = "production",
    prediction: str | None = None,
    latency: str | None = None,
    error: str | None = None,
    at: str | None = None,
    edges: Sequence[float] | None = None,
    window: tuple[datetime, datetime] | None = None,
    batch_s: float = 0.0,
    server: Server | None = None,
) -> dict[str, Any] | None:
    """Report rows of predictions: a frame, dictionaries, or the predictions alone; the server's answer, in which `skew` says
    where serving differs from training.

    The columns are those named here, else `prediction`, `latency_ms`, `error` and `at` where they exist. The window is
    that of `at`, else from the report before until now. With ``batch_s`` rows are gathered and sent after these
    seconds, after 100,000 rows, and when the program ends; the answer is then None, and what cannot be sent is a warning.
    """
    server = server or Server()
    names = {"prediction": prediction, "latency": latency, "error": error, "at": at}
    about = About(model, version, environment, server.address, _versions(features))
    batch = Batch(server, rows_of(rows, names), edges, _last_end.get(about, _loaded_at))
    if not batch_s:
        return _send(about, batch, window)
    with _lock:
        waiting = _batches.get(about)
        if waiting:
            waiting.rows = waiting.rows.and_rows(batch.rows)
        else:
            _batches[about] = batch
        full = _batches[about].rows.size >= MOST_ROWS
        if about not in _timers and not full:
            timer = threading.Timer(batch_s, _send_waiting, [about])
            timer.daemon = True
            _timers[about] = timer
            timer.start()
    if full:
        _send_waiting(about)
    return None


def flush() -> None:
    """Send every batch that waits; what cannot be sent is a warning."""
    for about in list(_batches):
        _send_waiting(about)


atexit.register(flush)


def _send_waiting(about: About) -> None:
    with _lock:
        batch = _batches.pop(about, None)
        timer = _timers.pop(about, None)
    if timer:
        timer.cancel()
    if batch is None:
        return
    try:
        _send(about, batch)
    except PlumblineError as refusal:
        count = batch.rows.size
        warnings.warn(
            f"{count} predictions of {about.model} {about.version} were not reported. {refusal}", stacklevel=2
        )


def _send(about: About, batch: Batch, window: tuple[datetime, datetime] | None = None) -> dict[str, Any]:
    begin, end = window or _window(batch)
    content = {
        "model": about.model,
        "version": about.version,
        "environment": about.environment,
        "window": [begin.isoformat(), max(end, begin + INSTANT).isoformat()],
        "features": {
            name: dict({"version": served}, **({"pipeline_commit": commit} if commit else {}))
            for name, served, commit in about.features
        },
    }
    answer = batch.server.post("serving-reports/", dict(content, **summary(batch.rows, batch.edges)))
    _last_end[about] = end
    return answer


def _window(batch: Batch) -> tuple[datetime, datetime]:
    if batch.rows.times:
        return min(batch.rows.times), max(batch.rows.times)
    return batch.began_at, datetime.now(timezone.utc)


def _versions(features: Served) -> tuple[tuple[str, str, str], ...]:
    """Each feature with its version and pipeline commit, however they were named."""
    listed: Any = () if isinstance(features, Mapping) else features
    by_name = features if isinstance(features, Mapping) else {item.feature: item.version for item in listed}
    rows = []
    for name, served in by_name.items():
        stated = served if isinstance(served, Mapping) else {"version": getattr(served, "version", served)}
        rows.append((name, str(stated["version"]), str(stated.get("pipeline_commit") or "")))
    return tuple(sorted(rows))
