"""The cells of a heat map: a number and how warm it is."""

from __future__ import annotations

from typing import NamedTuple

HOTTEST = 4


class Heat(NamedTuple):
    """One cell: its number, and its step from 0 (cold) to 4 (hot); None where there is nothing to show."""

    score: float | None
    step: int | None


def by_highest(count: int, highest: int) -> Heat:
    """A count against the highest of its map; no colour for none.

    >>> by_highest(5, 10).step, by_highest(1, 1000).step, by_highest(0, 10).step
    (2, 1, None)
    """
    return Heat(count, max(1, round(HOTTEST * count / highest)) if count else None)
