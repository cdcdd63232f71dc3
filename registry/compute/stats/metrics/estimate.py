"""What metrics of two classes would be, estimated from the probabilities while the labels are missing.

Confidence-based estimation: the reference's labels say how often a row of each probability was truly of the class (by
isotonic regression), and with that each row without a label counts as so much of a true and so much of a false
prediction. It holds while rows of one probability are of the class as often as in the reference; when that changes
(as when labels shift), the estimate does not see it.

Sources: Barlow and Brunk (1972), The isotonic regression problem and its dual, JASA 67; Kull, Silva Filho and Flach
(2017), Beyond sigmoids, EJS 11, on calibration; the expected confusion matrix as in NannyML's CBPE.

>>> probability = np.array([0.2, 0.2, 0.8, 0.8])
>>> curve = calibrate(np.array([False, True, True, True]), probability)
>>> {name: round(value, 4) for name, value in estimate(curve, probability, 0.5).items()}
{'accuracy': 0.75, 'precision': 1.0, 'recall': 0.6667, 'f1': 0.8, 'auc': 0.8333}
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ESTIMATED = ("accuracy", "precision", "recall", "f1", "auc")


class Curve(NamedTuple):
    """How often a row of a probability is of the class: between the points linear, beyond them constant."""

    probability: Floats
    share: Floats

    def of(self, probability: Floats) -> Floats:
        return np.interp(probability, self.probability, self.share)


def calibrate(is_class: NDArray[np.bool_], probability: Floats) -> Curve:
    """The curve of labelled rows, at least one; never falling."""
    values, place, rows = np.unique(probability, return_inverse=True, return_counts=True)
    hits = np.bincount(place, is_class, minlength=values.size)
    from scipy.optimize import isotonic_regression  # half a second to import: only where checks are computed

    share = np.asarray(isotonic_regression(hits / rows, weights=rows).x)
    steps = np.diff(share) != 0
    ends = np.concatenate([[True], steps]) | np.concatenate([steps, [True]])  # the first and last of each level
    return Curve(values[ends], share[ends])


def estimate(curve: Curve, probability: Floats, threshold: float) -> dict[str, float]:
    """The expected metrics of rows without labels, at least one; those that would be divided by 0 are left out.

    ``threshold``: from which probability on a row is predicted to be of the class.
    """
    ordered = np.sort(probability)
    share, cut = curve.of(ordered), int(ordered.searchsorted(threshold))
    hits, of_class = float(share[cut:].sum()), float(share.sum())
    positive, rows = ordered.size - cut, ordered.size
    parts = {
        "accuracy": (hits + float((1 - share[:cut]).sum()), rows),
        "precision": (hits, positive),
        "recall": (hits, of_class),
        "f1": (2 * hits, positive + of_class),
        "auc": _pairs(share, ordered),
    }
    return {name: float(top / bottom) for name, (top, bottom) in parts.items() if bottom}


def _pairs(share: Floats, ordered: Floats) -> tuple[float, float]:
    """The expected pairs of a row of the class above another, a tie counting half, and all expected pairs."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-np.inf))
    inside, outside = np.add.reduceat(share, starts), np.add.reduceat(1 - share, starts)
    below = np.cumsum(outside) - outside / 2
    return float(inside @ below), float(inside.sum() * outside.sum())
