"""Where the columns of a table come from: followed through what jobs reported, to the columns that no job writes.

>>> steps = {("out", "amount"): [("stage", "amount")], ("stage", "amount"): [("raw", "price")]}
>>> origins(steps, ("out", "amount"))
[('raw', 'price')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Column = tuple[str, str]  # a data set's key or name, and the column
MOST_STEPS = 1_000


class TracedColumn(NamedTuple):
    """A column of a table with the columns that it is computed from directly, and those at the beginning."""

    name: str
    read_from: Sequence[Column]
    origins: Sequence[Column]


class Traced(NamedTuple):
    """The columns of a table as far as they are traced; ``others``: those of which no event said where they come from."""

    columns: Sequence[TracedColumn] = ()
    others: Sequence[str] = ()

    @property
    def total(self) -> int:
        """How many columns are known, traced or not."""
        return len(self.columns) + len(self.others)


def origins(steps: Mapping[Column, Sequence[Column]], start: Column) -> list[Column]:
    """The columns that a column is computed from in the end, each once; one that is computed from itself is not followed."""
    result: dict[Column, None] = {}
    seen, waiting = {start}, list(steps.get(start, ()))
    while waiting and len(seen) < MOST_STEPS:
        column = waiting.pop(0)
        if column in seen:
            continue
        seen.add(column)
        before = steps.get(column, ())
        if before:
            waiting += before
        else:
            result[column] = None
    return sorted(result)
