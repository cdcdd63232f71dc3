"""The two groups that decide a fairness figure, and the interval of what lies between them.

A figure is about the pair of groups whose interval lies furthest beyond the limit, so that a small group decides nothing
by chance; where no interval does, about the pair that is furthest apart. The intervals are as wide as it takes for all
pairs together to hold with 95%. Groups of fewer than 30 rows that a rate is taken from are left out.

>>> counts = GroupCounts(rows=np.array([1204, 3001, 74]), selected=np.array([373, 1561, 20]))
>>> gap = largest_gap("demographic_parity_difference", counts, limit=0.1)
>>> (gap.lower, gap.higher, round(gap.value, 2), round(gap.low, 2), gap.is_broken)
(0, 1, 0.21, 0.17, True)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.fairness import (
    FALSE_POSITIVE,
    FEWEST_OF_A_GROUP,
    IMPACT,
    RATES_OF,
    SELECTION,
    TRUE_POSITIVE,
    Rates,
)
from registry.compute.stats.intervals import Interval, deviations, difference, ratio, wilson

Counts = NDArray[np.int64]
NONE = np.zeros(0, dtype=np.int64)


class GroupCounts(NamedTuple):
    """(groups,) each: rows, those predicted positive; of the labelled ones the truly positive and how many of them are
    predicted so, the truly negative and how many of them are predicted positive. Empty without labels."""

    rows: Counts
    selected: Counts
    positives: Counts = NONE
    true_positives: Counts = NONE
    negatives: Counts = NONE
    false_positives: Counts = NONE

    def of(self, rate: str) -> tuple[Counts, Counts]:
        """The hits of a rate, and the rows that it is a share of."""
        return {
            SELECTION: (self.selected, self.rows),
            TRUE_POSITIVE: (self.true_positives, self.positives),
            FALSE_POSITIVE: (self.false_positives, self.negatives),
        }[rate]

    def rates(self, group: int) -> Rates:
        """The rates of one group; None where it has no rows to take one from."""
        shares = (
            float(hits[group] / rows[group]) if rows.size and rows[group] else None
            for hits, rows in map(self.of, (SELECTION, TRUE_POSITIVE, FALSE_POSITIVE))
        )
        return Rates(int(self.rows[group]), *shares)


class Gap(NamedTuple):
    """``value`` of the figure, and its interval. ``rate``: what was compared; ``lower`` and ``higher``: the groups, by
    their index; ``is_broken``: whether the whole interval is beyond the limit."""

    value: float
    low: float
    high: float
    rate: str
    lower: int
    higher: int
    is_broken: bool


def judged_groups(counts: GroupCounts, rate: str) -> Counts:
    """The groups with rows enough to take this rate from."""
    return np.flatnonzero(counts.of(rate)[1] >= FEWEST_OF_A_GROUP)


def largest_gap(figure: str, counts: GroupCounts, *, limit: float, comparisons: int = 1) -> Gap | None:
    """The gap that decides a figure; None where fewer than two groups are large enough for a rate that it needs.

    ``comparisons``: how many such figures are judged together.
    """
    gaps = list(_gaps(figure, counts, limit, comparisons))
    if len(gaps) < len(RATES_OF[figure]):
        return None
    furthest = min if figure == IMPACT else max
    broken = [gap for gap in gaps if gap.is_broken]
    return furthest(broken or gaps, key=lambda gap: gap.value)


def _gaps(figure: str, counts: GroupCounts, limit: float, comparisons: int) -> Iterator[Gap]:
    for rate in RATES_OF[figure]:
        groups = judged_groups(counts, rate)
        if groups.size < 2:
            continue
        pairs = groups.size * (groups.size - 1) // 2
        hits, rows = (part[groups] for part in counts.of(rate))
        shares = wilson(hits, rows, deviations(pairs * len(RATES_OF[figure]) * comparisons))
        columns, across = (Interval(*(part[by] for part in shares)) for by in (np.s_[:, None], np.s_[None, :]))
        if figure == IMPACT:  # of the group in the row and the one in the column
            lower, higher = columns, across
            pair, gap = _lowest(ratio(lower, higher), limit)
        else:
            pair, gap = _highest(difference(across, columns), limit)
        is_broken = gap.high < limit if figure == IMPACT else gap.low > limit
        ends = float(gap.value), float(gap.low), float(gap.high)
        yield Gap(*ends, rate, int(groups[pair[0]]), int(groups[pair[1]]), bool(is_broken))


def _highest(pairs: Interval, limit: float) -> tuple[tuple[int, int], Interval]:
    """The pair of the largest difference: by its lower end if one is above the limit, else by its value."""
    by = pairs.low if pairs.low.max() > limit else pairs.value
    return _at(pairs, np.where(np.eye(len(by), dtype=bool), -np.inf, by).argmax())


def _lowest(pairs: Interval, limit: float) -> tuple[tuple[int, int], Interval]:
    by = np.where(np.eye(len(pairs.value), dtype=bool), np.inf, pairs.high)
    if by.min() >= limit:
        by = np.where(np.eye(len(pairs.value), dtype=bool), np.inf, pairs.value)
    return _at(pairs, by.argmin())


def _at(pairs: Interval, place: np.intp) -> tuple[tuple[int, int], Interval]:
    row, column = np.unravel_index(place, pairs.value.shape)
    return (int(row), int(column)), Interval(*(part[row, column] for part in pairs))
