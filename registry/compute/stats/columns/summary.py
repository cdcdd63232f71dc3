"""What a column holds, beside how it differs: moments and quantiles of numbers, the commonest categories.

>>> import numpy as np
>>> from registry.compute.stats.columns.column import Column, SortedColumn
>>> described = summary(SortedColumn.of(Column.of([1.0, 2.0, 3.0, 4.0])))
>>> described.mean, described.deviation, described.quantiles["0.5"], described.distinct
(2.5, 1.118033988749895, 2.5, 4)
>>> commonest({"a": 3, "b": 1}, {"b": 2, "c": 1}, most=2)
[{'category': 'a', 'reference': 3, 'current': 0}, {'category': 'b', 'reference': 1, 'current': 2}]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from registry.compute.stats.columns import quantiles as ordered
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.moments import SAFE

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Summary:
    """Of the finite values: mean, standard deviation (ddof 0), smallest, largest, quantiles (linear), distinct values.

    Everything but ``distinct`` is None without finite values.
    """

    mean: float | None
    deviation: float | None
    smallest: float | None
    largest: float | None
    quantiles: Mapping[str, float]
    distinct: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def summary(column: SortedColumn) -> Summary:
    """The summary of a sorted column."""
    finite, shape = column.finite, column.shape
    if not finite.size:
        return Summary(None, None, None, None, {}, shape.distinct)
    # Half of each value and doubled again: the difference of two huge numbers would overflow.
    factor = 1.0 if max(-finite[0], finite[-1]) < SAFE else 0.5
    values = ordered.quantiles(finite, np.array(QUANTILES), factor=factor) / factor
    quantiles = {str(share): value for share, value in zip(QUANTILES, values.tolist(), strict=True)}
    return Summary(shape.mean, shape.deviation, float(finite[0]), float(finite[-1]), quantiles, shape.distinct)


def commonest(reference: Mapping[Any, int], current: Mapping[Any, int], *, most: int = 10) -> list[dict[str, Any]]:
    """The categories with the most rows on both sides together, with the rows of each side."""
    together = {name: reference.get(name, 0) + current.get(name, 0) for name in {*reference, *current}}
    ranked = sorted(together, key=lambda name: (-together[name], repr(name)))[:most]
    return [{"category": name, "reference": reference.get(name, 0), "current": current.get(name, 0)} for name in ranked]
