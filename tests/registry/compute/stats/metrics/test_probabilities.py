"""Probabilities against scikit-learn on random rows with ties, and their standard errors against the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as oracle

from registry.compute.stats.metrics.probabilities import BINS, SMALLEST, of_probabilities
from tests.registry.compute.stats.metrics.samples import EXACT, ROWS, bootstrapped, probabilities, values


@pytest.mark.parametrize("seed", range(4))
def test_probabilities(seed):
    is_class, probability = probabilities(seed)
    result = values(of_probabilities(is_class, probability, "1"))
    tiny = np.finfo(float).eps
    assert result["auc"] == pytest.approx(oracle.roc_auc_score(is_class, probability), abs=EXACT)
    assert result["log_loss"] == pytest.approx(
        oracle.log_loss(is_class, np.clip(probability, tiny, 1 - tiny)), abs=EXACT
    )
    assert result["brier"] == pytest.approx(oracle.brier_score_loss(is_class, probability), abs=EXACT)
    assert result["calibration_error"] == pytest.approx(calibration_by_hand(is_class, probability), abs=EXACT)


def calibration_by_hand(is_class, probability) -> float:
    """The sum over the bins of their share of rows times the distance of both means; scikit-learn has no such figure."""
    total = 0.0
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        rows = (probability >= low) & ((probability < high) | (number == BINS - 1))
        if rows.any():
            total += rows.mean() * abs(is_class[rows].mean() - probability[rows].mean())
    return total


def test_the_standard_error_is_that_of_the_bootstrap():
    is_class, probability = probabilities(1)
    expected = bootstrapped(lambda rows: of_probabilities(is_class[rows], probability[rows], "1"))
    for name, metric in of_probabilities(is_class, probability, "1").items():
        assert metric.deviation == pytest.approx(expected[name], rel=0.25), name
        assert metric.rows == (min(is_class.sum(), (~is_class).sum()) if name == "auc" else ROWS)


def test_probabilities_that_are_right_have_the_calibration_error_of_chance():
    random = np.random.default_rng(4)
    probability = random.random(3_000)
    results = [of_probabilities(random.random(3_000) < probability, probability, "1") for _ in range(100)]
    errors = [result["calibration_error"] for result in results]
    assert np.mean([error.value for error in errors]) == pytest.approx(errors[0].chance, rel=0.1)


@pytest.mark.parametrize(
    ("is_class", "reason"),
    [([True, True], "Every labelled row is yes."), ([False, False], "No labelled row is yes.")],
)
def test_one_truth_alone_has_no_auc_and_every_other_metric(is_class, reason):
    metrics = of_probabilities(np.array(is_class), np.array([0.2, 0.4]), "yes")
    assert (metrics["auc"].value, metrics["auc"].reason) == (None, reason)
    assert all(metrics[name].value is not None for name in ("log_loss", "brier", "calibration_error"))


def test_a_certain_probability_that_is_wrong_has_a_finite_log_loss():
    metrics = of_probabilities(np.array([True, False]), np.array([0.0, 1.0]), "1")
    assert metrics["log_loss"].value == pytest.approx(-np.log(SMALLEST))
    assert (metrics["auc"].value, metrics["brier"].value, metrics["calibration_error"].value) == (0.0, 1.0, 1.0)
