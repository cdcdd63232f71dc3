"""Predictions of numbers against scikit-learn, and their standard errors against the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as oracle

from registry.compute.stats.metrics.numbers import of_numbers
from tests.registry.compute.stats.metrics.samples import EXACT, ROWS, bootstrapped, values


@pytest.mark.parametrize("seed", range(4))
def test_numbers(seed):
    random = np.random.default_rng(seed)
    label = random.normal(50, 20, 1_000)
    prediction = label + random.normal(1, 5, 1_000)
    result = values(of_numbers(label, prediction))
    assert result["mae"] == pytest.approx(oracle.mean_absolute_error(label, prediction), rel=EXACT)
    assert result["rmse"] == pytest.approx(oracle.root_mean_squared_error(label, prediction), rel=EXACT)
    assert result["mape"] == pytest.approx(oracle.mean_absolute_percentage_error(label, prediction), rel=EXACT)
    assert result["bias"] == pytest.approx((prediction - label).mean(), abs=EXACT)


def test_the_standard_error_is_that_of_the_bootstrap():
    random = np.random.default_rng(1)
    label, error = random.normal(50, 5, ROWS), random.normal(1, 5, ROWS)
    expected = bootstrapped(lambda rows: of_numbers(label[rows], (label + error)[rows]))
    for name, metric in of_numbers(label, label + error).items():
        assert metric.deviation == pytest.approx(expected[name], rel=0.25), name


@pytest.mark.parametrize(
    ("label", "reason"),
    [([0.0, 1.0, 0.0], "2 of the true values are 0."), ([0.0, 1.0, 2.0], "1 of the true values is 0.")],
)
def test_a_share_of_a_label_of_0_is_not_defined_and_says_why(label, reason):
    metrics = of_numbers(np.array(label), np.ones(3))
    assert (metrics["mape"].value, metrics["mape"].reason) == (None, reason)
    assert metrics["mae"].value is not None


def test_the_bias_is_judged_on_the_scale_of_the_mean_error():
    wrong = of_numbers(np.array([1.0, 2.0]), np.array([3.0, 1.0]))
    assert (wrong["bias"].value, wrong["bias"].scale, wrong["mae"].value) == (0.5, 1.5, 1.5)
    right = of_numbers(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert (right["bias"].scale, right["rmse"].value, right["rmse"].deviation) == (None, 0.0, 0.0)
