import pytest

from registry.compute.stats.result import Direction, Kind, Outcome, Statistic


@pytest.mark.parametrize(
    ("value", "direction", "alarm", "why"),
    [
        (0.11, Direction.HIGHER_IS_WORSE, True, "above"),
        (0.10, Direction.HIGHER_IS_WORSE, False, "on the limit is within it"),
        (0.09, Direction.LOWER_IS_WORSE, True, "below, where low is bad"),
        (0.11, Direction.LOWER_IS_WORSE, False, "above, where low is bad"),
    ],
)
def test_a_statistic_alarms_when_it_is_worse_than_its_limit(value, direction, alarm, why):
    assert Statistic("psi", value, Kind.DISTANCE, direction).against(0.1).alarm is alarm, why


def test_a_value_that_does_not_exist_neither_alarms_nor_reassures():
    statistic = Statistic("psi", None, Kind.DISTANCE, Direction.HIGHER_IS_WORSE, reason="No rows.")
    assert statistic.against(0.1).alarm is None


def test_a_distance_without_bound_passes_every_limit():
    statistic = Statistic("ks", None, Kind.DISTANCE, Direction.HIGHER_IS_WORSE, "One side.", unbounded=True)
    assert statistic.against(1e308).alarm is True


def test_only_passed_is_green():
    assert [outcome for outcome in Outcome if outcome.is_green] == [Outcome.PASSED]
