"""Columns worked on a few ahead of who takes the results, each by a worker that no other column has at that time.

>>> list(in_order([str.upper, str.upper], ["a", "b", "c"]))
['A', 'B', 'C']
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def in_order(workers: Sequence[Callable[[str], Found]], columns: Sequence[str]) -> Iterator[Found]:
    """Each column's result, in order. Who stops taking them ends what has not begun; what a worker raises is raised."""
    free = deque(workers)
    pool = ThreadPoolExecutor(len(workers))

    def work(column: str) -> Found:
        worker = free.popleft()
        try:
            return worker(column)
        finally:
            free.append(worker)

    waiting: deque[Future[Found]] = deque()
    try:
        for column in columns:
            waiting.append(pool.submit(work, column))
            if len(waiting) > 2 * len(workers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
