"""Probabilities of one class against whether a row is of it: how well they rank, how near they are, how honest.

AUC is the chance that a row of the class has a higher probability than another, a tie counting half (Mann and Whitney).
Log loss is the mean of -ln of the probability of what was true, each at least 2.2e-16. The Brier score is the mean
squared error. The expected calibration error sorts the rows into 10 bins of equal width by probability, and is the mean
over all rows of how far the share of the class in a bin is from the bin's mean probability; ``chance`` is what it would
be on average if the probabilities were right.

Sources: DeLong, DeLong and Clarke-Pearson (1988), Comparing the areas under two or more correlated ROC curves,
Biometrics 44; Brier (1950), Verification of forecasts, MWR 78; Naeini, Cooper and Hauskrecht (2015), Obtaining well
calibrated probabilities using Bayesian binning, AAAI.

>>> is_class, probability = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.4, 0.1])
>>> metrics = of_probabilities(is_class, probability, "1")
>>> {name: round(metric.value, 4) for name, metric in metrics.items()}
{'auc': 0.875, 'log_loss': 0.4095, 'brier': 0.135, 'calibration_error': 0.1}
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.metrics.measured import Measured, mean_of

BINS = 10
SMALLEST = float(np.finfo(np.float64).eps)
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def of_probabilities(is_class: Truths, probability: Floats, name: str) -> dict[str, Measured]:
    """The metrics of (rows,) probabilities of the class ``name``, at least one row."""
    of_truth = np.where(is_class, probability, 1 - probability)
    return {
        "auc": _auc(is_class, probability, name),
        "log_loss": mean_of("log_loss", -np.log(np.clip(of_truth, SMALLEST, 1 - SMALLEST))),
        "brier": mean_of("brier", (probability - is_class) ** 2),
        "calibration_error": _calibration_error(is_class, probability),
    }


def _auc(is_class: Truths, probability: Floats, name: str) -> Measured:
    inside, outside = np.sort(probability[is_class]), np.sort(probability[~is_class])
    if not (inside.size and outside.size):
        reason = f"{'No' if not inside.size else 'Every'} labelled row is {name}."
        return Measured("auc", None, 0.0, 0, reason)
    above = _share_below(inside, outside)  # of each row of the class: the share of the others that it is above
    below = 1 - _share_below(outside, inside)
    variance = sum(part.var(ddof=1) / part.size for part in (above, below) if part.size > 1)
    return Measured("auc", float(above.mean()), float(np.sqrt(variance)), int(min(inside.size, outside.size)))


def _share_below(values: Floats, others: Floats) -> Floats:
    """Of each value the share of the others, sorted, that are below it, a tie counting half."""
    return (others.searchsorted(values, "left") + others.searchsorted(values, "right")) / (2 * others.size)


def _calibration_error(is_class: Truths, probability: Floats) -> Measured:
    rows = probability.size
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    error = probability - is_class
    sums = np.bincount(bins, error, minlength=BINS)
    spread = np.bincount(bins, probability * (1 - probability), minlength=BINS)
    chance = float(np.sqrt(2 / np.pi * spread).sum() / rows)
    value = float(np.abs(sums).sum() / rows)
    deviation = float((np.sign(sums)[bins] * error).std() / np.sqrt(rows))
    return Measured("calibration_error", value, deviation, int(rows), chance=chance)
