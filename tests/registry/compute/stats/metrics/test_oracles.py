"""Every metric is held against scikit-learn on random rows with ties, and its standard error against the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as oracle

from registry.compute.stats.metrics.classes import by_class, counts_of, of_many, of_two
from registry.compute.stats.metrics.numbers import of_numbers
from registry.compute.stats.metrics.probabilities import BINS, of_probabilities

EXACT = 1e-12


def probabilities(seed: int, rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Rows with many ties, and with probabilities of 0 and of 1."""
    random = np.random.default_rng(seed)
    probability = np.round(random.random(rows), 2)
    return random.random(rows) < probability**1.3, probability


def classes(seed: int, names: int, rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    label = random.integers(0, names, rows)
    return label, np.where(random.random(rows) < 0.7, label, random.integers(0, names, rows))


def values(measured) -> dict[str, float]:
    return {name: metric.value for name, metric in measured.items()}


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


@pytest.mark.parametrize("seed", range(4))
def test_two_classes(seed):
    label, prediction = classes(seed, 2)
    result = values(of_two(counts_of(label, prediction, 2), 1, "1"))
    assert result == pytest.approx(
        {
            "accuracy": oracle.accuracy_score(label, prediction),
            "precision": oracle.precision_score(label, prediction),
            "recall": oracle.recall_score(label, prediction),
            "f1": oracle.f1_score(label, prediction),
        },
        abs=EXACT,
    )


@pytest.mark.parametrize("names", [3, 5, 12])
@pytest.mark.parametrize("never_true", [False, True])
def test_many_classes(names, never_true):
    label, prediction = classes(names, names)
    if never_true:  # a class that is only predicted, and one that is only true
        label, prediction = np.where(label == 0, 1, label), np.where(prediction == 2, 1, prediction)
    result = values(of_many(counts_of(label, prediction, names)))
    average = {"average": "macro", "zero_division": 0.0}
    expected = {
        "accuracy": oracle.accuracy_score(label, prediction),
        "macro_precision": oracle.precision_score(label, prediction, **average),
        "macro_recall": oracle.recall_score(label, prediction, **average),
        "macro_f1": oracle.f1_score(label, prediction, **average),
        "balanced_accuracy": np.mean([(prediction[label == name] == name).mean() for name in np.unique(label)]),
    }
    assert result == pytest.approx(expected, abs=EXACT)


def test_each_class_by_itself():
    label, prediction = classes(1, 4)
    precision, recall, f1, rows = oracle.precision_recall_fscore_support(label, prediction)
    for code, figures in enumerate(by_class(counts_of(label, prediction, 4))):
        assert figures == pytest.approx(
            {"rows": rows[code], "precision": precision[code], "recall": recall[code], "f1": f1[code]}, abs=EXACT
        )


def test_a_class_without_rows_has_no_rates():
    assert by_class(np.array([[5, 0], [0, 0]]))[1] == {"rows": 0, "precision": None, "recall": None, "f1": None}


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


def measured_of(kind: str, rows: np.ndarray | None = None):
    if kind == "numbers":
        random = np.random.default_rng(1)
        label, error = random.normal(50, 5, 2_000), random.normal(1, 5, 2_000)
        chosen = slice(None) if rows is None else rows
        return of_numbers(label[chosen], (label + error)[chosen])
    if kind == "probabilities":
        is_class, probability = probabilities(1)
        chosen = slice(None) if rows is None else rows
        return of_probabilities(is_class[chosen], probability[chosen], "1")
    label, prediction = classes(2, 5)
    chosen = slice(None) if rows is None else rows
    counts = counts_of(label[chosen], prediction[chosen], 5)
    return of_many(counts) | of_two(counts, 1, "1")


@pytest.mark.parametrize("kind", ["numbers", "probabilities", "classes"])
def test_the_standard_error_is_that_of_the_bootstrap(kind):
    random = np.random.default_rng(3)
    draws = [values(measured_of(kind, random.integers(0, 2_000, 2_000))) for _ in range(300)]
    for name, metric in measured_of(kind).items():
        assert metric.deviation == pytest.approx(np.std([draw[name] for draw in draws]), rel=0.25), name


def test_probabilities_that_are_right_have_the_calibration_error_of_chance():
    random = np.random.default_rng(4)
    probability = random.random(3_000)
    results = [of_probabilities(random.random(3_000) < probability, probability, "1") for _ in range(100)]
    errors = [result["calibration_error"] for result in results]
    assert np.mean([error.value for error in errors]) == pytest.approx(errors[0].chance, rel=0.1)


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        (of_probabilities(np.array([True, True]), np.array([0.2, 0.4]), "yes")["auc"], "Every labelled row is yes."),
        (of_probabilities(np.array([False]), np.array([0.2]), "yes")["auc"], "No labelled row is yes."),
        (of_two(np.array([[3, 0], [2, 0]]), 1, "yes")["precision"], "No row is predicted yes."),
        (of_two(np.array([[3, 1], [0, 0]]), 1, "yes")["recall"], "No row is truly yes."),
        (of_numbers(np.array([0.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0]))["mape"], "2 of the true values are 0."),
    ],
)
def test_a_metric_that_is_not_defined_says_why(measured, reason):
    assert (measured.value, measured.reason) == (None, reason)
