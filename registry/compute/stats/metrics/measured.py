"""A metric of predictions as it was measured, and the error by which it is judged.

A success is judged by what is missing to a full one: an accuracy that goes from 0.99 to 0.98 has twice the errors. The
worsening is the growth of the error as a share of the reference's; of bias and calibration error, which are near 0 in
a good model, as a share of a scale of their own.

>>> before, after = Measured("accuracy", 0.99, 0.0005, 40_000), Measured("accuracy", 0.98, 0.0007, 40_000)
>>> [round(float(end), 2) for end in worsening(before, after, 1.96)]
[1.0, 0.77, 1.25]
>>> Measured("accuracy", None, 0.0, 0, "No row has a label.").error(1.96) is None
True
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from registry.compute.stats.intervals import Interval, difference, ratio, wilson


class Metric(NamedTuple):
    """``error``: the statistic of the catalogue by which it is judged. ``is_success``: a share of which 1 is best.
    ``scale``: of what its growth is a share; None for that of the reference. ``judged``: whether it decides."""

    title: str
    error: str
    is_success: bool = False
    is_share: bool = False
    scale: float | None = None
    judged: bool = True


METRICS: dict[str, Metric] = {
    "mae": Metric("mean absolute error", "mae"),
    "rmse": Metric("root mean squared error", "rmse"),
    "mape": Metric("mean absolute percentage error", "mape"),
    "bias": Metric("bias", "bias"),
    "accuracy": Metric("accuracy", "error_rate", is_success=True, is_share=True),
    "precision": Metric("precision", "false_discovery_rate", is_success=True, is_share=True),
    "recall": Metric("recall", "false_negative_rate", is_success=True, is_share=True),
    "f1": Metric("F1", "f1_error", is_success=True, is_share=True, judged=False),
    "balanced_accuracy": Metric("balanced accuracy", "balanced_error_rate", is_success=True, is_share=True),
    "macro_precision": Metric("macro precision", "macro_precision_error", is_success=True, is_share=True, judged=False),
    "macro_recall": Metric("macro recall", "macro_recall_error", is_success=True, is_share=True, judged=False),
    "macro_f1": Metric("macro F1", "macro_f1_error", is_success=True, is_share=True),
    "auc": Metric("AUC", "auc_error", is_success=True, is_share=True),
    "log_loss": Metric("log loss", "log_loss"),
    "brier": Metric("Brier score", "brier"),
    "calibration_error": Metric("expected calibration error", "calibration_error", scale=0.1),
}


class Measured(NamedTuple):
    """``deviation``: the standard error of the value; ``rows``: how many rows it is over. ``value`` None: ``reason`` says
    why. ``chance``: the part of it that chance alone explains. ``scale``: of what its growth is a share, if set."""

    name: str
    value: float | None
    deviation: float
    rows: int
    reason: str = ""
    chance: float = 0.0
    scale: float | None = None

    @property
    def metric(self) -> Metric:
        return METRICS[self.name]

    def interval(self, z: float) -> Interval | None:
        """Of the value itself."""
        if self.value is None:
            return None
        if self.metric.is_share:
            return _share(self.value, self.deviation, self.rows, z)
        low, high = self.value - z * self.deviation, self.value + z * self.deviation
        return Interval(self.value, low if self.name == "bias" else max(low, 0.0), high)

    def error(self, z: float) -> Interval | None:
        """Of the error by which it is judged: 0 is best."""
        of_value = self.interval(z)
        if of_value is None:
            return None
        value, low, high = of_value
        if self.metric.is_success:
            return Interval(1 - value, 1 - high, 1 - low)
        if self.name == "bias":
            return Interval(abs(value), max(low, -high, 0.0), max(high, -low))
        return Interval(*(max(end - self.chance, 0.0) for end in of_value))


def worsening(before: Measured, after: Measured, z: float) -> Interval | None:
    """By what share of the reference's error, or of the metric's scale, the error grew; None where a side has none."""
    errors = before.error(z), after.error(z)
    if errors[0] is None or errors[1] is None:
        return None
    scale = before.scale or before.metric.scale
    if scale is not None:
        return Interval(*(float(end) / scale for end in difference(errors[1], errors[0])))
    return Interval(*(float(end) - 1 for end in ratio(errors[1], errors[0])))


def mean_of(name: str, values: np.ndarray) -> Measured:
    """A metric that is a mean over rows."""
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    return spread_of(name, float(values.mean()), spread, int(values.size))


def spread_of(name: str, mean: float, spread: float, rows: int) -> Measured:
    """The same, from the mean and the standard deviation (ddof 1) over the rows, of which there is at least one."""
    return Measured(name, mean, float(spread / np.sqrt(rows)) if rows else 0.0, rows)


def share_of(name: str, hits: float, rows: float, reason: str) -> Measured:
    """A metric that is a share of rows; ``reason``: why there is none without rows."""
    if not rows:
        return Measured(name, None, 0.0, 0, reason)
    share = float(hits / rows)
    return Measured(name, share, float(np.sqrt(share * (1 - share) / rows)), int(rows))


def _share(value: float, deviation: float, rows: int, z: float) -> Interval:
    """Wilson's interval over as many rows as would give the standard error, never more than there are."""
    spread = value * (1 - value)
    effective = min(spread / deviation**2, rows) if deviation else rows
    return Interval(*(float(end) for end in wilson(value * effective, effective, z)))
