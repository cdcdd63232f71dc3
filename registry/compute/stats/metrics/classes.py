"""Predictions of classes against the true classes, from the counts of both: (classes, classes), true by predicted.

Of two classes: accuracy, and precision, recall and F1 of the positive one. Of many: accuracy, balanced accuracy (the
mean recall of the classes that are there), and the means of precision, recall and F1 over all classes, 0 where a class
has none. Standard errors of shares are binomial, those of F1 and of means over classes by the jackknife.

>>> counts = counts_of(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0]), 2)
>>> {name: metric.value for name, metric in of_two(counts, 1, "1").items() if name != "f1"}
{'accuracy': 0.75, 'precision': 1.0, 'recall': 0.5}
>>> [round(of_many(counts)[name].value, 4) for name in ("balanced_accuracy", "macro_f1")]
[0.75, 0.7333]
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.metrics.measured import Measured, share_of

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class Ratio(NamedTuple):
    """A statistic of one class: ``hits`` times the rows that are right, divided by ``true`` times the rows of the class
    and ``predicted`` times the rows predicted so."""

    hits: int
    true: int
    predicted: int


PRECISION, RECALL, F1 = Ratio(1, 0, 1), Ratio(1, 1, 0), Ratio(2, 1, 1)


def counts_of(
    label: NDArray[Any], prediction: NDArray[Any], classes: int, times: NDArray[np.int64] | None = None
) -> Counts:
    """(classes, classes): how often each true class was predicted as each; codes from 0. ``times``: how often each pair is
    there, once when None."""
    pairs = label.astype(np.int64) * classes + prediction
    counts = np.bincount(pairs, times, minlength=classes * classes).astype(np.int64)
    return counts.reshape(classes, classes)


def of_two(counts: Counts, positive: int, name: str) -> dict[str, Measured]:
    """The metrics of two classes. ``positive``: the code of the class that precision and recall are about, ``name`` its
    name."""
    hits = counts[positive, positive]
    weights = np.eye(counts.shape[0])[positive]
    return {
        "accuracy": _accuracy(counts),
        "precision": share_of("precision", hits, counts[:, positive].sum(), f"No row is predicted {name}."),
        "recall": share_of("recall", hits, counts[positive].sum(), f"No row is truly {name}."),
        "f1": _mean("f1", counts, F1, weights),
    }


def of_many(counts: Counts) -> dict[str, Measured]:
    """The metrics of any number of classes."""
    true, predicted = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    every = (true | predicted) / (true | predicted).sum()
    return {
        "accuracy": _accuracy(counts),
        "balanced_accuracy": _mean("balanced_accuracy", counts, RECALL, true / true.sum()),
        "macro_precision": _mean("macro_precision", counts, PRECISION, every),
        "macro_recall": _mean("macro_recall", counts, RECALL, every),
        "macro_f1": _mean("macro_f1", counts, F1, every),
    }


def by_class(counts: Counts) -> list[dict[str, float | int | None]]:
    """Rows, precision, recall and F1 of each class; None where a class has no rows to take it from."""
    shares = {
        name: _shares(counts, ratio) for name, ratio in (("precision", PRECISION), ("recall", RECALL), ("f1", F1))
    }
    rows = counts.sum(axis=1).tolist()
    return [
        {"rows": rows[code]}
        | {name: None if np.isnan(values[code]) else float(values[code]) for name, values in shares.items()}
        for code in range(len(rows))
    ]


def _accuracy(counts: Counts) -> Measured:
    return share_of("accuracy", np.trace(counts), counts.sum(), "No row has a label.")


def _shares(counts: Counts, ratio: Ratio) -> Floats:
    """The statistic of each class; NaN where it would be divided by 0."""
    top, bottom = _parts(counts, ratio)
    shares: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return shares


def _parts(counts: Counts, ratio: Ratio) -> tuple[Floats, Floats]:
    bottom = ratio.true * counts.sum(axis=1) + ratio.predicted * counts.sum(axis=0)
    return (ratio.hits * np.diag(counts)).astype(float), bottom.astype(float)


def _mean(name: str, counts: Counts, ratio: Ratio, weights: Floats) -> Measured:
    """The weighted mean of a statistic over classes, its standard error by leaving out each row in turn."""
    top, bottom = _parts(counts, ratio)
    value = _divided(top, bottom)
    rows = counts.sum()
    without_true = weights * (_divided(top, bottom - ratio.true) - value)  # a row of the class, predicted as another
    without_predicted = weights * (_divided(top, bottom - ratio.predicted) - value)  # predicted so, of another class
    without_hit = weights * (_divided(top - ratio.hits, bottom - ratio.true - ratio.predicted) - value)
    changes = without_true[:, None] + without_predicted[None, :]
    np.fill_diagonal(changes, without_hit)
    mean = (counts * changes).sum() / rows
    variance = (rows - 1) / rows * (counts * (changes - mean) ** 2).sum()
    return Measured(name, float((weights * value).sum()), float(np.sqrt(variance)), int(rows))


def _divided(top: Floats, bottom: Floats) -> Floats:
    shares: Floats = np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)
    return shares
