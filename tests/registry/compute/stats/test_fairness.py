"""The three figures over the groups that are large enough."""

import pytest

from registry.compute.stats.fairness import IMPACT, OPPORTUNITY, PARITY, Rates, counted, figures


@pytest.mark.parametrize(
    ("rows", "names"),
    [((30, 30, 29), ["a", "b"]), ((30, 29, 29), ["a", "b", "c"]), ((29, 29, 29), ["a", "b", "c"]), ((30, 30, 30), ["a", "b", "c"])],
)  # fmt: skip
def test_small_groups_are_left_out_while_two_are_large(rows, names):
    groups = {name: Rates(size, 0.5) for name, size in zip("abc", rows, strict=True)}
    assert [*counted(groups)] == names


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([Rates(90, 0.5, 0.9), Rates(90, 0.4, 0.6)], {PARITY: 0.1, IMPACT: 0.8, OPPORTUNITY: 0.3}),
        ([Rates(90, 0.0), Rates(90, 0.0)], {PARITY: 0.0, IMPACT: 1.0}),
        ([Rates(90, 0.0, 0.5), Rates(90, 0.5, None)], {PARITY: 0.5, IMPACT: 0.0}),
        ([Rates(90, None, 0.5), Rates(90, 0.5, 0.25)], {OPPORTUNITY: 0.25}),
        ([Rates(90, 0.5, 0.5)], {}),
        ([], {}),
    ],
)
def test_a_figure_needs_the_rates_of_two_groups(groups, expected):
    result = figures({str(number): rates for number, rates in enumerate(groups)})
    assert result == pytest.approx(expected)
