"""A load of HTTP GETs from many clients at once: `python -m tests.bench.load PORT SECONDS CLIENTS < addresses`.

Standard library alone and a process of its own, so that every peer is asked by the same client. Prints JSON.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import statistics
import sys
import threading
import time
from typing import Any


def load(port: int, seconds: float, clients: int, paths: list[str], headers: dict[str, str]) -> dict[str, Any]:
    """Ask for so many seconds over kept connections; requests a second, latencies in milliseconds, and what failed."""
    order, ends, took, failed = itertools.cycle(paths), time.monotonic() + seconds, [], []
    threads = [
        threading.Thread(target=_client, args=(port, order, ends, headers, took, failed)) for _ in range(clients)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - began
    return {
        "requests": len(took),
        "failed": failed[:3],
        "per_second": len(took) / elapsed,
        "median_ms": statistics.median(took) * 1000 if took else None,
        "p95_ms": sorted(took)[int(len(took) * 0.95)] * 1000 if took else None,
    }


def _client(port: int, order: Any, ends: float, headers: dict[str, str], took: list[float], failed: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < ends:
        began = time.monotonic()
        try:
            connection.request("GET", next(order), headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            failed.append(repr(error))
            connection.close()
            continue
        if answer.status == http.HTTPStatus.OK:
            took.append(time.monotonic() - began)
        else:
            failed.append(f"{answer.status} {body[:200]!r}")
    connection.close()


if __name__ == "__main__":
    token = os.environ.get("LOAD_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Cookie": os.environ["LOAD_COOKIE"]} if "LOAD_COOKIE" in os.environ else {}
    figures = load(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.stdin.read().split(), headers)
    print(json.dumps(figures))  # noqa: T201
