"""Parameters are validated all at once, each fault with the name of its field."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from registry.compute.kinds.parameters import NAMES, POSITIVE, ROWS, SHARE, is_after, is_moment, one_of, parse


class Wanted(NamedTuple):
    rows: int
    limit: float = 0.0


RULES = {"rows": ROWS, "limit": SHARE}


def test_every_fault_is_named_at_once():
    faults, parsed = parse(Wanted, RULES, {"limit": 1.5, "other": 1})
    assert parsed is None
    assert [(fault.field, fault.code) for fault in faults] == [
        ("other", "unknown"),
        ("rows", "required"),
        ("limit", "out_of_range"),
    ]
    assert faults[0].message == "other is not a parameter. Choose from rows, limit."


@pytest.mark.parametrize(
    ("rule", "held", "broken"),
    [
        (SHARE, [0, 1, 0.5], [-0.001, 1.001, True, "0.5", None, float("nan"), float("inf")]),
        (POSITIVE, [0, 1e9], [-1e-9, float("inf"), False]),
        (ROWS, [1, 2.0], [0, 1.5, True]),
        (NAMES, [[], ["a"], ("a", "b")], ["a", [""], [1]]),
        (one_of("", "day"), ["", "day"], ["week", None]),
    ],
)
def test_a_rule_holds_up_to_its_bounds_and_not_beyond(rule, held, broken):
    assert all(rule.holds(value) for value in held)
    assert not any(rule.holds(value) for value in broken)


@pytest.mark.parametrize(
    ("moment", "valid"),
    [
        ("2013-01-31T12:30", True),
        ("-9999d", True),
        ("-10000d", False),
        ("-7", False),
        ("2013-13-01", False),
        (7, False),
    ],
)
def test_a_moment_is_a_date_a_time_or_days_before_the_run(moment, valid):
    assert is_moment(moment) is valid


@pytest.mark.parametrize(
    ("since", "until", "empty"),
    [
        ("2024-01-01", "2024-01-01", True),
        ("2024-01-01", "2024-01-01T00:01", False),
        ("2024-01-01T01:00+01:00", "2024-01-01", True),
        ("-1d", "-1d", True),
        ("-2d", "-1d", False),
        ("-1d", "2024-01-01", False),
        ("", "", False),
    ],
)
def test_a_period_that_ends_where_it_begins_has_no_moment(since, until, empty):
    assert is_after(since, until) is empty
