"""What the comparison of two distributions hands back, and how it says that a number does not exist.

>>> [statistic.reason for statistic in absent(("ks",), True, False, "numbers")]
['Only the reference has numbers.']
>>> change("null_share_change", 0.25, 0.5).value
0.25
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from registry.compute.stats.catalogue import ENTRIES, measured
from registry.compute.stats.result import Kind, Statistic


class ColumnKind(StrEnum):
    """How a column is compared."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    TIME = "time"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True)
class Comparison:
    """A reference and a current column compared. ``n_*``: rows, nulls included; shares 0..1, None without rows.

    ``counts``: bins, or the categories of both sides and the degrees of freedom. ``new`` and ``gone``: the first 20
    categories that one side alone has.
    ``floors``: by statistic, how far two samples of one population lie apart by chance.
    """

    kind: ColumnKind
    n_ref: int
    n_cur: int
    null_share_ref: float | None
    null_share_cur: float | None
    counts: Mapping[str, int]
    statistics: tuple[Statistic, ...]
    new: tuple[Any, ...] = ()
    gone: tuple[Any, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)

    @property
    def fewest_values(self) -> int:
        """The values, rows that are not null, of the side that has fewer."""
        sides = ((self.n_ref, self.null_share_ref), (self.n_cur, self.null_share_cur))
        return min(round(rows * (1 - (null_share or 0.0))) for rows, null_share in sides)

    def __getitem__(self, name: str) -> Statistic:
        """The statistic of that name. KeyError when this kind of column has none."""
        return {statistic.name: statistic for statistic in self.statistics}[name]

    def __contains__(self, name: str) -> bool:
        return any(statistic.name == name for statistic in self.statistics)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: one key for each number, ``reasons`` for those that do not exist."""
        return {
            "kind": str(self.kind),
            "n_ref": self.n_ref,
            "n_cur": self.n_cur,
            "null_share_ref": self.null_share_ref,
            "null_share_cur": self.null_share_cur,
            **self.counts,
            **{statistic.name: statistic.value for statistic in self.statistics},
            "new": [_shown(category) for category in self.new],
            "gone": [_shown(category) for category in self.gone],
            "reasons": {statistic.name: statistic.reason for statistic in self.statistics if statistic.reason},
        }


def change(name: str, reference: float | None, current: float | None) -> Statistic:
    """The change of a share; None when a side has no rows to take a share of."""
    if reference is None or current is None:
        return measured(name, None, "A side has no rows.")
    return measured(name, current - reference)


def absent(names: tuple[str, ...], in_reference: bool, in_current: bool, what: str) -> list[Statistic]:
    """The statistics that need ``what`` on both sides. Where one side alone has it, every distance is without bound.

    Without rows on a side there is nothing to compare, and so no distance.
    """
    if in_reference == in_current:
        return [measured(name, None, f"Neither side has {what}.") for name in names]
    reason = f"Only the {'reference' if in_reference else 'current side'} has {what}."
    return [measured(name, math.inf if _is_size(name, what) else None, reason) for name in names]


def _is_size(name: str, what: str) -> bool:
    return what != "rows" and ENTRIES[name].kind is not Kind.P_VALUE


def _shown(category: Any) -> str | int | bool:
    if isinstance(category, float):
        category += 0.0  # both zeros are one category; which of them an engine groups under is chance
    return category if isinstance(category, str | int) else str(category)
