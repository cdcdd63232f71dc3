"""Predictions of numbers against the true numbers: how far they are off.

>>> metrics = of_numbers(np.array([1.0, 2.0, 5.0]), np.array([1.0, 4.0, 4.0]))
>>> {name: round(metric.value, 3) for name, metric in metrics.items()}
{'mae': 1.0, 'rmse': 1.291, 'bias': 0.333, 'mape': 0.4}
>>> of_numbers(np.array([0.0, 2.0]), np.array([1.0, 2.0]))["mape"].reason
'1 of the true values is 0.'
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.metrics.measured import Measured, mean_of

Floats = NDArray[np.float64]


def of_numbers(label: Floats, prediction: Floats) -> dict[str, Measured]:
    """The metrics of (rows,) finite numbers, at least one: mean absolute error, root of the mean squared error, bias (the
    mean of prediction less label), and the mean absolute error as a share of the label, where no label is 0."""
    error, zeros = prediction - label, int((label == 0).sum())
    relative = mean_of("mape", np.abs(error / np.where(label == 0, 1.0, label)))
    return of_means(
        mean_of("mae", np.abs(error)), mean_of("rmse", error**2), mean_of("bias", error), relative, zeros=zeros
    )


def of_means(mae: Measured, squared: Measured, bias: Measured, mape: Measured, *, zeros: int) -> dict[str, Measured]:
    """The same from means over rows: of the absolute errors, of their squares, of the errors, and of the absolute errors as a
    share of the label. ``zeros``: how many labels are 0."""
    bias = bias._replace(scale=mae.value or None)
    if zeros:
        reason = f"{zeros:,} of the true values {'is' if zeros == 1 else 'are'} 0."
        mape = Measured("mape", None, 0.0, 0, reason)
    return {"mae": mae, "rmse": _root_of(squared), "bias": bias, "mape": mape}


def _root_of(squared: Measured) -> Measured:
    assert squared.value is not None  # there is a row
    value = float(np.sqrt(squared.value))
    return squared._replace(value=value, deviation=squared.deviation / (2 * value) if value else 0.0)
