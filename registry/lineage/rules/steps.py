"""What is before a table, step by step: the jobs that write it, what they read, the jobs that write that.

>>> [(step.column, step.job, step.dataset) for step in steps_before([1], {1: [7]}, {7: [2]}, deepest=4)]
[(-1, 7, 1), (-2, 7, 2)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """A job that writes a data set, or reads it. ``column``: how far before the table, of the job or of what it reads."""

    column: int
    job: int
    dataset: int
    is_written: bool


def steps_before(
    start: Sequence[int], writers: Mapping[int, Sequence[int]], reads: Mapping[int, Sequence[int]], *, deepest: int
) -> Iterator[Step]:
    """Every step, the nearest first. What feeds itself is not followed again: the path to a data set holds it once."""
    waiting = [(dataset, -1, frozenset({dataset})) for dataset in start]
    seen: set[Step] = set()
    while waiting:
        dataset, column, path = waiting.pop(0)
        for job in writers.get(dataset, ()):
            written = Step(column, job, dataset, True)
            if written in seen:
                continue
            seen.add(written)
            yield written
            for read in reads.get(job, ()):
                if read in path:
                    continue
                yield Step(column - 1, job, read, False)
                if column - 2 >= -deepest:
                    waiting.append((read, column - 2, path | {read}))
