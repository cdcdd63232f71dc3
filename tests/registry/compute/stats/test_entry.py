"""What an entry of the documentation leaves unsaid."""

from __future__ import annotations

from registry.compute.stats.entry import Entry
from registry.compute.stats.result import Direction, Kind, Statistic


def test_an_entry_without_a_limit_never_alarms_and_is_worse_when_it_is_higher():
    entry = Entry("gap", "Gap", "The largest less the smallest.", Kind.DISTANCE, "a paper")
    assert (entry.default_limit, entry.direction) == (None, Direction.HIGHER_IS_WORSE)
    statistic = Statistic(entry.name, 0.5, entry.kind, entry.direction)
    assert (statistic.alarm, statistic.against(0.4).alarm, statistic.against(0.6).alarm) == (None, True, False)
