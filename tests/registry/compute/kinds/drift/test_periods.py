"""Alarms as periods: what belongs together, and what of several columns does."""

import pytest

from registry.compute.kinds.drift.periods import periods, together


def points(pattern: str):
    """A window a letter: `.` within, `o` above, `A` above with an alarm, `?` above and without bound."""
    return [
        {
            "window": f"w{index:02}",
            "value": None if letter == "?" else 0.1 if letter == "." else 1.0 + index,
            "limit": 0.5,
            "above": letter != ".",
            "alarm": letter in "A?",
        }
        for index, letter in enumerate(pattern)
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", []),
        ("....", []),
        ("o..o..o", []),  # single windows, calibrated: no alarm
        (".oA.", [("w01", "w02", 2, "w02")]),
        ("oA.A..oA", [("w00", "w03", 3, "w03"), ("w06", "w07", 2, "w07")]),
        ("A..A", [("w00", "w00", 1, "w00"), ("w03", "w03", 1, "w03")]),  # by a fixed limit each is an alarm
        (".?A.", [("w01", "w02", 2, "w01")]),
    ],
)
def test_windows_that_follow_one_another_are_one_period(pattern, expected):
    assert [
        (period.first, period.last, period.windows, period.furthest) for period in periods(points(pattern))
    ] == expected


def test_periods_of_columns_that_overlap_are_one_with_the_furthest_first():
    result = together([("a", periods(points("oA......oA"))), ("b", periods(points(".oA.......")))])
    assert result == [
        {"first": "w00", "last": "w02", "columns": ["b", "a"]},
        {"first": "w08", "last": "w09", "columns": ["a"]},
    ]
