"""Two columns with matched rows, compared value by value; both kinds of parity use it.

Beside the rows it reports what common distribution tests would have said, because those are the ones that raise no
alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.distribution import compare_categorical, compare_sorted
from registry.compute.stats.equality import as_floats, null_mask
from registry.compute.stats.equality_rule import NUMBERS, Family, Rule, family_of, plain_type, rule_of
from registry.compute.stats.parity import Parity, compare_rows
from registry.compute.stats.python_values import shown_values
from registry.compute.stats.result import Kind, Statistic
from registry.compute.stats.verdict import Verdict, distribution_alarms, other_kinds, parity_verdict, percent


class RowParity(NamedTuple):
    """The comparison of the rows, the verdict, and both as JSON content together with the distributions. ``parity`` is
    None where the sides hold values of two kinds, which are not compared."""

    parity: Parity | None
    verdict: Verdict
    content: dict[str, Any]


def compare_sides(
    trained: pa.ChunkedArray, current: pa.ChunkedArray, *, limit: float, atol: float | None, rtol: float | None
) -> RowParity:
    """Compare row by row and judge by the limit."""
    trained, current = _typed_by_values(trained, current), _typed_by_values(current, trained)
    rule = rule_of(trained.type, current.type, atol=atol, rtol=rtol)
    content = {"limit": limit, **described_rule(rule)}
    if not rule.can_compare:
        return RowParity(None, other_kinds(rule), {"rows": len(trained), **content})
    parity = compare_rows(trained, current, rule)
    verdict = parity_verdict(parity, rule, limit=limit)
    content |= parity.as_dict() | {"ambiguous_rows": 0} | _distributions(trained, current, rule, parity.mismatch_rate)
    return RowParity(parity, verdict, content)


def _typed_by_values(side: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column without a value, which has whatever type its file gave it, takes that of the other side."""
    without = side.null_count == len(side) and other.null_count < len(other)
    return pa.chunked_array([pa.nulls(len(side), other.type)]) if without else side


def described_rule(rule: Rule) -> dict[str, Any]:
    """The rule as JSON content."""
    innermost = rule
    while innermost.elements:
        innermost = innermost.elements
    return {"atol": innermost.atol, "rtol": innermost.rtol, "compared": rule.sentence}


def shown_row(key: Mapping[str, Any], event_time: Any, trained: Any, current: Any) -> dict[str, Any]:
    """A row that differs, as pages and files show it."""
    return {
        "key": dict(key),
        "event_time": event_time,
        "trained": trained,
        "current": current,
        "difference": _difference(trained, current),
    }


def _difference(trained: Any, current: Any) -> Any:
    """Exact for whole numbers and decimals; None where no number tells it."""
    if any(isinstance(value, bool) or not isinstance(value, int | float | Decimal) for value in (trained, current)):
        return None
    if isinstance(trained, Decimal) != isinstance(current, Decimal):
        return float(current) - float(trained)
    return current - trained


def shown_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table, each value as `shown_values` has it."""
    columns = [shown_values(column) for column in table.columns]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


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


def _distributions(
    trained: pa.ChunkedArray, current: pa.ChunkedArray, rule: Rule, mismatch_rate: float | None
) -> dict[str, Any]:
    columns = column_of(trained), column_of(current)
    if not rule.of_numbers:
        return distributions(compare_categorical(*columns), None, mismatch_rate)
    sides = SortedColumn.of(columns[0]), SortedColumn.of(columns[1])
    return distributions(compare_sorted(*sides), overlay(*sides).as_dict(), mismatch_rate)


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


def column_of(array: pa.Array | pa.ChunkedArray) -> Column:
    """An Arrow column with its nulls apart, for distributions: numbers as float64, lists and nested values as one word,
    everything else as Python objects."""
    family = family_of(plain_type(array.type))
    if family in NUMBERS:
        return Column(_floats(array), null_mask(array))
    if family in (Family.LIST, Family.NESTED):
        return Column(np.full(len(array), str(family), dtype=object), null_mask(array))
    values = np.empty(len(array), dtype=object)
    values[:] = shown_values(array)
    return Column(values, null_mask(array))


def _floats(array: pa.Array | pa.ChunkedArray) -> np.ndarray:
    parts = [as_floats(part) for part in (array.chunks if isinstance(array, pa.ChunkedArray) else [array])]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0), *parts])
