"""Two columns with matched rows, compared value by value; both kinds of parity use it.

Beside the rows it reports what common distribution tests would have said, because those are the ones that raise no
alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.distribution import compare_categorical, compare_sorted
from registry.compute.stats.parity import Parity, compare_rows
from registry.compute.stats.result import Kind, Statistic
from registry.compute.stats.verdict import Verdict, distribution_alarms, parity_verdict, percent


class RowParity(NamedTuple):
    """The comparison of the rows, the verdict, and both as JSON content together with the distributions."""

    parity: Parity
    verdict: Verdict
    content: dict[str, Any]


def compare_sides(
    trained: pa.ChunkedArray,
    current: pa.ChunkedArray,
    *,
    in_trained: np.ndarray | None = None,
    in_current: np.ndarray | None = None,
    ambiguous_rows: int = 0,
    limit: float,
    atol: float,
    rtol: float,
) -> RowParity:
    """Compare row by row and judge by the limit. ``in_*``: which rows a side has, all when not given."""
    sides = column_of(trained), column_of(current)
    parity = compare_rows(*sides, in_trained=in_trained, in_current=in_current, atol=atol, rtol=rtol)
    verdict = parity_verdict(parity, limit=limit, ambiguous_rows=ambiguous_rows)
    content = {**parity.as_dict(), "limit": limit, "atol": atol, "rtol": rtol, "ambiguous_rows": ambiguous_rows}
    return RowParity(parity, verdict, content | _distributions(*sides, parity.mismatch_rate))


def shown_row(key: Mapping[str, Any], event_time: Any, trained: Any, current: Any) -> dict[str, Any]:
    """A row that differs, as pages and files show it."""
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (trained, current))
    return {
        "key": dict(key),
        "event_time": event_time,
        "trained": trained,
        "current": current,
        "difference": current - trained if numeric else None,
    }


def silence(alarms: Sequence[Statistic], mismatch_rate: float | None) -> str:
    """A sentence where distribution tests alone would have passed what the rows show to differ; else nothing."""
    if not mismatch_rate or any(alarm.alarm is not False for alarm in alarms):
        return ""
    values = [
        f"{ENTRIES[alarm.name].title} {alarm.value:.4f} (limit {alarm.limit:g})"
        for alarm in alarms
        if alarm.kind is Kind.DISTANCE
    ]
    return f"{', '.join(values)}: each below its alarm limit, and {percent(mismatch_rate)} of the rows are wrong."


def _distributions(trained: Column, current: Column, mismatch_rate: float | None) -> dict[str, Any]:
    if trained.values.dtype.kind == "f" and current.values.dtype.kind == "f":
        sides = SortedColumn.of(trained), SortedColumn.of(current)
        comparison, histogram = compare_sorted(*sides), overlay(*sides).as_dict()
    else:
        comparison, histogram = compare_categorical(trained, current), None
    return distributions(comparison, histogram, mismatch_rate)


def distributions(
    comparison: Comparison, histogram: dict[str, Any] | None, mismatch_rate: float | None
) -> dict[str, Any]:
    """What the distribution tests say, beside what the rows do."""
    alarms = distribution_alarms(comparison)
    return {
        "distribution": comparison.as_dict(),
        "alarms": [alarm.as_dict() | {"title": ENTRIES[alarm.name].title} for alarm in alarms],
        "distributions_alarm": any(alarm.alarm for alarm in alarms),
        "silence": silence(alarms, mismatch_rate),
        "histogram": histogram,
    }


def column_of(array: pa.ChunkedArray) -> Column:
    """An Arrow column with its nulls apart: numbers as float64, everything else as Python objects."""
    null = array.is_null().to_numpy() if array.null_count else np.zeros(len(array), dtype=bool)
    if is_number(array.type):
        floats = array if pa.types.is_float64(array.type) else array.cast(pa.float64())
        return Column(floats.to_numpy(), null)
    return Column(np.array(array.to_pylist(), dtype=object), null)


def is_number(kind: pa.DataType) -> bool:
    """Whether values of this type are compared as numbers."""
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))
