"""Definition parity (P1): the same rows, two definitions of one feature, compared row by row.

The engine has computed both definitions in one scan; here the two columns are compared, judged, and described: the
worst rows with their keys, the differing share by month or by a column, and what the distribution tests in common
use would have said, which is the point: they are the ones that stay silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.checking.report import Report, plain
from registry.domain.parity_check import ParityParameters
from registry.stats.catalogue import ENTRIES
from registry.stats.column import Column, SortedColumn
from registry.stats.distribution import compare_categorical, compare_sorted
from registry.stats.histogram import overlay
from registry.stats.parity import Parity, by_slice, compare_rows
from registry.stats.result import Kind, Statistic
from registry.stats.verdict import distribution_alarms, parity_verdict, percent

SLICES_SHOWN = 200


KEY, AT, SLICE = "key:", "at", "slice"


def judge(rows: pa.Table, parameters: ParityParameters) -> Report:
    """Compare ``trained`` with ``current`` row by row and judge by the limit.

    ``rows``: what the SELECT of `engines.feature_sql` yields.
    """
    trained, current = _column(rows["trained"]), _column(rows["current"])
    parity = compare_rows(
        trained,
        current,
        in_trained=_flags(rows["in_trained"]),
        in_current=_flags(rows["in_current"]),
        atol=parameters.atol,
        rtol=parameters.rtol,
    )
    ambiguous = int(pc.sum(rows["ambiguous"]).as_py() or 0)
    verdict = parity_verdict(parity, limit=parameters.limit, ambiguous_rows=ambiguous)
    content = {
        **parity.as_dict(),
        **parameters.as_dict(),
        "ambiguous_rows": ambiguous,
        "worst_rows": [_row(rows, index) for index in parity.worst],
        "by_slice": _by_slice(rows, parity)[:SLICES_SHOWN],
        "slice_by": parameters.slice or "month",
        **_distributions(trained, current, parity.mismatch_rate),
    }
    return Report(str(verdict.outcome), verdict.sentence, parity.rows, plain(content))


def silence(alarms: Sequence[Statistic], mismatch_rate: float | None) -> str:
    """The sentence that says so where distribution tests alone would have passed what the rows show; else nothing."""
    if not mismatch_rate or any(one.alarm is not False for one in alarms):
        return ""
    told = [
        f"{ENTRIES[one.name].title} {one.value:.4f} (limit {one.limit:g})"
        for one in alarms
        if one.kind is Kind.DISTANCE
    ]
    return f"{', '.join(told)}: each below its alarm limit, and {percent(mismatch_rate)} of the rows are wrong."


def _distributions(trained: Column, current: Column, mismatch_rate: float | None) -> dict[str, Any]:
    if trained.values.dtype.kind == "f" and current.values.dtype.kind == "f":
        sides = SortedColumn.of(trained), SortedColumn.of(current)
        comparison, histogram = compare_sorted(*sides), overlay(*sides).as_dict()
    else:
        comparison, histogram = compare_categorical(trained, current), None
    alarms = distribution_alarms(comparison)
    return {
        "distribution": comparison.as_dict(),
        "alarms": [alarm.as_dict() | {"title": ENTRIES[alarm.name].title} for alarm in alarms],
        "distributions_alarm": any(alarm.alarm for alarm in alarms),
        "silence": silence(alarms, mismatch_rate),
        "histogram": histogram,
    }


def _column(array: pa.ChunkedArray) -> Column:
    """An Arrow column with its nulls apart: numbers as float64, everything else as Python objects."""
    null = array.is_null().to_numpy()
    kind = array.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return Column(pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy(), null)
    return Column(np.array(array.to_pylist(), dtype=object), null)


def _flags(array: pa.ChunkedArray) -> np.ndarray:
    return pc.fill_null(array, False).to_numpy()


def _row(rows: pa.Table, index: int) -> dict[str, Any]:
    row = rows.slice(index, 1).to_pylist()[0]
    trained, current = row["trained"], row["current"]
    numeric = isinstance(trained, int | float) and isinstance(current, int | float)
    return {
        "key": {name.removeprefix(KEY): row[name] for name in rows.column_names if name.startswith(KEY)},
        "event_time": row[AT],
        "trained": trained,
        "current": current,
        "difference": current - trained if numeric else None,
    }


def _by_slice(rows: pa.Table, parity: Parity) -> list[dict[str, Any]]:
    if SLICE in rows.column_names:
        return by_slice(parity.differs, np.array(rows[SLICE].to_pylist(), dtype=object))
    when = rows[AT]
    if not pa.types.is_temporal(when.type):
        return []
    return by_slice(parity.differs, pc.strftime(when, format="%Y-%m").to_numpy())
