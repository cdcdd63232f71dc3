"""Metrics and fairness against hand-counted cases and plain formulas."""

import numpy as np
import pytest

from registry.compute.stats.quality import fairness, positive_class, quality, worsening

LABEL = np.array([1, 1, 1, 0, 0, 0, 0, 1])
SAID = np.array([1, 0, 1, 0, 1, 0, 0, 1])


def test_classes_have_accuracy_precision_and_recall():
    assert quality(LABEL, SAID, 1) == {"accuracy": 0.75, "precision": 0.75, "recall": 0.75}


def test_numbers_have_errors():
    result = quality(np.array([1.0, 2.0, 5.0]), np.array([1.0, 4.0, 4.0]))
    assert result == pytest.approx({"mae": 1.0, "rmse": np.sqrt(5 / 3), "bias": 1 / 3})


def test_three_classes_have_accuracy_alone():
    assert quality(np.array(["a", "b", "c"]), np.array(["a", "b", "b"])) == {"accuracy": pytest.approx(2 / 3)}


def test_a_side_that_predicts_nothing_positive_is_not_taken_for_all_positive():
    positive = positive_class(LABEL, np.zeros(8, dtype=int))
    assert quality(LABEL, np.zeros(8, dtype=int), positive) == {"accuracy": 0.5, "precision": 0.0, "recall": 0.0}


def test_fairness_is_counted_by_group():
    group = np.array(["a"] * 4 + ["b"] * 4)
    result = fairness(LABEL, SAID, group, 1)
    assert result["demographic_parity_difference"] == 0.0
    assert result["disparate_impact_ratio"] == 1.0
    assert result["equal_opportunity_difference"] == pytest.approx(1 - 2 / 3)


def test_a_group_of_a_few_rows_does_not_raise_an_alarm_where_large_ones_are():
    group = np.array(["a"] * 100 + ["b"] * 100 + ["c"] * 3)
    result = np.array([1, 0] * 100 + [1, 1, 1])
    assert fairness(None, result, group, 1) == {"demographic_parity_difference": 0.0, "disparate_impact_ratio": 1.0}


def test_one_group_has_no_fairness():
    assert fairness(LABEL, SAID, np.array(["a"] * 8), 1) == {}


@pytest.mark.parametrize(
    ("metric", "reference", "current", "worse"),
    [("rmse", 2.0, 3.0, 0.5), ("accuracy", 0.8, 0.4, 0.5), ("recall", 0.5, 0.6, -0.2), ("mae", 0.0, 1.0, 1.0)],
)
def test_worse_is_positive_whatever_the_direction_of_the_metric(metric, reference, current, worse):
    assert worsening(metric, reference, current) == worse
