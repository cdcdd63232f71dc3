"""Schedules of five cron fields in UTC, read by Celery's own crontab.

>>> from datetime import UTC, datetime
>>> next_after("30 6 * * 1-5", datetime(2024, 3, 1, 7, tzinfo=UTC)).isoformat()
'2024-03-04T06:30:00+00:00'
>>> next_after("61 * * * *", datetime(2024, 3, 1, tzinfo=UTC))
Traceback (most recent call last):
ValueError: 61 is not a minute (0 to 59). Write a number, * for each, */5 for every fifth, 1-5 or 1,3.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.schedules import ParseException, crontab

FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
PLAIN = {
    "minute": ("a minute", "0 to 59"),
    "hour": ("an hour", "0 to 23"),
    "day_of_month": ("a day of a month", "1 to 31"),
    "month_of_year": ("a month", "1 to 12"),
    "day_of_week": ("a weekday", "0 = Sunday, to 6"),
}
MOST_YEARS = 5
NEVER = "{} never runs: no year has such a day."


def next_after(schedule: str, moment: datetime) -> datetime:
    """The first time after ``moment``, aware, UTC. ValueError when it is not a schedule or never runs."""
    words = schedule.split()
    refusal = (
        f"{schedule} is not a schedule. Write minute, hour, day of month, month and weekday, for example 30 6 * * 1-5."
    )
    if len(words) != len(FIELDS):
        raise ValueError(refusal)
    moment = moment.astimezone(UTC)
    try:
        cron = crontab(**dict(zip(FIELDS, words, strict=True)), nowfun=lambda: moment)
        start, delta, _ = cron.remaining_delta(moment, tz=UTC)
        due = start + delta
    except (ParseException, ValueError, KeyError) as error:
        raise ValueError(_wrong_field(words) or NEVER.format(schedule)) from error
    except RuntimeError as error:
        raise ValueError(NEVER.format(schedule)) from error
    if due.year > moment.year + MOST_YEARS:
        raise ValueError(NEVER.format(schedule))
    return due.astimezone(UTC)


def _wrong_field(words: list[str]) -> str:
    """A sentence about the first of the five fields that is not valid; empty when each is valid by itself."""
    for name, word in zip(FIELDS, words, strict=True):
        try:
            crontab(**{name: word})
        except (ParseException, ValueError, KeyError):
            what, span = PLAIN[name]
            return f"{word} is not {what} ({span}). Write a number, * for each, */5 for every fifth, 1-5 or 1,3."
    return ""
