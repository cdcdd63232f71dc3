"""Drift over time: each window of the current side against the reference, limits calibrated by the reference's own windows.

With daily windows a weekday is held against weekdays and a weekend against weekends. A calibrated limit is mean + 4
standard deviations over the reference windows and an alarm needs 2 of the last 3; without calibration the limit is
fixed, raised to what chance alone reaches, and each window above it is an alarm. A window with too few values is neither
above nor within.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from registry.compute.kinds.arrow_columns import coded
from registry.compute.kinds.drift.power import Power, power_of
from registry.compute.kinds.drift.series import Point, Series
from registry.compute.kinds.drift.side_values import Values
from registry.compute.kinds.drift.window_distances import Measured, Plan, mixes, moves, nulls
from registry.compute.stats.calibration import SMALLEST_EFFECT, Calibration, alarms, calibrate
from registry.compute.stats.comparison import ColumnKind
from registry.compute.stats.drift import limits_of


def series_of(values: Values, plan: Plan, limits: Mapping[str, float]) -> list[Series]:
    """The column's deciding statistic and its null share, over the windows. Nothing where the sides' types differ."""
    if not values.are_comparable:
        return []
    by_nulls = _judged("null_share_change", ColumnKind.OTHER, nulls(values, plan), plan, limits)
    kind = values.kind
    if kind in (ColumnKind.NUMERIC, ColumnKind.TEXT):
        return [_judged("wasserstein_normed", kind, moves(values, plan), plan, limits), by_nulls]
    if kind is ColumnKind.TIME:
        return [by_nulls]
    both = coded(values.reference, values.current)
    if not both.is_text:
        return [_judged("jensen_shannon", kind, mixes(both, plan), plan, limits), by_nulls]
    if kind is ColumnKind.OTHER:
        return [by_nulls]
    return [_judged("wasserstein_normed", ColumnKind.TEXT, moves(values, plan), plan, limits), by_nulls]


class Bars(NamedTuple):
    """What each window of both sides is held against, (windows,): the limit, or chance where that reaches higher."""

    own: Calibration | None
    reference: np.ndarray
    current: np.ndarray


def _judged(statistic: str, kind: ColumnKind, measured: Measured, plan: Plan, limits: Mapping[str, float]) -> Series:
    fixed = limits.get(statistic, limits_of(kind)[statistic])
    bars = _bars(None if statistic in limits else _calibration(statistic, measured, plan), fixed, measured, plan)
    enough = measured.counted[1] >= plan.minimum_rows
    above = enough & (measured.current > bars.current)
    raised = alarms(above) if bars.own else above
    power = power_of(statistic, measured, bars.reference, plan, own=bars.own)
    return Series(
        statistic,
        _points(measured, plan, bars, enough, above, raised),
        calibrated=bars.own is not None,
        limit=None if bars.own else fixed,
        expected_alarms_a_week=power.expected_alarms_a_week,
        detectable=power.detectable,
        blind=_why_blind(measured, plan, power),
        unusual=_unusual(bars.own, measured, plan) if bars.own else (),
    )


def _bars(own: Calibration | None, fixed: float, measured: Measured, plan: Plan) -> Bars:
    classes = plan.classes(plan.reference), plan.classes(plan.current)
    if own:
        reference, current = (np.array([own.limits.get(int(label), fixed) for label in of_side]) for of_side in classes)
        return Bars(own, reference, current)
    return Bars(None, *(np.maximum(fixed, floors) for floors in measured.floors))


def _points(
    measured: Measured, plan: Plan, bars: Bars, enough: np.ndarray, above: np.ndarray, raised: np.ndarray
) -> tuple[Point, ...]:
    return tuple(
        Point(label.isoformat(), int(counted), float(value) if ok and np.isfinite(value) else None, float(bar), bool(over), bool(alarm))
        for label, counted, value, ok, bar, over, alarm in zip(
            plan.current.labels, measured.counted[1], measured.current, enough, bars.current, above, raised, strict=True
        )
    )  # fmt: skip


def _why_blind(measured: Measured, plan: Plan, power: Power) -> str:
    """Why the statistic could not have raised an alarm; empty where it could."""
    counted = measured.counted[1]
    if not (counted >= plan.minimum_rows).any():
        largest = int(counted.max(initial=0))
        return f"No window has the {plan.minimum_rows:,} values that are needed; the largest has {largest:,}."
    return power.blind


def _unusual(own: Calibration, measured: Measured, plan: Plan) -> tuple[str, ...]:
    known = np.array(plan.reference.labels)[np.isfinite(measured.reference)]
    return tuple(label.isoformat() for label, above in zip(known, own.above, strict=True) if above)


def _calibration(statistic: str, measured: Measured, plan: Plan) -> Calibration | None:
    known = np.isfinite(measured.reference)
    if not plan.can_calibrate or not plan.enough_to_calibrate(int(known.sum())):
        return None
    classes = plan.classes(plan.reference)[known]
    return calibrate(measured.reference[known], classes, smallest=SMALLEST_EFFECT[statistic])
