"""Quiet hours of a person, in their own time zone: what is not critical waits until they end. Pure: standard library.

>>> from datetime import UTC
>>> night = Quiet(time(22), time(7), "Europe/Berlin")
>>> ends(night, datetime(2026, 11, 30, 23, tzinfo=UTC))
datetime.datetime(2026, 12, 1, 6, 0, tzinfo=datetime.timezone.utc)
>>> ends(night, datetime(2026, 11, 30, 12, tzinfo=UTC)) is None
True
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from platform_site.webhooks.rules.severity import Severity


class Quiet(NamedTuple):
    """From one time of the day to another, which may be on the next day, in a time zone by its IANA name."""

    begins: time
    ends: time
    time_zone: str


def ends(quiet: Quiet, now: datetime) -> datetime | None:
    """When the quiet hours end in which a moment lies, in UTC; None outside of them.

    The wall clock decides, so that seven in the morning is seven on the days on which the clocks change too.
    """
    local = now.astimezone(ZoneInfo(quiet.time_zone))
    for day in (local.date() - timedelta(days=1), local.date()):
        last = day + timedelta(days=1) if quiet.ends <= quiet.begins else day
        begin = datetime.combine(day, quiet.begins, local.tzinfo).astimezone(UTC)
        end = datetime.combine(last, quiet.ends, local.tzinfo).astimezone(UTC)
        if begin <= now.astimezone(UTC) < end:
            return end
    return None


def held_until(quiet: Quiet | None, severity: str, now: datetime) -> datetime | None:
    """Until when an event waits; None when it goes out at once, as everything critical does."""
    return ends(quiet, now) if quiet and severity != Severity.CRITICAL else None
