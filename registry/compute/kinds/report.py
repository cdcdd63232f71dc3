"""What a check hands back: an outcome, a sentence, and JSON content that any database can keep.

>>> plain({"a": float("nan"), "b": [1, float("inf")]})
{'a': 'NaN', 'b': [1, 'Infinity']}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

OnProgress = Callable[[int, int, str], None]  # what is done, of how much, and what comes next


class ColumnReport(NamedTuple):
    """How one column or feature ended. ``effect``: the statistic that decided in units of its limit, infinite without
    bound; None where nothing decided. ``content``: JSON."""

    column: str
    kind: str
    outcome: str
    sentence: str
    statistic: str = ""
    value: float | None = None
    limit: float | None = None
    effect: float | None = None
    content: dict[str, Any] = {}


class Differing(NamedTuple):
    """The rows that differ as gzip of CSV: how many are in it, whether those are all."""

    rows: int
    complete: bool
    content: bytes


class Report(NamedTuple):
    """How a check ended: ``outcome`` (a word of `stats.result.Outcome`), one sentence, rows read, JSON content, and the
    columns, ranked."""

    outcome: str
    summary: str
    rows: int
    content: dict[str, Any]
    columns: tuple[ColumnReport, ...] = ()
    differing: Differing | None = None


def plain(value: Any) -> Any:
    """The value as JSON has it. JSON knows neither NaN nor infinities: they become words."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta | bytes):
        return str(value)
    return value
