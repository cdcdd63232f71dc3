"""Compute a few columns ahead of the consumer, each with a worker that no other column uses at that time.

>>> list(in_order([str.upper, str.upper], ["a", "b", "c"]))
['A', 'B', 'C']
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_order(workers: Sequence[Callable[[str], Result]], columns: Sequence[str]) -> Iterator[Result]:
    """Each column's result, in order. Closing the iterator cancels what has not begun; a worker's exception is raised."""
    free = deque(workers)
    pool = ThreadPoolExecutor(len(workers))

    def work(column: str) -> Result:
        worker = free.popleft()
        try:
            return worker(column)
        finally:
            free.append(worker)

    waiting: deque[Future[Result]] = deque()
    try:
        for column in columns:
            waiting.append(pool.submit(work, column))
            if len(waiting) > 2 * len(workers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
