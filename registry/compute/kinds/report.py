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

import pyarrow as pa

from registry.compute.engines.duck import EngineFailed

OnProgress = Callable[[int, int, str], None]  # what is done, of how much, and what comes next


TROUBLE = (EngineFailed, MemoryError, ValueError, TypeError, ArithmeticError, pa.ArrowException)


def trouble(error: Exception) -> str:
    """What went wrong with one column, without a value of the data: the text of a library may quote one.

    >>> trouble(EngineFailed("The file is gone.")), trouble(ValueError("Mrs Smith is not a number"))
    ('The file is gone.', 'its values are of a kind that the comparison does not know (ValueError). Ignore the column or store it as another type.')
    """
    if isinstance(error, EngineFailed):
        return str(error)
    if isinstance(error, MemoryError):
        return "it takes more memory than the check may use. Check less data or raise CHECK_MEMORY_MIB."
    return (
        f"its values are of a kind that the comparison does not know ({type(error).__name__}). Ignore the column or store "
        "it as another type."
    )


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
