"""Work that somebody may want to stop while an engine is busy with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY_S = 0.2
Found = TypeVar("Found")


class Stopped(Exception):
    """Somebody wanted the work to stop."""


def watched(work: Callable[[], Found], *, stopped: Callable[[], bool], interrupt: Callable[[], None]) -> Found:
    """Do the work in a thread and ask ``stopped`` several times a second.

    Raises what the work raises; or Stopped, once ``interrupt`` was called and the work has ended.
    """
    results: list[Found] = []
    errors: list[BaseException] = []
    worker = threading.Thread(target=lambda: _attempt(work, results, errors), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_EVERY_S)
        if worker.is_alive() and stopped():
            interrupt()
            worker.join()
            raise Stopped
    if errors:
        raise errors[0]
    return results[0]


def _attempt(work: Callable[[], Found], results: list[Found], errors: list[BaseException]) -> None:
    try:
        results.append(work())
    except BaseException as error:  # handed to the thread that waits
        errors.append(error)
