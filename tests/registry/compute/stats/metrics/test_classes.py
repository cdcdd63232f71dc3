"""Classes against scikit-learn on random rows, and their standard errors against the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as oracle

from registry.compute.stats.metrics.classes import by_class, counts_of, of_many, of_two
from tests.registry.compute.stats.metrics.samples import EXACT, bootstrapped, classes, values


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


def test_the_counts_are_those_of_a_confusion_matrix():
    label, prediction = classes(7, 4)
    counts = counts_of(label, prediction, 5)  # a fifth class that nothing is of
    assert counts.tolist() == oracle.confusion_matrix(label, prediction, labels=range(5)).tolist()


def test_the_standard_error_is_that_of_the_bootstrap():
    label, prediction = classes(2, 5)

    def measure(rows):
        counts = counts_of(label[rows], prediction[rows], 5)
        return of_many(counts) | of_two(counts, 1, "1")

    expected = bootstrapped(measure)
    for name, metric in measure(slice(None)).items():
        assert metric.deviation == pytest.approx(expected[name], rel=0.25), name


@pytest.mark.parametrize(
    ("counts", "name", "reason"),
    [
        ([[3, 0], [2, 0]], "precision", "No row is predicted yes."),
        ([[3, 1], [0, 0]], "recall", "No row is truly yes."),
    ],
)
def test_a_metric_that_is_not_defined_says_why(counts, name, reason):
    measured = of_two(np.array(counts), 1, "yes")[name]
    assert (measured.value, measured.reason) == (None, reason)
