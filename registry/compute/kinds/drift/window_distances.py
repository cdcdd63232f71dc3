"""How far each window lies from the reference: one statistic of one column, over the windows of both sides.

A reference window is held against the others of its class, a current window against all of its class. Classes are weekdays and
weekends; with a year of reference they are those of each month, so that a summer is held against the last one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.kinds.arrow_columns import Coded, numbers
from registry.compute.kinds.drift.side_values import Values
from registry.compute.stats.calibration import FEWEST_WINDOWS, left_out
from registry.compute.stats.columns.categories import shares
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from registry.compute.stats.distances.reference_pool import Pool
from registry.compute.stats.noise import CHANCE, Ordered, chance, jensen_shannon_floor, share_floor, spread

SATURDAY, WEEK_DAYS, YEAR = 5, 7, 365
FEWEST_OF_A_MONTH = 3  # windows of the reference, of one class
TIMES_BEYOND = 3.0  # how much further than the reference's furthest value one may lie by chance
SHIFTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
WEEK = {"day": 7, "week": 1, "month": 1}  # windows that a shift has to be seen in
LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()


class Cut(NamedTuple):
    """A side cut into windows. ``labels``: the first day of each, in order; ``rows``: for each window the indices of
    its rows; ``beyond``: how many rows have a time that no calendar has."""

    labels: tuple[date, ...]
    rows: tuple[np.ndarray, ...]
    beyond: int = 0

    @classmethod
    def of(cls, starts: pa.ChunkedArray) -> Cut:
        """From each row's window start, (rows,) date32; rows without one, or beyond the calendar, are left out."""
        days = starts.cast(pa.int32()).fill_null(np.iinfo(np.int32).min).to_numpy()
        order = np.argsort(days, kind="stable")
        values, first = np.unique(days[order], return_index=True)
        parts = np.split(order, first[1:]) if values.size else []
        whole = zip(values.tolist(), parts, strict=True)
        windows = [(value, part) for value, part in whole if -(2**31) < value <= LAST_DAY]
        labels = pa.array([value for value, _ in windows], pa.int32()).cast(pa.date32()).to_pylist()
        return cls(tuple(labels), tuple(part for _, part in windows), int((days > LAST_DAY).sum()))


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

    @staticmethod
    def enough_to_calibrate(windows: int) -> bool:
        """Whether this many reference windows are enough for a limit of the column's own."""
        return windows >= FEWEST_WINDOWS

    @property
    def chance(self) -> float:
        """How often chance alone may take one window above its floor: so seldom that it is `CHANCE` for all of them together."""
        return CHANCE / max(len(self.current.labels), 1)

    @property
    def last_week(self) -> range:
        """The places of the reference's last week of windows."""
        count = len(self.reference.labels)
        return range(max(count - WEEK[self.window], 0), count)

    @property
    def is_seasonal(self) -> bool:
        """Whether each month of the year has a class of its own: the reference goes over a year, and every window has others of
        its month to be held against."""
        labels = self.reference.labels
        if self.window == "month" or not labels or (labels[-1] - labels[0]).days < YEAR - WEEK_DAYS:
            return False
        counted = Counter(map(self._class_in_year, labels))
        return all(counted[self._class_in_year(label)] >= FEWEST_OF_A_MONTH for label in self.current.labels)

    def classes(self, cut: Cut) -> np.ndarray:
        """Which windows are held against each other, (windows,): with days weekdays and weekends, where the reference has
        both, and over a year the months, each by itself."""
        if self.is_seasonal:
            return np.array([self._class_in_year(label) for label in cut.labels], dtype=int)
        has_both = len({self._is_weekend(label) for label in self.reference.labels}) > 1
        return np.array([int(has_both and self._is_weekend(label)) for label in cut.labels], dtype=int)

    def _class_in_year(self, label: date) -> int:
        return 2 * label.month + self._is_weekend(label)

    def _is_weekend(self, label: date) -> bool:
        return self.window == "day" and label.weekday() >= SATURDAY


class Planted(NamedTuple):
    """A change put into the last reference windows: its ``sizes`` (k,), and the statistic then, (k, windows)."""

    sizes: tuple[float, ...]
    values: np.ndarray


class Measured(NamedTuple):
    """A statistic of each reference window against the others of its class, and of each current window against all.

    ``counted``: what each window was measured on, values or rows, of the reference and of the current side; ``floors``: the
    statistic of each window that chance alone would reach.
    """

    reference: np.ndarray
    current: np.ndarray
    counted: tuple[np.ndarray, ...]
    floors: tuple[np.ndarray, ...]
    planted: Planted


def moves(values: Values, plan: Plan) -> Measured:
    """Normalized Wasserstein: in standard deviations of the whole reference."""
    reference, current = (numbers(side) for side in (values.reference, values.current))
    sides = _sorted(reference, plan.reference), _sorted(current, plan.current)
    deviation = SortedColumn.of(reference).shape.deviation or 0.0
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    pools = {int(label): _pool(sides[0], classes[0] == label) for label in np.unique(np.concatenate(classes))}
    inside = np.array(
        [_distance(side, pools[label], deviation) for side, label in zip(sides[0], classes[0], strict=True)]
    )
    counted = tuple(np.array([side.size for side in of_side], dtype=int) for of_side in sides)
    pool_sizes = np.array([pools[label].values.size for label in classes[0]])
    outside = [_distance(side, pools[label], deviation) for side, label in zip(sides[1], classes[1], strict=True)]
    spread = {label: _spread(pool, plan.chance) for label, pool in pools.items()}
    return Measured(
        left_out(inside, counted[0], pool_sizes),
        np.array(outside),
        counted,
        tuple(
            np.array(
                [
                    _floor(side, pools[label], spread[label], plan.chance) / deviation if deviation else 0.0
                    for label, side in zip(labels, of_side, strict=True)
                ]
            )
            for labels, of_side in zip(classes, sides, strict=True)
        ),
        _shifted(sides[0], classes[0], pools, deviation, plan),
    )


