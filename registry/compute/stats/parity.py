"""Parity, row by row: the same rows, two ways to compute a value, and which of them differ.

Both null is equal, one null is a difference, NaN equals NaN and is not null. Numbers are equal within
max(atol, rtol·|trained|); text, booleans and all else are equal or not. A row that one side alone has differs.

>>> found = compare_rows(Column.of([1.0, 2.0, 3.0], null=[0, 0, 1]), Column.of([1.0, 2.5, 3.0]))
>>> found.rows_that_differ, found.null_in_one_only, found.max_abs_difference, found.worst
(2, 1, 0.5, (1, 2))
>>> by_code(found.differs, ["jan", "feb"], np.array([0, 0, 1]))[1]
{'slice': 'feb', 'rows': 1, 'differ': 1, 'share': 1.0}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from registry.compute.stats.columns.column import Column
from registry.compute.stats.columns.quantiles import closest_rank
from registry.compute.stats.equality import compare_values, is_nan

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

WORST_ROWS = 20
WORST_WITHOUT_A_NUMBER = 5
QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


@dataclass(frozen=True, eq=False)
class Parity:
    """What a row-by-row comparison found. Differences are current - trained, in the column's unit.

    ``rows``: rows of either side. ``rows_that_differ`` includes ``null_in_one_only``, ``nan_in_one_only``, and
    ``missing`` and ``extra``, the rows that only trained or only current has. ``mismatch_rate``: 0..1, None without
    rows. Largest, mean and ``difference_quantiles`` (signed) are over the differing rows with a finite difference;
    the others are counted in ``infinite_differences``. ``worst``: indices of up to 20 rows, the worst first.
    ``differs``: (rows,) bool.
    """

    rows: int
    rows_that_differ: int
    mismatch_rate: float | None
    null_in_one_only: int
    nan_in_one_only: int
    missing: int
    extra: int
    infinite_differences: int
    max_abs_difference: float | None
    mean_abs_difference: float | None
    difference_quantiles: dict[str, float]
    worst: tuple[int, ...]
    differs: Mask

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: everything but the mask."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "differs"}
        return values | {"worst": list(self.worst)}


class Compared(NamedTuple):
    """Rows compared one by one. ``differs`` (rows,) bool; ``difference`` (rows,) current - trained of the rows whose
    values differ, NaN where no number tells it; then how many rows differ in each way."""

    differs: Mask
    difference: Floats
    missing: int
    extra: int
    null_in_one_only: int
    nan_in_one_only: int

    @property
    def ways(self) -> dict[str, int]:
        """The counts by their names in `Parity`."""
        return {name: getattr(self, name) for name in ("missing", "extra", "null_in_one_only", "nan_in_one_only")}


def compare_rows(
    trained: Column,
    current: Column,
    *,
    in_trained: ArrayLike | None = None,
    in_current: ArrayLike | None = None,
    atol: float = 0.0,
    rtol: float = 1e-9,
) -> Parity:
    """Compare two columns whose rows are lined up; ``in_*`` (rows,) bool tell which rows a side has, all by default.

    ValueError when the columns or masks are not of one length.
    """
    rows = compared(trained, current, in_trained=in_trained, in_current=in_current, atol=atol, rtol=rtol)
    worst = _worst(rows.differs, np.abs(rows.difference))
    sized = rows.difference[~np.isnan(rows.difference)]
    return described(rows.differs.size, int(rows.differs.sum()), rows.ways, sized, worst, rows.differs)


def compared(
    trained: Column,
    current: Column,
    *,
    in_trained: ArrayLike | None = None,
    in_current: ArrayLike | None = None,
    atol: float,
    rtol: float,
) -> Compared:
    """The same, not yet described: of all rows, or of as many as come at a time."""
    here = _presence(trained, current, in_trained, in_current)
    one_null = here.both & (trained.null != current.null)
    valued = here.both & ~trained.null & ~current.null
    values_differ, difference = compare_values(trained.values, current.values, valued, atol, rtol)
    difference = np.where(values_differ, difference, np.nan)
    one_nan = values_differ & (is_nan(trained.values) != is_nan(current.values))
    counts = (int(np.count_nonzero(mask)) for mask in (here.missing, here.extra, one_null, one_nan))
    return Compared(here.missing | here.extra | one_null | values_differ, difference, *counts)


def described(
    rows: int,
    differ: int,
    ways: Mapping[str, int],
    sized: Floats,
    worst: tuple[int, ...] = (),
    differs: Mask | None = None,
) -> Parity:
    """What was counted, and the sizes of the differences. ``ways``: as in `Compared.ways`; ``sized``: differences
    of the differing rows, none NaN, in any order."""
    finite = sized[np.isfinite(sized)]
    return Parity(
        rows=rows,
        rows_that_differ=differ,
        mismatch_rate=differ / rows if rows else None,
        infinite_differences=sized.size - finite.size,
        missing=ways["missing"],
        extra=ways["extra"],
        null_in_one_only=ways["null_in_one_only"],
        nan_in_one_only=ways["nan_in_one_only"],
        **_sizes(finite),
        worst=worst,
        differs=np.zeros(0, dtype=bool) if differs is None else differs,
    )


def by_code(differs: Mask, labels: Sequence[Any], codes: NDArray[np.integer]) -> list[dict[str, Any]]:
    """Rows and differing rows of each label, in the order of ``labels``; those without a row are left out.

    ``codes`` (rows,): the place of each row's label. ValueError when there are more or fewer codes than rows.
    """
    if codes.shape != differs.shape:
        raise ValueError(f"{codes.size} labels for {differs.size} rows.")
    rows = np.bincount(codes, minlength=len(labels))
    differ = np.bincount(codes[differs], minlength=len(labels))
    counted = zip(labels, rows.tolist(), differ.tolist(), strict=True)
    return [{"slice": label, "rows": n, "differ": k, "share": k / n} for label, n, k in counted if n]


class _Presence(NamedTuple):
    both: Mask
    missing: Mask
    extra: Mask


def _presence(
    trained: Column, current: Column, in_trained: ArrayLike | None, in_current: ArrayLike | None
) -> _Presence:
    shape = trained.values.shape
    everywhere = np.ones(shape, dtype=bool)
    left = everywhere if in_trained is None else np.asarray(in_trained, dtype=bool)
    right = everywhere if in_current is None else np.asarray(in_current, dtype=bool)
    if not (current.values.shape == left.shape == right.shape == shape):
        raise ValueError("Trained, current and their masks must be of one length: line the rows up first.")
    return _Presence(left & right, left & ~right, right & ~left)


def _sizes(finite: Floats) -> dict[str, Any]:
    if not finite.size:
        return {"max_abs_difference": None, "mean_abs_difference": None, "difference_quantiles": {}}
    finite.sort()
    largest = float(max(abs(finite[0]), abs(finite[-1])))
    # Scaled, so that the sum of huge differences does not overflow.
    mean = largest * float(np.mean(np.abs(finite) / largest)) if largest else 0.0
    return {
        "max_abs_difference": largest,
        "mean_abs_difference": mean,
        "difference_quantiles": {str(q): float(finite[closest_rank(finite.size, q)]) for q in QUANTILES},
    }


def _worst(differs: Mask, sizes: Floats) -> tuple[int, ...]:
    """Rows with a numeric difference, the largest first, then some of those without, each in row order on ties."""
    without = np.flatnonzero(differs & np.isnan(sizes))
    places = WORST_ROWS - min(without.size, WORST_WITHOUT_A_NUMBER)
    ranked = np.flatnonzero(differs & ~np.isnan(sizes))
    if ranked.size > places:
        threshold = np.partition(sizes[ranked], -places)[-places]
        ranked = ranked[sizes[ranked] >= threshold]
    ranked = ranked[np.argsort(-sizes[ranked], kind="stable")][:places]
    return (*ranked.tolist(), *without[: WORST_ROWS - ranked.size].tolist())
