"""What many predictions are as one report: how many, how quick, how many failed, and how they are distributed."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

BINS, MOST_LABELS, LONGEST_LABEL = 20, 50, 100
DEFAULTS = {"prediction": "prediction", "latency": "latency_ms", "error": "error", "at": "at"}


class Rows(NamedTuple):
    """Rows of predictions as columns; a column that was not reported is None."""

    size: int
    predictions: list[Any] | None
    latencies: list[Any] | None
    errors: list[Any] | None
    times: list[datetime] | None

    def and_rows(self, other: Rows) -> Rows:
        """Both together: a column that either of them lacks is unknown."""
        pairs = zip(self[1:], other[1:])
        columns = [None if own is None or added is None else own + added for own, added in pairs]
        return Rows(self.size + other.size, *columns)


def rows_of(rows: Any, names: Mapping[str, str | None]) -> Rows:
    """The rows of a frame (anything with `columns`), of dictionaries, or bare predictions.

    ``names``: which column is the prediction, the latency in milliseconds, the error and the time; None for the usual
    name, where there is such a column. Raises KeyError for a column that was named and does not exist.
    """
    table, count, known = _columns(rows)
    columns: dict[str, list[Any] | None] = {}
    for part, usual in DEFAULTS.items():
        name = names.get(part) or usual
        if names.get(part) and name not in known:
            raise KeyError(f"There is no column {name!r}. Choose from {', '.join(map(str, known)) or 'none'}.")
        columns[part] = table(name) if name in known else None
    times = columns["at"]
    return Rows(
        count,
        columns["prediction"],
        columns["latency"],
        columns["error"],
        None if times is None else [_moment(time) for time in times],
    )


def _columns(rows: Any) -> tuple[Any, int, list[str]]:
    """A function from a column's name to its values, how many rows there are, and the names."""
    if hasattr(rows, "columns"):
        names = [str(name) for name in getattr(rows, "column_names", rows.columns)]
        return (lambda name: _listed(rows[name])), len(rows), names
    listed = list(rows)
    if listed and isinstance(listed[0], Mapping):
        names = list(dict.fromkeys(name for row in listed for name in row))
        return (lambda name: [row.get(name) for row in listed]), len(listed), names
    return (
        (lambda _: [getattr(value, "item", lambda value=value: value)() for value in listed]),
        len(listed),
        ["prediction"],
    )


def _listed(column: Any) -> list[Any]:
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)


def _moment(value: Any) -> datetime:
    """A time with its zone: a number is seconds since 1970, a text is ISO 8601, and a time without a zone is UTC."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc)
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def summary(rows: Rows, edges: Sequence[float] | None = None) -> dict[str, Any]:
    """The figures of a report: `predictions`, and what the columns tell of `latency_ms`, `error_rate` and `histogram`."""
    report: dict[str, Any] = {"predictions": rows.size}
    latencies = sorted(value for value in rows.latencies or () if not _is_missing(value))
    if latencies:
        report["latency_ms"] = {"p50": quantile(latencies, 0.5), "p95": quantile(latencies, 0.95)}
    if rows.errors is not None and rows.size:
        report["error_rate"] = sum(1 for error in rows.errors if error and not _is_missing(error)) / rows.size
    if rows.predictions:
        report["histogram"] = histogram(rows.predictions, edges)
    return report


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies, between the two nearest ones.

    >>> quantile([10.0, 20.0, 30.0], 0.25)
    15.0
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def histogram(values: Iterable[Any], edges: Sequence[float] | None = None) -> dict[str, Any]:
    """How many predictions fall between each two edges, the upper one included only in the last; or how many have which
    label. With ``edges`` of your own, reports can be compared.

    >>> histogram([0.1, 0.5, 0.9, None], edges=[0, 0.5, 1])
    {'edges': [0.0, 0.5, 1.0], 'counts': [1, 2], 'below': 0, 'above': 0, 'missing': 1}
    >>> histogram(["yes", "no", "yes"])
    {'labels': {'yes': 2, 'no': 1}, 'other': 0, 'missing': 0}
    """
    listed = list(values)
    present = [value for value in listed if not _is_missing(value)]
    missing = len(listed) - len(present)
    if any(isinstance(value, (str, bool)) for value in present):
        counted = Counter(str(value)[:LONGEST_LABEL] for value in present).most_common()
        other = sum(count for _, count in counted[MOST_LABELS:])
        return {"labels": dict(counted[:MOST_LABELS]), "other": other, "missing": missing}
    numbers = sorted(float(value) for value in present)
    limits = [float(edge) for edge in edges] if edges else _edges(numbers)
    if len(limits) < 2 or any(low >= high for low, high in zip(limits, limits[1:])):
        raise ValueError(f"edges={list(limits)} must be at least two numbers that ascend.")
    return dict(_counted(numbers, limits), missing=missing)


def _edges(ordered: Sequence[float]) -> list[float]:
    low, high = (ordered[0], ordered[-1]) if ordered else (0.0, 1.0)
    edges = [low + (high - low) * step / BINS for step in range(BINS)] + [high]
    ascending = list(dict.fromkeys(edges))
    return ascending if len(ascending) == BINS + 1 else [low, low + max(1.0, abs(low) * 1e-6)]


def _counted(ordered: Sequence[float], edges: Sequence[float]) -> dict[str, Any]:
    starts = [bisect_left(ordered, edge) for edge in edges]
    starts[-1] = bisect_right(ordered, edges[-1])
    counts = [after - before for before, after in zip(starts, starts[1:])]
    return {"edges": list(edges), "counts": counts, "below": starts[0], "above": len(ordered) - starts[-1]}


def _is_missing(value: Any) -> bool:
    """Nulls, and numbers that are not finite: a histogram has no place for them."""
    if value is None or value.__class__.__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and not math.isfinite(value)
