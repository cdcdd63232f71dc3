"""A metric's error or a figure over windows: against a fixed limit, or against one that the reference's windows give.

A calibrated limit is that of columns: it comes from the spread of the reference's own windows, is never below ``smallest``,
and an alarm needs 2 of the last 3 windows above it. By a fixed limit a window is above only when its whole interval is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from registry.compute.kinds.drift.power import WINDOWS_A_WEEK
from registry.compute.kinds.drift.series import Point, Series
from registry.compute.kinds.drift.window_distances import Plan
from registry.compute.stats.calibration import FEWEST_WINDOWS, Calibration, alarms, calibrate
from registry.compute.stats.fairness import FIGURES
from registry.compute.stats.metrics.measured import METRICS

AT_MOST_1 = {
    *(metric.error for metric in METRICS.values() if metric.is_share),
    "brier",
    "calibration_error",
    *FIGURES,
    "disparate_impact_gap",
}


class WindowValues(NamedTuple):
    """``reference`` and ``current``: a statistic of each window, higher is worse, NaN where it has too few rows; ``rows``
    and ``broken``: of each current window how many rows count, and whether its whole interval is above ``limit``.
    ``smallest``: no calibrated limit is below it."""

    statistic: str
    reference: np.ndarray
    current: np.ndarray
    rows: np.ndarray
    broken: np.ndarray
    limit: float
    smallest: float


def series_of(values: WindowValues, plan: Plan) -> Series:
    """The windows as points, each with its limit, and how the limit came about."""
    own = _calibration(values, plan)
    by_class = own.limits if own else {}
    limit = np.array([by_class.get(int(class_), values.limit) for class_ in plan.classes(plan.current)])
    known = np.isfinite(values.current)
    above = known & (values.current > limit) if own else values.broken
    raised = alarms(above) if own else above
    points = tuple(
        Point(
            label.isoformat(), int(rows), float(value) if is_known else None, float(most), bool(is_above), bool(alarm)
        )
        for label, rows, value, is_known, most, is_above, alarm in zip(
            plan.current.labels, values.rows, values.current, known, limit, above, raised, strict=True
        )
    )
    expected = own.expected_alarms(windows_a_week=WINDOWS_A_WEEK[plan.window]) if own else None
    return Series(
        values.statistic,
        points,
        calibrated=own is not None,
        limit=None if own else values.limit,
        blind=_why_blind(values.statistic, limit) if own else "",
        expected_alarms_a_week=expected,
    )


def _why_blind(statistic: str, limits: np.ndarray) -> str:
    """Why no window could be above its own limit; empty where one could."""
    if statistic not in AT_MOST_1 or not limits.size or limits.min() < 1:
        return ""
    lowest = f"{limits.min():.3g}"
    return f"The limit from the reference's windows is {lowest}, and 1 is the most there is: no window can be above it."


def _calibration(values: WindowValues, plan: Plan) -> Calibration | None:
    known = np.isfinite(values.reference)
    if not plan.calibrated or known.sum() < FEWEST_WINDOWS:
        return None
    classes = plan.classes(plan.reference)[known]
    return calibrate(values.reference[known], classes, smallest=values.smallest)
