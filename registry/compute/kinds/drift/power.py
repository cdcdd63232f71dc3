"""What a series could have seen: false alarms to expect over the reference, and the smallest change that it would notice.

Both are measured: each reference window by the limit that the others give, and changes of growing size planted into the
reference's last week. A series that would not notice the largest of them is blind, and promises nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from registry.compute.kinds.drift.window_distances import Measured, Plan
from registry.compute.stats.calibration import Calibration, alarms, onsets

WINDOWS_A_WEEK = {"day": 7.0, "week": 1.0, "month": 7 / 30.4375}
UNITS = {
    "wasserstein_normed": "standard deviations",
    "jensen_shannon": "of the rows in the rarest category",
    "null_share_change": "of the values null",
}


class Power(NamedTuple):
    """``detectable``: the smallest planted change that raised an alarm, in the statistic's unit; None where none did, or
    nothing could be planted. ``blind``: why not even the largest one raised one."""

    expected_alarms_a_week: float | None
    detectable: float | None
    blind: str


def power_of(statistic: str, measured: Measured, bars: np.ndarray, plan: Plan, *, own: Calibration | None) -> Power:
    """``bars``: (windows,) what each reference window is held against."""
    enough = measured.counted[0] >= plan.minimum_rows
    week = WINDOWS_A_WEEK[plan.window]
    expected = own.expected_alarms(windows_a_week=week) if own else _expected(measured, bars, enough, week)
    last = np.array(plan.last_week, dtype=int)
    if not last.size or not enough[last].any():
        return Power(expected, None, "")
    sizes, planted = measured.planted
    if not sizes:
        return Power(expected, None, "")
    seen = [_is_seen(row, bars[last], enough[last], needs_two=own is not None) for row in planted]
    detectable = next((size for size, noticed in zip(sizes, seen, strict=True) if noticed), None)
    blind = "" if detectable is not None else _sentence(statistic, sizes[-1], float(bars[last].min()))
    return Power(expected, detectable, blind)


def _expected(measured: Measured, bars: np.ndarray, enough: np.ndarray, week: float) -> float | None:
    """Each reference window above a fixed limit is an alarm."""
    if not enough.any():
        return None
    above = enough & (measured.reference > bars)
    return float(above.sum() * week / enough.sum())


def _is_seen(values: np.ndarray, bars: np.ndarray, enough: np.ndarray, *, needs_two: bool) -> bool:
    above = enough & (values > bars)
    if needs_two and above.size > 1:
        return bool(onsets(above) or alarms(above).any())
    return bool(above.any())


def _sentence(statistic: str, largest: float, bar: float) -> str:
    change = f"{largest:g} {UNITS[statistic]}" if largest > 1 else f"{largest:.0%} {UNITS[statistic]}"
    if statistic == "wasserstein_normed":
        change = f"a shift of {change}"
    return f"It cannot alarm here: its limit is {bar:.3g}, and not even {change} would be above it."
