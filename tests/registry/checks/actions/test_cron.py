"""A schedule that is not valid says which of its fields to change."""

from datetime import UTC, datetime

import pytest

from registry.checks.actions.cron import next_after

NOW = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ("every day", "Write minute, hour, day of month, month and weekday"),
        ("* * * *", "Write minute, hour, day of month, month and weekday"),
        ("61 * * * *", "61 is not a minute (0 to 59)"),
        ("0 24 * * *", "24 is not an hour (0 to 23)"),
        ("0 0 0 * *", "0 is not a day of a month (1 to 31)"),
        ("0 0 * 13 *", "13 is not a month (1 to 12)"),
        ("0 0 * * 8", "8 is not a weekday (0 = Sunday, to 6)"),
        ("*/0 * * * *", "is not a minute"),
        ("0 0 31 2 *", "0 0 31 2 * never runs"),
    ],
)
def test_the_field_that_is_wrong_is_named(schedule, says):
    with pytest.raises(ValueError) as refused:
        next_after(schedule, NOW)
    assert says in str(refused.value)


def test_a_day_of_leap_years_comes_in_the_next_one():
    assert next_after("0 0 29 2 *", NOW) == datetime(2028, 2, 29, tzinfo=UTC)
