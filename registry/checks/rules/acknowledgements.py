"""For how long an alert is acknowledged: three periods to choose from, and when it returns.

>>> noon = datetime(2026, 11, 30, 12)
>>> [ends(period, noon) for period in Period]
[datetime.datetime(2026, 12, 1, 12, 0), datetime.datetime(2026, 12, 7, 12, 0), None]
>>> returns(ends(Period.DAY, noon))
'on 2026-12-01 at 12:00 UTC, or earlier with another or worse finding'
>>> returns(None)
'only with another or worse finding'
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """A choice of how long."""

    DAY = "1_day"
    WEEK = "1_week"
    FIXED = "until_fixed"


TITLES = {Period.DAY: "1 day", Period.WEEK: "1 week", Period.FIXED: "Until fixed"}
LENGTHS = {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(weeks=1)}


def ends(period: Period, now: datetime) -> datetime | None:
    """When an acknowledgement ends that begins now; None: when newer evidence finds nothing."""
    length = LENGTHS.get(period)
    return now + length if length else None


def returns(until: datetime | None) -> str:
    """When an alert returns that is acknowledged until a moment, or (None) until it is fixed."""
    if until is None:
        return "only with another or worse finding"
    return f"on {until:%Y-%m-%d} at {until:%H:%M} UTC, or earlier with another or worse finding"
