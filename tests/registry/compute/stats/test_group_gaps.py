"""The groups that decide: large ones by what they show, small ones never by chance."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.stats.fairness import FIGURES, IMPACT, ODDS, OPPORTUNITY, PARITY, figures
from registry.compute.stats.group_gaps import GroupCounts, judged_groups, largest_gap


def counts(*groups: tuple[int, ...]) -> GroupCounts:
    """Of each group: rows, selected, positives, true positives, negatives, false positives."""
    return GroupCounts(*(np.array(column) for column in zip(*groups, strict=True)))


LARGE = counts((1_000, 400, 500, 350, 500, 50), (1_000, 300, 500, 250, 500, 50))


@pytest.mark.parametrize("figure", FIGURES)
def test_of_two_groups_the_value_is_that_of_the_rates(figure):
    by_rates = figures({str(group): LARGE.rates(group) for group in range(2)})
    assert largest_gap(figure, LARGE, limit=0.1).value == pytest.approx(by_rates[figure])


def test_the_gap_names_the_lower_and_the_higher_group():
    gap = largest_gap(PARITY, LARGE, limit=0.05)
    assert (gap.lower, gap.higher, gap.rate, gap.is_broken) == (1, 0, "selection", True)
    gap = largest_gap(IMPACT, LARGE, limit=0.9)
    assert (gap.lower, gap.higher, gap.is_broken) == (1, 0, True)


def test_a_limit_within_the_interval_is_not_broken():
    gap = largest_gap(PARITY, LARGE, limit=0.09)
    assert gap.low < 0.09 < gap.value
    assert not gap.is_broken


def test_a_small_group_that_is_furthest_does_not_hide_two_large_ones():
    groups = counts((2_000, 1_000), (2_000, 700), (40, 12))
    gap = largest_gap(PARITY, groups, limit=0.1)
    assert (gap.lower, gap.higher, gap.is_broken) == (1, 0, True)
    gap = largest_gap(IMPACT, groups, limit=0.8)
    assert (gap.lower, gap.higher, gap.is_broken) == (1, 0, True)


def test_a_small_group_whose_difference_is_beyond_chance_decides():
    gap = largest_gap(PARITY, counts((2_000, 1_000), (60, 0)), limit=0.1)
    assert (gap.lower, gap.higher, gap.is_broken) == (1, 0, True)


def test_equalized_odds_are_about_the_rate_that_differs_more_and_need_both():
    groups = counts((1_000, 300, 500, 250, 500, 50), (1_000, 450, 500, 260, 500, 190))
    assert largest_gap(ODDS, groups, limit=0.1).rate == "false_positive"
    none_negative = counts((100, 50, 100, 50, 0, 0), (100, 50, 100, 50, 0, 0))
    assert largest_gap(ODDS, none_negative, limit=0.1) is None
    assert largest_gap(OPPORTUNITY, none_negative, limit=0.1).value == 0.0


def test_groups_of_fewer_than_thirty_rows_are_not_judged():
    groups = counts((30, 15), (29, 0), (31, 15))
    assert judged_groups(groups, "selection").tolist() == [0, 2]
    assert largest_gap(PARITY, counts((30, 15), (29, 0)), limit=0.1) is None


def test_nobody_selected_anywhere_is_the_same_share():
    assert largest_gap(IMPACT, counts((500, 0), (500, 0)), limit=0.8).value == 1.0


def test_a_group_of_74_among_5000_of_the_same_rate_breaks_no_limit():
    """By the value alone 6% of such draws are above 0.1, and far more are below a ratio of 0.8."""
    random, broken, above = np.random.default_rng(5), 0, 0
    for _ in range(1_000):
        groups = counts((74, random.binomial(74, 0.3)), (4_926, random.binomial(4_926, 0.3)))
        for figure, limit in ((PARITY, 0.1), (IMPACT, 0.8)):
            gap = largest_gap(figure, groups, limit=limit, comparisons=2)
            broken += gap.is_broken
            above += gap.value > limit if figure == PARITY else gap.value < limit
    assert broken / 1_000 <= 0.01
    assert above / 1_000 >= 0.1