def mixes(coded: Coded, plan: Plan) -> Measured:
    """Jensen-Shannon of category shares, nulls a category of their own; a window is left out of its own pool."""
    categories = len(coded.names)
    counts = [
        np.array([np.bincount(codes[rows] + 1, minlength=categories + 1) for rows in cut.rows]).reshape(
            -1, categories + 1
        )
        for codes, cut in ((coded.reference, plan.reference), (coded.current, plan.current))
    ]
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    pools = {int(class_): counts[0][classes[0] == class_].sum(axis=0) for class_ in np.unique(np.concatenate(classes))}
    inside = [_mix(count, pools[int(class_)] - count) for count, class_ in zip(counts[0], classes[0], strict=True)]
    outside = [_mix(count, pools[int(class_)]) for count, class_ in zip(counts[1], classes[1], strict=True)]
    floors = tuple(
        np.array(
            [
                jensen_shannon_floor(pools[int(class_)], count, level=plan.chance)
                for count, class_ in zip(*of_side, strict=True)
            ]
        )
        for of_side in zip(counts, classes, strict=True)
    )
    counted = tuple(of_side[:, 1:].sum(axis=1) for of_side in counts)
    last = [(counts[0][i], pools[int(classes[0][i])]) for i in plan.last_week]
    collapsed = [[_mix(_collapsed(count, pool, share), pool) for count, pool in last] for share in SHARES]
    return Measured(np.array(inside), np.array(outside), counted, floors, Planted(SHARES, np.array(collapsed)))


def nulls(values: Values, plan: Plan) -> Measured:
    """How much the null share of a window exceeds that of its class's pool."""
    null_masks = [side.is_null().to_numpy() for side in (values.reference, values.current)]
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    counts = [
        np.array([[null[rows].sum(), rows.size] for rows in cut.rows], dtype=float).reshape(-1, 2)
        for null, cut in zip(null_masks, (plan.reference, plan.current), strict=True)
    ]
    pools = {int(label): counts[0][classes[0] == label].sum(axis=0) for label in np.unique(np.concatenate(classes))}
    inside = [_excess(window, pools[int(label)] - window) for window, label in zip(counts[0], classes[0], strict=True)]
    outside = [_excess(window, pools[int(label)]) for window, label in zip(counts[1], classes[1], strict=True)]
    floors = tuple(
        np.array([_null_floor(window, pools[int(label)], plan.chance) for window, label in zip(*of_side, strict=True)])
        for of_side in zip(counts, classes, strict=True)
    )
    counted = tuple(of_side[:, 1].astype(int) for of_side in counts)
    last = [(counts[0][i], pools[int(classes[0][i])]) for i in plan.last_week]
    emptied = [[_excess(_emptied(window, share), pool) for window, pool in last] for share in SHARES]
    return Measured(np.array(inside), np.array(outside), counted, floors, Planted(SHARES, np.array(emptied)))


def _collapsed(count: np.ndarray, pool: np.ndarray, share: float) -> np.ndarray:
    """A window in which this share of the rows of every category has become the rarest one of the reference."""
    rarest = np.flatnonzero(pool)[np.argmin(pool[pool > 0])]
    moved = count * (1.0 - share)
    moved[rarest] += count.sum() * share
    return moved


def _emptied(window: np.ndarray, share: float) -> np.ndarray:
    """A window, [nulls, rows], in which this share of its values is null as well."""
    return np.array([window[0] + share * (window[1] - window[0]), window[1]])


def _null_floor(window: np.ndarray, pool: np.ndarray, level: float) -> float:
    rows = int(pool[1]), int(window[1])
    return share_floor(float((window[0] + pool[0]) / sum(rows)), *rows, level=level) if all(rows) else 0.0


def _spread(pool: Pool, level: float) -> float:
    """The area that chance leaves between the pool and a sample of it, but for the factor of their sizes."""
    values = pool.values[np.isfinite(pool.values)]
    return spread(Ordered.of(values), level=level) if values.size else 0.0


def _floor(side: np.ndarray, pool: Pool, spread: float, level: float) -> float:
    """How far a window lies from its pool by chance: as much as the pool alone says, and what its few furthest values add
    where they are beyond all of the pool's. Each is the furthest of all by chance in n of n + N draws."""
    n, many = side.size, pool.values.size
    if not (n and many):
        return 0.0
    few = int(math.log(level) / math.log(n / (n + many)))
    moved, low, high = side - pool.origin, pool.values[0], pool.values[-1]
    beyond = np.concatenate([low - moved[:few], moved[n - few :] - high]) if few < n else np.empty(0)
    furthest = np.repeat([-low, high], beyond.size // 2)  # from the pool's median
    allowed = np.clip(beyond, 0.0, TIMES_BEYOND * furthest) if np.isfinite([low, high]).all() else np.zeros(1)
    return spread * chance(many, n) + float(allowed.sum()) / n


def _shifted(
    sides: Sequence[np.ndarray], classes: np.ndarray, pools: Mapping[int, Pool], deviation: float, plan: Plan
) -> Planted:
    """The last week of the reference, moved by each of `SHIFTS` standard deviations; nothing where it does not vary."""
    if not deviation:
        return Planted((), np.empty((0, 0)))
    last = plan.last_week
    return Planted(
        SHIFTS,
        np.array(
            [
                [_distance(sides[i] + shift * deviation, pools[int(classes[i])], deviation) for i in last]
                for shift in SHIFTS
            ]
        ),
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
