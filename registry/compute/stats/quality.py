"""How good predictions are where labels are there, and whether as good for every group.

Numbers against numbers: mean absolute error, root of the mean squared error, mean error (bias). Classes against classes:
accuracy, and for two classes precision and recall. Fairness, of two classes by group: `registry.compute.stats.fairness`.

>>> import numpy as np
>>> label, said = np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0])
>>> quality(label, said, 1)["accuracy"], quality(label, said, 1)["recall"]
(0.75, 0.5)
>>> fairness(label, said, np.array(["a", "b", "a", "b"]), 1)["demographic_parity_difference"]
0.5
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.fairness import Rates, figures

Values = NDArray[Any]
LOWER_IS_BETTER = ("mae", "rmse")


def positive_class(*columns: Values) -> Any:
    """The greater of at most two classes over all columns (1 of 0 and 1, True of both); None when there are more."""
    classes = sorted(set().union(*(column.tolist() for column in columns)), key=str)
    return classes[-1] if 0 < len(classes) <= 2 else None


def quality(label: Values, prediction: Values, positive: Any = None) -> dict[str, float]:
    """The metrics of one side, (n,) each without nulls; nothing without rows. ``positive``: the class that precision and
    recall are about, from both sides together; numbers of more than two values are compared as numbers."""
    if not label.size:
        return {}
    if positive is not None or label.dtype.kind not in "iuf" or prediction.dtype.kind not in "iuf":
        return _of_classes(label, prediction, positive)
    error = prediction.astype(np.float64) - label.astype(np.float64)
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(error.mean()),
    }


def worsening(metric: str, reference: float, current: float) -> float:
    """By what share of the reference a metric got worse; negative when it got better.

    >>> worsening("mae", 10.0, 12.0), worsening("accuracy", 0.8, 0.6)
    (0.2, 0.25)
    """
    worse = current - reference if metric in LOWER_IS_BETTER else reference - current
    return round(worse / abs(reference), 12) if reference else float(np.sign(worse))


def fairness(label: Values | None, prediction: Values, group: Values, positive: Any) -> dict[str, float]:
    """The three figures over the groups that count; nothing unless there are two, no equal opportunity without labels."""
    return figures(rates_of(label, prediction, group, positive))


def rates_of(label: Values | None, prediction: Values, group: Values, positive: Any) -> dict[str, Rates]:
    """The rates of each group, by its name."""
    groups = group.astype(str)
    predicted = prediction == positive
    actual = None if label is None else label == positive
    return {name: _rates(groups == name, predicted, actual) for name in np.unique(groups).tolist()}


def _rates(member: NDArray[np.bool_], predicted: NDArray[np.bool_], actual: NDArray[np.bool_] | None) -> Rates:
    recalled = None if actual is None or not (member & actual).any() else float(predicted[member & actual].mean())
    return Rates(int(member.sum()), float(predicted[member].mean()), recalled)


def _of_classes(label: Values, prediction: Values, positive: Any) -> dict[str, float]:
    metrics = {"accuracy": float((label == prediction).mean())}
    if positive is not None:
        predicted, actual = prediction == positive, label == positive
        metrics["precision"] = float((predicted & actual).sum() / predicted.sum()) if predicted.any() else 0.0
        metrics["recall"] = float((predicted & actual).sum() / actual.sum()) if actual.any() else 0.0
    return metrics
