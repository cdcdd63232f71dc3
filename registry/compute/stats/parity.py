"""Parity, row by row: the same rows, two ways to compute a value, and which of them differ.

Both null is equal, one null is a difference, NaN equals NaN and is not null; how values are compared is said by their
rule (`equality_rule`). A row that one side alone has differs.

>>> trained, current = pa.chunked_array([[1.0, 2.0, None]]), pa.chunked_array([[1.0, 2.5, 3.0]])
>>> parity = compare_rows(trained, current, rule_of(trained.type, current.type))
>>> parity.rows_that_differ, parity.null_in_one_only, parity.max_abs_difference, parity.worst
(2, 1, 0.5, (1, 2))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from registry.compute.stats.columns.quantiles import closest_rank
from registry.compute.stats.equality import compare_values, null_mask
from registry.compute.stats.equality_rule import Rule, rule_of  # noqa: F401 - rule_of for the example

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
    trained: pa.ChunkedArray,
    current: pa.ChunkedArray,
    rule: Rule,
    *,
    in_trained: ArrayLike | None = None,
    in_current: ArrayLike | None = None,
) -> Parity:
    """Compare two columns whose rows are lined up; ``in_*`` (rows,) bool tell which rows a side has, all by default.

    ValueError when the columns or masks are not of one length.
    """
    left, right = (_mask(trained, mask) for mask in (in_trained, in_current))
    if not len(trained) == len(current) == left.size == right.size:
        raise ValueError("Trained, current and their masks must be of one length: line the rows up first.")
    rows = _joined([*_in_parts(trained, current, left, right, rule)])
    worst = _worst(rows.differs, np.abs(rows.difference))
    sized = rows.difference[~np.isnan(rows.difference)]
    return described(rows.differs.size, int(rows.differs.sum()), rows.ways, sized, worst, rows.differs)


def _in_parts(
    trained: pa.ChunkedArray, current: pa.ChunkedArray, in_trained: Mask, in_current: Mask, rule: Rule
) -> Iterator[Compared]:
    begin = 0
    for batch in pa.table({"t": trained, "c": current}).to_batches():
        here = slice(begin, begin := begin + batch.num_rows)
        yield compared(batch["t"], batch["c"], rule, in_trained=in_trained[here], in_current=in_current[here])


def _joined(parts: Sequence[Compared]) -> Compared:
    if not parts:
        return Compared(np.zeros(0, dtype=bool), np.zeros(0), 0, 0, 0, 0)
    columns = [*zip(*parts, strict=True)]
    masks, differences, *counts = columns
    return Compared(np.concatenate(masks), np.concatenate(differences), *map(sum, counts))


def compared(
    trained: pa.Array,
    current: pa.Array,
    rule: Rule,
    *,
    in_trained: ArrayLike | None = None,
    in_current: ArrayLike | None = None,
) -> Compared:
    """The same, not yet described: of all rows, or of as many as come at a time."""
    left, right = _mask(trained, in_trained), _mask(current, in_current)
    both, missing, extra = left & right, left & ~right, right & ~left
    nulls = null_mask(trained), null_mask(current)
    one_null = both & (nulls[0] != nulls[1])
    values = compare_values(trained, current, both & ~nulls[0] & ~nulls[1], rule)
    difference = np.where(values.unequal, values.difference, np.nan)
    counts = (int(np.count_nonzero(mask)) for mask in (missing, extra, one_null, values.one_nan))
    return Compared(missing | extra | one_null | values.unequal, difference, *counts)


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


def _mask(of: pa.Array | pa.ChunkedArray, mask: ArrayLike | None) -> Mask:
    return np.ones(len(of), dtype=bool) if mask is None else np.asarray(mask, dtype=bool)


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
