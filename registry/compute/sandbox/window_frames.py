"""What simple windows say of rows that stand in order, entity after entity: means, sums, counts, extremes, neighbours.

Every frame ends some rows back from its row, and begins further back or where its entity does. Its values are added one
by one, never as differences of running sums, which would cancel.

>>> entities = Entities(np.array([0, 3]), 5)
>>> values, there = np.array([1.0, 0.0, 5.0, 7.0, 9.0]), np.array([True, False, True, True, True])
>>> [mask_of.tolist() for mask_of in window(entities, "avg", values, there, first=1, last=0)]
[[1.0, 1.0, 5.0, 7.0, 8.0], [True, True, True, True, True]]
>>> carried(entities, values, there)[0].tolist()
[1.0, 1.0, 5.0, 7.0, 9.0]
"""

from __future__ import annotations

from typing import Any

import numpy as np

LONG = 200  # rows of an entity from which on it is worth a call of its own
NARROW = 254  # rows that a byte can count, and the row itself


class Entities:
    """``starts`` (entities,): the place of each one's first row; ``rows`` in all. None is empty."""

    def __init__(self, starts: Any, rows: int) -> None:
        self.starts, self.rows = starts, rows
        self.sizes = np.diff(starts, append=rows)
        self.longest = int(self.sizes.max()) if starts.size else 0
        self._places: Any = None

    @property
    def places(self) -> Any:
        """How many rows of its entity stand before each row."""
        if self._places is None:
            self._places = np.arange(self.rows) - np.repeat(self.starts, self.sizes)
        return self._places

    def kept(self, kept: Any) -> Entities:
        """Those of the kept rows alone."""
        counted = np.add.reduceat(kept, self.starts, dtype=np.int64) if self.starts.size else self.sizes
        sizes = counted[counted > 0]
        return Entities(np.cumsum(sizes) - sizes, int(sizes.sum()))


def carried(entities: Entities, values: Any, there: Any) -> tuple[Any, Any]:
    """Each null replaced by the entity's last value before it; those without one stay null. ``values``: none where only
    their being there is asked for."""
    last = np.where(there, np.arange(entities.rows), 0)
    last[entities.starts] = entities.starts
    np.maximum.accumulate(last, out=last)
    return None if values is None else values[last], there[last]


def window(
    entities: Entities, function: str, values: Any, there: Any, *, first: int | None = None, last: int | None = None
) -> tuple[Any, Any]:
    """The window's value of each row, and which rows have one; the frame begins ``first`` rows back, with the entity where
    that is None, and ends ``last`` rows back, with the entity where that is None.

    ``there`` (rows,) bool, or None where every row has a value; a value that is not there has to be 0.
    """
    if function == "row_number":
        return entities.places + 1, None
    if function == "lag":
        return _shifted(entities, values, there, first or 0)
    if function == "first_value":
        at = entities.places if first is None else np.minimum(entities.places, first)
        at = np.arange(entities.rows) - at
        return values[at], None if there is None else there[at]
    counted = _counted(entities, there, first, last)
    if function == "count":
        return counted.astype(np.int64), None
    found = _combined(entities, function, values, there, first, last)
    if function == "avg":
        found = np.divide(found, counted, out=np.zeros(entities.rows), where=counted > 0)
    return found, None if there is None and not last else counted > 0


def _counted(entities: Entities, there: Any, first: int | None, last: int | None) -> Any:
    """How many values the frame has."""
    few = first is not None and first <= NARROW
    kind = np.uint8 if few else np.int64
    ones = np.ones(entities.rows, dtype=kind) if there is None else there.astype(kind)
    return _framed(entities, np.add, ones, first, last)


def _combined(entities: Entities, function: str, values: Any, there: Any, first: int | None, last: int | None) -> Any:
    if function in ("avg", "sum"):
        # A sum of -0.0 is 0.0.
        summed = np.add(values, 0.0, dtype=np.float64) if values.dtype.kind == "f" else values.astype(np.int64)
        return _framed(entities, np.add, summed, first, last)
    least = function == "min"
    bounds = np.finfo(values.dtype) if values.dtype.kind == "f" else np.iinfo(values.dtype)
    present = values if there is None else np.where(there, values, bounds.max if least else bounds.min)
    return _framed(entities, np.minimum if least else np.maximum, present, first, last)


def _framed(entities: Entities, combine: Any, values: Any, first: int | None, last: int | None) -> Any:
    """The frame's values combined, 0 where the frame has no row."""
    if last is None:
        return np.repeat(combine.reduceat(values, entities.starts), entities.sizes) if values.size else values
    found = _running(entities, combine, values) if first is None else _moving(entities, combine, values, first - last)
    return found if not last else _shifted(entities, found, None, last)[0]


def _shifted(entities: Entities, values: Any, there: Any, back: int) -> tuple[Any, Any]:
    """The value so many rows back in the entity (ahead where that is negative), 0 where there is no such row."""
    if not back:
        return values, there
    found, has = np.zeros_like(values), np.zeros(values.size, dtype=bool)
    if back > 0:
        within = entities.places[back:] >= back
        near, far = slice(back, None), slice(None, -back)
    else:
        within = entities.places[-back:] >= -back
        near, far = slice(None, back), slice(-back, None)
    found[near] = np.where(within, values[far], 0)
    has[near] = within if there is None else within & there[far]
    return found, has


def _moving(entities: Entities, combine: Any, values: Any, before: int) -> Any:
    """Each row's value combined with those of up to so many rows before it."""
    reach = min(before, entities.longest - 1)
    found = values.copy()
    for back in range(1, reach + 1):
        combine(found[back:], values[:-back], out=found[back:])
    # The first rows of each entity have reached into the one before.
    _begun(entities, combine, values, found, reach)
    return found


def _running(entities: Entities, combine: Any, values: Any) -> Any:
    """Each row's value combined with all of its entity's before it."""
    found = values.copy()
    for at in np.flatnonzero(entities.sizes > LONG).tolist():
        rows = slice(int(entities.starts[at]), int(entities.starts[at] + entities.sizes[at]))
        combine.accumulate(values[rows], out=found[rows])
    short = entities.sizes <= LONG
    if short.any():
        few = entities if short.all() else _Some(entities, short)
        _begun(few, combine, values, found, few.longest)
    return found


class _Some:
    """Some of the entities, where they stand."""

    def __init__(self, entities: Entities, chosen: Any) -> None:
        self.starts, self.sizes = entities.starts[chosen], entities.sizes[chosen]
        self.longest = int(self.sizes.max())


def _begun(entities: Any, combine: Any, values: Any, found: Any, most: int) -> None:
    """Put in place what the first rows of each entity say, so many at most: a row of every entity at a time."""
    rows, sizes = entities.starts, entities.sizes
    so_far = values[rows]
    found[rows] = so_far
    for place in range(1, most):
        longer = sizes > place
        if not longer.all():
            rows, sizes, so_far = rows[longer], sizes[longer], so_far[longer]
        rows = rows + 1
        so_far = combine(so_far, values[rows])
        found[rows] = so_far
