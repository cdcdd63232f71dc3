"""Spans of time: bare numbers need a unit, everything else says its own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.durations import Unit, read_hours, read_number, says_its_unit, unit_in


@pytest.mark.parametrize(
    ("text", "unit", "hours"),
    [
        ("2.5", "hours", 2.5), ("1,5", "hours", 1.5), ("90", "minutes", 1.5), ("5400", "seconds", 1.5),
        ("2", "days", 16), ("2h 30m", "", 2.5), ("1w 2d 3h", "", 59), ("1.5 hours", "", 1.5), ("45 min", "", 0.75),
        ("1:30", "seconds", 1.5), ("01:30:36", "", 1.51), ("1 02:00:00", "", 26), ("0", "hours", 0),
    ],
)  # fmt: skip
def test_a_span_is_read_as_hours(text, unit, hours):
    assert read_hours(text, unit) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("2.5", "", "hours, minutes, seconds or days"), ("-1", "hours", "from 0"), ("nan", "hours", "from 0"),
        ("1e99", "hours", "from 0"), ("many", "hours", "from 0"), ("2 months", "", "from 0"), ("1h and", "", "from 0"),
        ("1,234", "hours", "1.234 or 1234"), ("99999999", "hours", "from 0"),
    ],
)  # fmt: skip
def test_what_is_not_a_span_says_what_to_write(text, unit, expected):
    with pytest.raises(ValueError, match=expected):
        read_hours(text, unit)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Hours spent", Unit.HOURS), ("effort_hours", Unit.HOURS), ("Effort (min)", Unit.MINUTES), ("Time spent", None),
        ("duration_sec", Unit.SECONDS), ("Tage", Unit.DAYS), ("hours or days", None), ("this", None),
    ],
)  # fmt: skip
def test_a_column_may_name_its_unit(name, unit):
    assert unit_in(name) == unit


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1 234", 1234), ("1.234.567", 1234567), ("0,125", 0.125)],
)
def test_numbers_with_marks_are_read(text, number):
    assert read_number(text) == number


@given(st.text(max_size=20), st.sampled_from(["", *Unit]))
def test_no_text_breaks_the_reading(text, unit):
    says_its_unit(text)
    try:
        assert 0 <= read_hours(text, unit) < math.inf
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is right
