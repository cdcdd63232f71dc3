"""Limits that a column gives itself: from how far its own reference windows lie from one another.

A window is held against the reference windows of its class (weekdays and weekends apart when windows are days). The
limit is mean + 4 standard deviations of the statistic over the reference windows without their outliers (further than 10 of
the deviations that the median absolute deviation gives, so that one storm does not widen every limit), never below the smallest effect
worth a look; an alarm needs 2 of the last 3 windows above. A class of few windows borrows the deviations of the others.

The reference windows' own values must come from a pool without the window itself: `left_out` does that for distances
between distribution functions, for with N rows in the pool and n in the window F - F₋ = (F - F₊)·N/(N - n).

>>> import numpy as np
>>> steady = np.array([0.010, 0.012, 0.011, 0.009, 0.010, 0.011, 0.012, 0.010, 0.009, 0.011, 0.010, 0.012, 0.011, 0.010])
>>> own = calibrate(steady, np.zeros(14, dtype=int), smallest=0.005)
>>> round(own.limits[0], 4), own.expected_alarms(windows_a_week=7)
(0.0146, 0.0)
>>> alarms(np.array([0, 1, 0, 1, 1, 0, 0], dtype=bool)).tolist()
[False, False, False, True, True, False, False]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEVIATIONS = 4.0
NEEDED, OF_THE_LAST = 2, 3
FEWEST_WINDOWS = 14
OUTLIER, NORMAL_MAD, MOST_OUTLIERS = 10.0, 1.4826, 0.05
FEW_OF_A_CLASS = 12
SMALLEST_EFFECT = {"wasserstein_normed": 0.02, "jensen_shannon": 0.02, "null_share_change": 0.005}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """``limits`` by class; ``above``: (windows,) whether a reference window is above the limit that the others give."""

    limits: Mapping[int, float]
    above: NDArray[np.bool_]

    def expected_alarms(self, *, windows_a_week: float) -> float:
        """Alarms a week that the reference itself would have raised: each window by the limit that the others give."""
        return onsets(self.above) * windows_a_week / self.above.size


def calibrate(values: Floats, classes: NDArray[np.int64], *, smallest: float) -> Calibration:
    """``values``: (windows,) the statistic of each reference window against the others; ``classes``: (windows,).

    ValueError with fewer than 14 windows.
    """
    if values.size < FEWEST_WINDOWS:
        raise ValueError(f"{values.size} reference windows: at least {FEWEST_WINDOWS} are needed.")
    limits = {int(class_): _limit(values, classes, class_, smallest) for class_ in np.unique(classes)}
    above = np.zeros(values.size, dtype=bool)
    for index in range(values.size):
        others = np.arange(values.size) != index
        above[index] = values[index] > _limit(values[others], classes[others], classes[index], smallest)
    return Calibration(limits, above)


def alarms(above: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(windows,): where a window is above and with it at least 2 of the last 3."""
    recent = np.convolve(above.astype(int), np.ones(OF_THE_LAST, dtype=int))[: above.size]
    return above & (recent >= NEEDED)


def onsets(above: NDArray[np.bool_]) -> int:
    """How many separate alarms a row of windows raises; one that goes on is one."""
    raised = alarms(above)
    return int((raised & ~np.concatenate([[False], raised[:-1]])).sum())


def left_out(distance: Floats, window_rows: NDArray[np.int64], pool_rows: NDArray[np.int64]) -> Floats:
    """Distances of windows from a pool that holds them, turned into those from the pool without each."""
    without: Floats = distance * pool_rows / np.maximum(pool_rows - window_rows, 1)
    return without


def _usual(values: Floats, classes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(windows,): which are not outliers of their class, by its median and its median absolute deviation; all of them where
    more than one in twenty would be left out."""
    usual = np.ones(values.size, dtype=bool)
    for class_ in np.unique(classes):
        own = classes == class_
        median = np.median(values[own])
        spread = NORMAL_MAD * np.median(np.abs(values[own] - median))
        usual[own] = values[own] <= median + OUTLIER * spread if spread else True
    return usual if (~usual).sum() <= MOST_OUTLIERS * values.size else np.ones(values.size, dtype=bool)


def _limit(values: Floats, classes: NDArray[np.int64], class_: int, smallest: float) -> float:
    usual = _usual(values, classes)
    values, classes = values[usual], classes[usual]
    means = {kind: values[classes == kind].mean() for kind in np.unique(classes)}
    mean = means.get(class_, values.mean())
    own = values[classes == class_]
    if own.size >= FEW_OF_A_CLASS or len(means) == 1:
        deviation = own.std(ddof=1) if own.size > 1 else values.std(ddof=1)
    else:
        residuals = values - np.array([means[kind] for kind in classes])
        deviation = float(np.sqrt((residuals**2).sum() / max(values.size - len(means), 1)))
    return float(max(mean + DEVIATIONS * deviation, smallest))
