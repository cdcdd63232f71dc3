"""Run work that can be cancelled while an engine is busy with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

POLL_S = 0.2
Result = TypeVar("Result")


class Stopped(Exception):
    """The work was cancelled."""


def run_interruptible(
    work: Callable[[], Result], *, stopped: Callable[[], bool], interrupt: Callable[[], None]
) -> Result:
    """Run the work in a thread and call ``stopped`` several times a second.

    Raises what the work raises. When ``stopped`` answers True: calls ``interrupt``, waits for the work to end, raises
    Stopped.
    """
    results: list[Result] = []
    errors: list[BaseException] = []
    worker = threading.Thread(target=lambda: _attempt(work, results, errors), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(POLL_S)
        if worker.is_alive() and stopped():
            interrupt()
            worker.join()
            raise Stopped
    if errors:
        raise errors[0]
    return results[0]


def _attempt(work: Callable[[], Result], results: list[Result], errors: list[BaseException]) -> None:
    try:
        results.append(work())
    except BaseException as error:  # raised again in the thread that waits
        errors.append(error)
