"""Drift over time: each window of the current side against the reference, limits calibrated by the reference's own windows.

With daily windows a weekday is held against weekdays and a weekend against weekends. A calibrated limit is mean + 4
standard deviations over the reference windows and an alarm needs 2 of the last 3; without calibration the limit is
fixed and each window above it is an alarm. A window with too few rows is neither above nor within.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from registry.compute.kinds.arrow_columns import coded, comparable, kind_of, typed_alike
from registry.compute.kinds.drift.periods import Period, periods
from registry.compute.kinds.drift.window_distances import SHIFTS, Measured, Plan, mixes, moves, nulls
from registry.compute.stats.calibration import SMALLEST_EFFECT, Calibration, alarms, calibrate
from registry.compute.stats.comparison import ColumnKind
from registry.compute.stats.drift import limits_of

WINDOWS_A_WEEK = {"day": 7.0, "week": 1.0, "month": 7 / 30.4375}


@dataclass(frozen=True)
class Series:
    """One statistic of one column over the windows of the current side; ``value`` None where nothing can be said.

    ``unusual``: the reference windows that are above the limit which the others give.
    """

    statistic: str
    points: tuple[dict[str, Any], ...]
    calibrated: bool
    expected_alarms_a_week: float | None = None
    detectable_shift: float | None = None
    unusual: tuple[str, ...] = ()

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """The windows that raised one."""
        return [point for point in self.points if point["alarm"]]

    @property
    def periods(self) -> list[Period]:
        """The alarms as periods."""
        return periods(self.points)

    def as_dict(self) -> dict[str, Any]:
        return {
            "statistic": self.statistic,
            "calibrated": self.calibrated,
            "expected_alarms_a_week": self.expected_alarms_a_week,
            "detectable_shift": self.detectable_shift,
            "unusual": list(self.unusual),
            "periods": [period._asdict() for period in self.periods],
            "points": list(self.points),
        }


def series_of(
    reference: pa.ChunkedArray, current: pa.ChunkedArray, plan: Plan, limits: Mapping[str, float]
) -> list[Series]:
    """The column's deciding statistic and its null share, over the windows. Nothing where the sides' types differ."""
    reference, current = typed_alike(reference, current)
    if not comparable(reference.type, current.type):
        return []
    by_nulls = _judged("null_share_change", ColumnKind.OTHER, nulls(reference, current, plan), plan, limits)
    kind = kind_of(reference.type)
    if kind in (ColumnKind.NUMERIC, ColumnKind.TEXT):
        return [_judged("wasserstein_normed", kind, moves(reference, current, plan), plan, limits), by_nulls]
    if kind is not ColumnKind.CATEGORICAL:
        return [by_nulls]
    both = coded(reference, current)
    if both.is_text:
        return [_judged("wasserstein_normed", ColumnKind.TEXT, moves(reference, current, plan), plan, limits), by_nulls]
    return [_judged("jensen_shannon", kind, mixes(both.reference, both.current, plan), plan, limits), by_nulls]


def _judged(statistic: str, kind: ColumnKind, measured: Measured, plan: Plan, limits: Mapping[str, float]) -> Series:
    own = None if statistic in limits else _calibration(statistic, measured, plan)
    fixed = limits.get(statistic, limits_of(kind)[statistic])
    by_class = own.limits if own else {}
    limit = np.array([by_class.get(int(class_), fixed) for class_ in plan.classes(plan.current)])
    enough = np.array([rows.size >= plan.minimum_rows for rows in plan.current.rows], dtype=bool)
    above = enough & (measured.current > limit)
    raised = alarms(above) if own else above
    points = tuple(
        {
            "window": label.isoformat(),
            "rows": rows.size,
            "value": float(value) if ok and np.isfinite(value) else None,
            "limit": float(most),
            "above": bool(is_above),
            "alarm": bool(alarm),
        }
        for label, rows, value, ok, most, is_above, alarm in zip(
            *plan.current, measured.current, enough, limit, above, raised, strict=True
        )
    )
    week = WINDOWS_A_WEEK[plan.window]
    return Series(
        statistic,
        points,
        calibrated=own is not None,
        expected_alarms_a_week=own.expected_alarms(windows_a_week=week) if own else None,
        detectable_shift=_detectable(measured.shifted, plan, own) if own else None,
        unusual=_unusual(own, plan) if own else (),
    )


def _unusual(own: Calibration, plan: Plan) -> tuple[str, ...]:
    return tuple(label.isoformat() for label, above in zip(plan.reference.labels, own.above, strict=True) if above)


def _calibration(statistic: str, measured: Measured, plan: Plan) -> Calibration | None:
    if not plan.can_calibrate or not np.isfinite(measured.reference).all():
        return None
    return calibrate(measured.reference, plan.classes(plan.reference), smallest=SMALLEST_EFFECT[statistic])


def _detectable(shifted: np.ndarray | None, plan: Plan, own: Calibration) -> float | None:
    """The smallest shift, in standard deviations, that would have raised an alarm within the last reference week."""
    if shifted is None or not shifted.size:
        return None
    limit = np.array([own.limits[int(class_)] for class_ in plan.classes(plan.reference)[-shifted.shape[1] :]])
    return next((shift for shift, row in zip(SHIFTS, shifted, strict=True) if alarms(row > limit).any()), None)
