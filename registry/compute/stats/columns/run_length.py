"""An ascending sample of few distinct values, kept as those and how many rows each has: it is read like the whole array.

>>> import numpy as np
>>> sample = Tied(np.array([1.0, 3.0]), np.array([2, 5]))
>>> sample.size, sample[np.array([0, 2, -1])], sample[1:3].whole()
(5, array([1., 3., 3.]), array([1., 3.]))
>>> sample.searchsorted(np.array([1.0, 2.0]), side="left"), int(sample.searchsorted(3.0, side="right"))
(array([0, 2]), 5)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tied:
    """``values`` (k,), float64, ascending, each once; ``ends`` (k,): rows at or below each."""

    values: Floats
    ends: NDArray[np.intp]

    @property
    def size(self) -> int:
        """Rows."""
        return int(self.ends[-1]) if self.ends.size else 0

    @property
    def rows(self) -> NDArray[np.intp]:
        """The rows of each value."""
        return np.diff(self.ends, prepend=0)

    def __getitem__(self, at: Any) -> Any:
        """The value of a row, those of an array of rows, or a stretch of the sample without a stride."""
        if isinstance(at, slice):
            first, last, _ = at.indices(self.size)
            some = slice(np.searchsorted(self.ends, first, side="right"), np.searchsorted(self.ends, last) + 1)
            return Tied(self.values[some], np.minimum(self.ends[some], last) - first) if first < last else NOTHING
        row = np.asarray(at)
        return self.values[np.searchsorted(self.ends, np.where(row < 0, row + self.size, row), side="right")]

    def searchsorted(self, points: Any, side: Literal["left", "right"] = "left") -> Any:
        """Rows below each point, or at or below it."""
        before = np.concatenate([[0], self.ends])
        return before[np.searchsorted(self.values, points, side=side)]

    def whole(self) -> Floats:
        """Every row."""
        return np.repeat(self.values, self.rows)


NOTHING = Tied(np.empty(0), np.empty(0, dtype=np.intp))


def whole(ascending: Floats | Tied) -> Floats:
    """A sample as an array."""
    return ascending.whole() if isinstance(ascending, Tied) else ascending
