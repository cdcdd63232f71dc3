"""Estimated metrics: exact where the probabilities are right, and held against scikit-learn's isotonic regression."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score

from registry.compute.stats.metrics.estimate import calibrate, estimate


def rows(seed: int, count: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that say too little: the truth is steeper than they are."""
    random = np.random.default_rng(seed)
    score = random.normal(shift, 1, count)
    return random.random(count) < 1 / (1 + np.exp(-2 * score)), 1 / (1 + np.exp(-score))


def test_the_curve_is_isotonic_regression():
    is_class, probability = rows(1, 3_000)
    probability = np.round(probability, 2)
    theirs = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(probability, is_class)
    grid = np.linspace(0, 1, 301)
    assert calibrate(is_class, probability).of(grid) == pytest.approx(theirs.predict(grid), abs=1e-9)


@pytest.mark.parametrize("shift", [-0.8, 0.0, 0.8])
def test_the_estimate_follows_a_shift_of_the_rows(shift):
    curve = calibrate(*rows(2, 40_000))
    is_class, probability = rows(3, 40_000, shift)
    predicted = probability >= 0.5
    result = estimate(curve, probability, 0.5)
    assert result["accuracy"] == pytest.approx(accuracy_score(is_class, predicted), abs=0.015)
    assert result["precision"] == pytest.approx(precision_score(is_class, predicted), abs=0.015)
    assert result["recall"] == pytest.approx(recall_score(is_class, predicted), abs=0.015)
    assert result["auc"] == pytest.approx(roc_auc_score(is_class, probability), abs=0.015)


def test_the_estimate_does_not_see_labels_that_shift():
    """Why it is never a measurement: rows look the same, and are of the class less often."""
    curve = calibrate(*rows(2, 40_000))
    is_class, probability = rows(4, 40_000)
    is_class &= np.random.default_rng(5).random(40_000) < 0.6
    assert estimate(curve, probability, 0.5)["accuracy"] > accuracy_score(is_class, probability >= 0.5) + 0.1


def test_what_would_be_divided_by_nothing_is_left_out():
    curve = calibrate(np.array([False, False]), np.array([0.1, 0.2]))
    assert sorted(estimate(curve, np.array([0.1, 0.2]), 0.5)) == ["accuracy"]
