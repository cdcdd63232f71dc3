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
AT_ONCE = 1 << 16  # rows whose numbers are packed in the processor's own cache


def order(groups: Sequence[Any], within: Sequence[Any] = ()) -> tuple[Any, Any]:
    """The places of the rows group after group and in the order of the columns ``within`` each, the first of these
    counting most, and where in that order each group begins. Rows that tie in all columns stay as they are."""
    rows = groups[0].size
    digits = [*(_Digits.of(group, True) for group in groups), *(_Digits.of(one, False) for one in within)]
    own, places, starts = max(rows - 1, 1).bit_length(), None, None
    while digits:
        taken = _taken(digits, BITS - own)
        key = _packed(rows, taken, places, own)
        key.sort()
        if places is None and not digits:  # all that tells groups apart stands in one number, above the rest
            starts = _changes([key], own + sum(one.width for one in taken if not one.grouping))
        key &= np.uint64((1 << own) - 1)
        found = key.view(np.int64)
        places = found if places is None else places[found]
    return places, _changes([group[places] for group in groups]) if starts is None else starts


class _Digits(NamedTuple):
    """So many binary digits (``width``) of a column's values, counted from the least of them, from the digit ``begin``
    on; whether they tell groups."""

    column: Any
    least: int
    begin: int
    width: int
    grouping: bool

    @classmethod
    def of(cls, column: Any, grouping: bool) -> _Digits:
        least, most = int(column.min()), int(column.max())
        return cls(column, least, 0, (most - least).bit_length(), grouping)

    def at(self, rows: Any) -> Any:
        """The digits of these rows, and those above them."""
        # Modulo 2 to the 64th, where every difference of two whole numbers has its place.
        return (self.column[rows].astype(np.uint64) - np.uint64(self.least % 2**BITS)) >> np.uint64(self.begin)


def _taken(digits: list[_Digits], room: int) -> list[_Digits]:
    """As many of the last digits as there is room for, the last first; they are gone from ``digits``."""
    found: list[_Digits] = []
    while digits and room:
        one = digits.pop()
        found.append(one._replace(width=min(one.width, room)))
        if one.width > room:
            digits.append(one._replace(begin=one.begin + room, width=one.width - room))
        room -= found[-1].width
    return found


def _packed(rows: int, digits: Sequence[_Digits], places: Any, own: int) -> Any:
    """A number for each row: the digits, and beneath them its place."""
    key = np.arange(rows, dtype=np.uint64)
    for begin in range(0, rows, AT_ONCE):
        here, used = slice(begin, begin + AT_ONCE), own
        for digit in digits:
            # What stands above the digits is shifted out: only the last of them are cut off.
            key[here] |= digit.at(here if places is None else places[here]) << np.uint64(used)
            used += digit.width
    return key


def _changes(columns: Sequence[Any], begin: int = 0) -> Any:
    """Where a row is other than the one before in any of the columns, from the binary digit ``begin`` on; the first row
    is."""
    new = np.zeros(columns[0].size, dtype=bool)
    new[0] = True
    for column in columns:
        for at in range(1, column.size, AT_ONCE):
            here = column[at : at + AT_ONCE]
            before = column[at - 1 : at - 1 + here.size]
            new[at : at + here.size] |= (here ^ before) >> begin != 0
    return np.flatnonzero(new)


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
