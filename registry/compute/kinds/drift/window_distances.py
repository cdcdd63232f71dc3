"""How far each window lies from the reference: one statistic of one column, over the windows of both sides.

A reference window is held against the others of its class, a current window against all of its class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.kinds.arrow_columns import numbers
from registry.compute.stats.calibration import FEWEST_WINDOWS, left_out
from registry.compute.stats.columns.categories import shares
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from registry.compute.stats.distances.reference_pool import Pool

SATURDAY = 5
SHIFTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


class Cut(NamedTuple):
    """A side cut into windows. ``labels``: the first day of each, in order; ``rows``: for each window the indices of
    its rows."""

    labels: tuple[date, ...]
    rows: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, starts: pa.ChunkedArray) -> Cut:
        """From each row's window start, (rows,) date32; rows without one are left out."""
        days = starts.cast(pa.int32()).fill_null(np.iinfo(np.int32).min).to_numpy()
        order = np.argsort(days, kind="stable")
        values, first = np.unique(days[order], return_index=True)
        parts = np.split(order, first[1:]) if values.size else []
        windows = [(value, part) for value, part in zip(values.tolist(), parts, strict=True) if value > -(2**31)]
        labels = pa.array([value for value, _ in windows], pa.int32()).cast(pa.date32()).to_pylist()
        return cls(tuple(labels), tuple(part for _, part in windows))


class Plan(NamedTuple):
    """Both sides' windows, their unit, whether limits are calibrated, and what is too few."""

    reference: Cut
    current: Cut
    window: str
    calibrated: bool
    minimum_rows: int

    @property
    def can_calibrate(self) -> bool:
        return self.calibrated and len(self.reference.labels) >= FEWEST_WINDOWS

    def classes(self, cut: Cut) -> np.ndarray:
        """0 for every window, or with days 1 for weekends, where the reference has both."""
        if self.window != "day":
            return np.zeros(len(cut.labels), dtype=int)
        has_both = len({day.weekday() >= SATURDAY for day in self.reference.labels}) > 1
        return np.array([int(has_both and day.weekday() >= SATURDAY) for day in cut.labels], dtype=int)


class Measured(NamedTuple):
    """A statistic of each reference window against the others of its class, and of each current window against all."""

    reference: np.ndarray
    current: np.ndarray
    shifted: np.ndarray | None = None


def moves(reference: pa.ChunkedArray, current: pa.ChunkedArray, plan: Plan) -> Measured:
    """Normalized Wasserstein: in standard deviations of the whole reference."""
    whole, sides = (
        numbers(reference),
        (_sorted(numbers(reference), plan.reference), _sorted(numbers(current), plan.current)),
    )
    deviation = SortedColumn.of(whole).shape.deviation or 0.0
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    pools = {int(label): _pool(sides[0], classes[0] == label) for label in np.unique(np.concatenate(classes))}
    inside = np.array(
        [_distance(side, pools[label], deviation) for side, label in zip(sides[0], classes[0], strict=True)]
    )
    sizes = np.array([side.size for side in sides[0]]), np.array([pools[label].values.size for label in classes[0]])
    outside = [_distance(side, pools[label], deviation) for side, label in zip(sides[1], classes[1], strict=True)]
    return Measured(left_out(inside, *sizes), np.array(outside), _shifted(sides[0], classes[0], pools, deviation))


def mixes(reference: np.ndarray, current: np.ndarray, plan: Plan) -> Measured:
    """Jensen-Shannon of category shares, nulls a category of their own; a window is left out of its own pool."""
    categories = int(max(reference.max(initial=-1), current.max(initial=-1))) + 1
    counts = [
        np.array([np.bincount(codes[rows] + 1, minlength=categories + 1) for rows in cut.rows]).reshape(
            -1, categories + 1
        )
        for codes, cut in ((reference, plan.reference), (current, plan.current))
    ]
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    pools = {int(class_): counts[0][classes[0] == class_].sum(axis=0) for class_ in np.unique(np.concatenate(classes))}
    inside = [_mix(count, pools[int(class_)] - count) for count, class_ in zip(counts[0], classes[0], strict=True)]
    outside = [_mix(count, pools[int(class_)]) for count, class_ in zip(counts[1], classes[1], strict=True)]
    return Measured(np.array(inside), np.array(outside))


def nulls(reference: pa.ChunkedArray, current: pa.ChunkedArray, plan: Plan) -> Measured:
    """How much the null share of a window exceeds that of its class's pool."""
    null_masks = [side.is_null().to_numpy() for side in (reference, current)]
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    counts = [
        np.array([[null[rows].sum(), rows.size] for rows in cut.rows], dtype=float).reshape(-1, 2)
        for null, cut in zip(null_masks, (plan.reference, plan.current), strict=True)
    ]
    pools = {int(label): counts[0][classes[0] == label].sum(axis=0) for label in np.unique(np.concatenate(classes))}
    inside = [_excess(window, pools[int(label)] - window) for window, label in zip(counts[0], classes[0], strict=True)]
    outside = [_excess(window, pools[int(label)]) for window, label in zip(counts[1], classes[1], strict=True)]
    return Measured(np.array(inside), np.array(outside))


def _shifted(
    sides: Sequence[np.ndarray], classes: np.ndarray, pools: Mapping[int, Pool], deviation: float
) -> np.ndarray:
    """(shifts, windows): the last week of the reference, moved by each of `SHIFTS` standard deviations."""
    last = range(max(len(sides) - 7, 0), len(sides))
    return np.array(
        [[_distance(sides[i] + shift * deviation, pools[int(classes[i])], deviation) for i in last] for shift in SHIFTS]
    )


def _sorted(column: Column, cut: Cut) -> list[np.ndarray]:
    return [SortedColumn.of(Column(column.values[rows], column.null[rows])).numbers for rows in cut.rows]


def _pool(sides: Sequence[np.ndarray], chosen: np.ndarray) -> Pool:
    parts = [side for side, is_chosen in zip(sides, chosen, strict=True) if is_chosen]
    return Pool.of(np.sort(np.concatenate(parts), kind="stable") if parts else np.empty(0))


def _distance(side: np.ndarray, pool: Pool, deviation: float) -> float:
    if not (side.size and pool.values.size):
        return np.nan if side.size == pool.values.size else np.inf
    moved = pool.distance(side)
    return moved / deviation if deviation else (np.inf if moved else 0.0)


def _mix(count: np.ndarray, pool: np.ndarray) -> float:
    if not (count.sum() and pool.sum()):
        return np.nan
    return jensen_shannon(shares(pool[1:], int(pool[0])), shares(count[1:], int(count[0])))


def _excess(window: np.ndarray, pool: np.ndarray) -> float:
    if not (window[1] and pool[1]):
        return np.nan
    return float(window[0] / window[1] - pool[0] / pool[1])
