"""Schedules as five cron fields, UTC, read by Celery's own crontab.

>>> from datetime import UTC, datetime
>>> next_after("30 6 * * 1-5", datetime(2024, 3, 1, 7, tzinfo=UTC)).isoformat()
'2024-03-04T06:30:00+00:00'
>>> next_after("61 * * * *", datetime(2024, 3, 1, tzinfo=UTC))
Traceback (most recent call last):
ValueError: '61 * * * *' is no schedule: give minute, hour, day of month, month and weekday, such as 30 6 * * 1-5.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.schedules import ParseException, crontab

FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
MOST_YEARS = 5


def next_after(schedule: str, moment: datetime) -> datetime:
    """The first time after ``moment``, aware, UTC. ValueError when it is no schedule or never comes."""
    words = schedule.split()
    refusal = f"{schedule!r} is no schedule: give minute, hour, day of month, month and weekday, such as 30 6 * * 1-5."
    if len(words) != len(FIELDS):
        raise ValueError(refusal)
    moment = moment.astimezone(UTC)
    try:
        cron = crontab(**dict(zip(FIELDS, words, strict=True)), nowfun=lambda: moment)
        start, delta, _ = cron.remaining_delta(moment, tz=UTC)
        due = start + delta
    except (ParseException, ValueError, RuntimeError, KeyError) as error:
        raise ValueError(refusal) from error
    if due.year > moment.year + MOST_YEARS:
        raise ValueError(refusal)
    return due.astimezone(UTC)
