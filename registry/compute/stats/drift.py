"""Whether a column drifted: by the size of the effect against limits, never by a p-value.

Which statistics decide follows from the kind of the column; one that somebody set a limit for decides too. The effect is
the statistic in units of its limit, by which columns are ranked.

>>> import numpy as np
>>> from registry.compute.stats.columns.column import Column
>>> from registry.compute.stats.distribution import compare_numeric
>>> before, after = Column.of(np.arange(1000.0)), Column.of(np.arange(1000.0) + 300)
>>> judged = judge_column(compare_numeric(before, after))
>>> judged.outcome, judged.worst.name, round(judged.effect, 1)
(<Outcome.DRIFTED: 'drifted'>, 'wasserstein_normed', 6.3)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from registry.compute.stats.catalogue import ENTRIES, default_limit
from registry.compute.stats.comparison import ColumnKind, Comparison
from registry.compute.stats.result import Direction, Outcome, Statistic

MINIMUM_ROWS = 200
DECIDING: Mapping[ColumnKind, tuple[str, ...]] = {
    ColumnKind.NUMERIC: ("wasserstein_normed", "null_share_change", "nan_share_change"),
    ColumnKind.CATEGORICAL: ("jensen_shannon", "null_share_change"),
    ColumnKind.TEXT: ("wasserstein_normed", "null_share_change"),
    ColumnKind.TIME: ("null_share_change",),  # times move on by themselves
    ColumnKind.OTHER: ("jensen_shannon", "null_share_change"),
}
CHANGES = frozenset({"null_share_change", "nan_share_change"})  # need rows; every other statistic needs values
GREATEST = {"jensen_shannon": 1.0, "ks": 1.0, "cramers_v": 1.0, "l_infinity": 1.0}


@dataclass(frozen=True)
class ColumnVerdict:
    """``decided``: the statistics that were held against a limit. ``effect``: the worst of them in units of its limit,
    infinite without bound, 0 when nothing could be decided."""

    outcome: Outcome
    sentence: str
    decided: tuple[Statistic, ...] = ()

    @property
    def worst(self) -> Statistic | None:
        """The statistic with the largest effect; None when nothing could be decided."""
        return max(self.decided, key=effect_of, default=None)

    @property
    def effect(self) -> float:
        return effect_of(self.worst) if self.worst else 0.0


def limits_of(kind: ColumnKind, own: Mapping[str, float] | None = None) -> dict[str, float]:
    """The limits that decide about a column of a kind: the defaults, and whatever was set for it."""
    return {name: default_limit(name) for name in DECIDING[kind]} | dict(own or {})


def judge_column(
    comparison: Comparison, own: Mapping[str, float] | None = None, *, minimum_rows: int = MINIMUM_ROWS
) -> ColumnVerdict:
    """The verdict on one compared column. ``own``: limits that were set for it, by statistic.

    ``minimum_rows`` counts rows for the share of nulls, and values for everything else.
    """
    fewest, values = min(comparison.n_ref, comparison.n_cur), comparison.fewest_values
    if fewest < minimum_rows:
        sentence = f"Too few rows: {fewest:,}, needs {minimum_rows:,}."
        return ColumnVerdict(Outcome.NOT_ENOUGH_DATA, sentence)
    limits = limits_of(comparison.kind, own)
    few = 0 < values < minimum_rows
    decided = tuple(
        statistic.against(limits[statistic.name], comparison.floors.get(statistic.name))
        for statistic in comparison.statistics
        if statistic.name in limits and not (few and statistic.name not in CHANGES)
    )
    above = [in_words(statistic) for statistic in decided if statistic.alarm]
    if above:
        return ColumnVerdict(Outcome.DRIFTED, f"{'; '.join(above)}.", decided)
    if few:
        sentence = (
            f"Too few values: {values:,} are not null, needs {minimum_rows:,}. Only the share of nulls was judged."
        )
        return ColumnVerdict(Outcome.BLIND, sentence, decided)
    undefined = [statistic for statistic in decided if statistic.alarm is None]
    if undefined:
        sentence = f"{ENTRIES[undefined[0].name].title}: {undefined[0].reason}"
        return ColumnVerdict(Outcome.NOT_APPLICABLE, sentence, decided)
    if sentence := _why_blind(decided):
        return ColumnVerdict(Outcome.BLIND, sentence, decided)
    return ColumnVerdict(Outcome.PASSED, _within(comparison.kind, decided), decided)


def unreachable(statistic: str, bar: float) -> bool:
    """Whether no data could bring a statistic above the bar."""
    return statistic in GREATEST and bar >= GREATEST[statistic]


def _why_blind(decided: tuple[Statistic, ...]) -> str:
    """Why no values could have alarmed; empty where they could."""
    by_values = [statistic for statistic in decided if statistic.name not in CHANGES]
    if not by_values or not all(unreachable(statistic.name, statistic.bar) for statistic in by_values):
        return ""
    first = by_values[0]
    title, greatest = ENTRIES[first.name].title, GREATEST[first.name]
    if first.is_raised:
        return f"{title} is at most {greatest:g}, and chance alone brings it there: there are too few rows for the number of values."
    return f"{title} is at most {greatest:g}, and its limit is {first.limit:.3g}: it cannot alarm."


def _within(kind: ColumnKind, decided: tuple[Statistic, ...]) -> str:
    if len(decided) == 1:
        only = " Only nulls are judged: times move on by themselves." if kind is ColumnKind.TIME else ""
        return f"{in_words(decided[0])}.{only}"
    return f"{in_words(max(decided, key=effect_of))}; all {len(decided)} are within."


def effect_of(statistic: Statistic) -> float:
    """How many times its limit a statistic is; below 1 it is within. For the ones where lower is worse, the inverse."""
    if statistic.value is None:
        return math.inf if statistic.unbounded and statistic.bar < math.inf else 0.0
    value, limit = statistic.value, statistic.bar
    if statistic.direction is Direction.LOWER_IS_WORSE:
        value, limit = limit, value
    if limit == 0:
        return math.inf if value > 0 else 0.0
    return max(value / limit, 0.0)


def in_words(statistic: Statistic) -> str:
    """A statistic and its limit in words."""
    title = ENTRIES[statistic.name].title
    if statistic.value is None and statistic.bar == math.inf:
        return f"{title}: the few values that are other than the reference's constant may be chance"
    if statistic.value is None:
        return f"{title} is without bound: {statistic.reason.rstrip('.')}"
    if statistic.is_raised:
        by_chance = f"raised to {statistic.bar:.3g}, which two random samples of these sizes may reach"
        return f"{title} is {statistic.value:.3g}, limit {statistic.limit:.3g} {by_chance}"
    return f"{title} is {statistic.value:.3g}, limit {statistic.limit:.3g}"
