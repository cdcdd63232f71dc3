"""The order of rows by columns of whole numbers: numbers are packed and sorted, which is many times as quick as sorting
places by what stands at them.

>>> who, when = np.array([7, 5, 7, 7]), np.array([3, 9, 1, 3])
>>> [one.tolist() for one in order([who], [when])]
[[1, 2, 0, 3], [0, 1]]
>>> in_order([who, when]), in_order([np.array([1, 1, 2]), np.array([4, 5, 0])])
(False, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

BITS = 64


def order(groups: Sequence[Any], within: Sequence[Any] = ()) -> tuple[Any, Any]:
    """The places of the rows group after group and in the order of the columns ``within`` each, the first of these
    counting most, and where in that order each group begins. Rows that tie in all columns stay as they are."""
    rows = groups[0].size
    digits = [*(_Digits.of(one, True) for one in groups), *(_Digits.of(one, False) for one in within)]
    places, own, rounds = np.arange(rows), max(rows - 1, 1).bit_length(), 0
    while digits:
        key, begun = _packed(digits, places if rounds else None, own)
        key.sort()
        found = (key & np.uint64((1 << own) - 1)).astype(np.int64)
        places = places[found] if rounds else found
        rounds += 1
    if rounds == 1:  # all that tells groups apart stands in the key, above the rest
        key >>= np.uint64(begun)
        return places, _changes([key])
    return places, _changes([one[places] for one in groups])


def _packed(digits: list[_Digits], places: Any, own: int) -> tuple[Any, int]:
    """As many of the last digits as a number holds, above each row's place; and above how many bits groups begin. What
    is packed is taken from ``digits``."""
    key, used, begun = None, own, BITS - 1
    while digits and used < BITS:
        values, width, grouping = digits.pop()
        taken = min(width, BITS - used)
        begun = min(begun, used) if grouping else begun
        part = (values if places is None else values[places]) << np.uint64(used)
        key = part if key is None else np.bitwise_or(key, part, out=key)
        if taken < width:  # its higher digits count in the next round; those that were shifted out
            digits.append(_Digits(values >> np.uint64(taken), width - taken, grouping))
        used += taken
    key |= np.arange(key.size, dtype=np.uint64)
    return key, begun


def _changes(columns: Sequence[Any]) -> Any:
    """Where a row is other than the one before, in any of the columns; the first row is."""
    new = np.ones(columns[0].size, dtype=bool)
    np.not_equal(columns[0][1:], columns[0][:-1], out=new[1:])
    for column in columns[1:]:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


class _Digits(NamedTuple):
    """The values of a column counted from the least of them, how many bits that takes, whether they tell groups."""

    values: Any
    width: int
    grouping: bool

    @classmethod
    def of(cls, column: Any, grouping: bool) -> _Digits:
        least, most = int(column.min()), int(column.max())
        # Modulo 2 to the 64th, where every difference of two whole numbers has its place.
        counted = column.astype(np.uint64) - np.uint64(least % 2**BITS)
        return cls(counted, (most - least).bit_length(), grouping)


def in_order(columns: Sequence[Any], *, strictly: bool = False) -> bool:
    """Whether the rows are in this order as they stand; ``strictly``: and no two of them tie."""
    tied: Any = True
    for column in columns:
        before, after = column[:-1], column[1:]
        if np.any(tied & (after < before)):
            return False
        tied = tied & (after == before)
        if not np.any(tied):
            return True
    return not (strictly and np.any(tied))
