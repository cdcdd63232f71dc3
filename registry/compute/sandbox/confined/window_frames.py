"""Simple windows over rows that are sorted by entity: means, sums, counts, extremes, neighbours.

Every frame ends at the current row or some rows before it, and begins further back or at the entity's first row. Its
values are added one by one, never as differences of running sums, which would lose digits.

>>> entities = Entities(np.array([0, 3]), 5)
>>> values, present = np.array([1.0, 0.0, 5.0, 7.0, 9.0]), np.array([True, False, True, True, True])
>>> [part.tolist() for part in window(entities, "avg", values, present, first=1, last=0)]
[[1.0, 1.0, 5.0, 7.0, 8.0], [True, True, True, True, True]]
>>> forward_filled(entities, values, present)[0].tolist()
[1.0, 1.0, 5.0, 7.0, 9.0]
"""

from __future__ import annotations

from typing import Any

import numpy as np

LONG = 200  # rows: longer entities get a numpy call of their own
NARROW = 254  # rows back: a byte can count these and the row itself


class Entities:
    """``starts`` (entities,): the position of the first row of each entity; ``rows``: their total. No entity is empty."""

    def __init__(self, starts: Any, rows: int) -> None:
        self.starts, self.rows = starts, rows
        self.sizes = np.diff(starts, append=rows)
        self.longest = int(self.sizes.max()) if starts.size else 0
        self._places: Any = None

    @property
    def places(self) -> Any:
        """For each row, how many rows of its entity come before it."""
        if self._places is None:
            self._places = np.arange(self.rows) - np.repeat(self.starts, self.sizes)
        return self._places

    def selected(self, rows: Any) -> Entities:
        """The entities of the selected rows only; ``rows`` (rows,) bool."""
        counted = np.add.reduceat(rows, self.starts, dtype=np.int64) if self.starts.size else self.sizes
        sizes = counted[counted > 0]
        return Entities(np.cumsum(sizes) - sizes, int(sizes.sum()))


def forward_filled(entities: Entities, values: Any, present: Any) -> tuple[Any, Any]:
    """Replace each null by the last value before it in its entity; nulls before the first value stay null.

    ``values`` may be None when only the mask is needed."""
    last = np.where(present, np.arange(entities.rows), 0)
    last[entities.starts] = entities.starts
    np.maximum.accumulate(last, out=last)
    return None if values is None else values[last], present[last]


def window(
    entities: Entities, function: str, values: Any, present: Any, *, first: int | None = None, last: int | None = None
) -> tuple[Any, Any]:
    """The window's value in each row, and which rows have one (None: all).

    The frame begins ``first`` rows back and ends ``last`` rows back; None: at the entity's first or last row.
    ``present`` (rows,) bool, or None when no row is null; the value of a null has to be 0.
    """
    if function == "row_number":
        return entities.places + 1, None
    if function == "lag":
        return _shifted(entities, values, present, first or 0)
    if function == "first_value":
        at = entities.places if first is None else np.minimum(entities.places, first)
        at = np.arange(entities.rows) - at
        return values[at], None if present is None else present[at]
    counted = _counted(entities, present, first, last)
    if function == "count":
        return counted.astype(np.int64), None
    results = _combined(entities, function, values, present, first, last)
    if function == "avg":
        results = np.divide(results, counted, out=np.zeros(entities.rows), where=counted > 0)
    return results, None if present is None and not last else counted > 0


def _counted(entities: Entities, present: Any, first: int | None, last: int | None) -> Any:
    """How many values the frame contains."""
    few = first is not None and first <= NARROW
    kind = np.uint8 if few else np.int64
    ones = np.ones(entities.rows, dtype=kind) if present is None else present.astype(kind)
    return _framed(entities, np.add, ones, first, last)


def _combined(entities: Entities, function: str, values: Any, present: Any, first: int | None, last: int | None) -> Any:
    if function in ("avg", "sum"):
        # A sum of -0.0 is 0.0.
        summed = np.add(values, 0.0, dtype=np.float64) if values.dtype.kind == "f" else values.astype(np.int64)
        return _framed(entities, np.add, summed, first, last)
    least = function == "min"
    bounds = np.finfo(values.dtype) if values.dtype.kind == "f" else np.iinfo(values.dtype)
    present = values if present is None else np.where(present, values, bounds.max if least else bounds.min)
    return _framed(entities, np.minimum if least else np.maximum, present, first, last)


def _framed(entities: Entities, combine: Any, values: Any, first: int | None, last: int | None) -> Any:
    """The values of the frame, combined; 0 where the frame has no row."""
    if last is None:
        return np.repeat(combine.reduceat(values, entities.starts), entities.sizes) if values.size else values
    results = _running(entities, combine, values) if first is None else _moving(entities, combine, values, first - last)
    return results if not last else _shifted(entities, results, None, last)[0]


def _shifted(entities: Entities, values: Any, present: Any, back: int) -> tuple[Any, Any]:
    """The value ``back`` rows before in the entity (after, when negative), 0 where there is no such row."""
    if not back:
        return values, present
    results, has = np.zeros_like(values), np.zeros(values.size, dtype=bool)
    if back > 0:
        within = entities.places[back:] >= back
        near, far = slice(back, None), slice(None, -back)
    else:
        within = entities.places[-back:] >= -back
        near, far = slice(None, back), slice(-back, None)
    results[near] = np.where(within, values[far], 0)
    has[near] = within if present is None else within & present[far]
    return results, has


def _moving(entities: Entities, combine: Any, values: Any, before: int) -> Any:
    """Each row's value combined with those of up to ``before`` rows before it in its entity."""
    reach = min(before, entities.longest - 1)
    results = values.copy()
    for back in range(1, reach + 1):
        combine(results[back:], values[:-back], out=results[back:])
    # In the first rows of each entity the loop included values of the entity before it: compute these rows again.
    _combine_first_rows(entities, combine, values, results, reach)
    return results


def _running(entities: Entities, combine: Any, values: Any) -> Any:
    """Each row's value combined with all values before it in its entity."""
    results = values.copy()
    for at in np.flatnonzero(entities.sizes > LONG).tolist():
        rows = slice(int(entities.starts[at]), int(entities.starts[at] + entities.sizes[at]))
        combine.accumulate(values[rows], out=results[rows])
    short = entities.sizes <= LONG
    if short.any():
        few = entities if short.all() else _SomeEntities(entities, short)
        _combine_first_rows(few, combine, values, results, few.longest)
    return results


class _SomeEntities:
    """Some of the entities, at their positions."""

    def __init__(self, entities: Entities, chosen: Any) -> None:
        self.starts, self.sizes = entities.starts[chosen], entities.sizes[chosen]
        self.longest = int(self.sizes.max())


def _combine_first_rows(entities: Any, combine: Any, values: Any, results: Any, most: int) -> None:
    """Combine the first ``most`` rows of each entity into ``results``: one row of every entity at a time."""
    rows, sizes = entities.starts, entities.sizes
    so_far = values[rows]
    results[rows] = so_far
    for place in range(1, most):
        longer = sizes > place
        if not longer.all():
            rows, sizes, so_far = rows[longer], sizes[longer], so_far[longer]
        rows = rows + 1
        so_far = combine(so_far, values[rows])
        results[rows] = so_far
