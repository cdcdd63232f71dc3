"""Columns of numbers are packed small and come back as they were, to three digits where they are halves."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.kinds.drift.packing import HALF, WHOLE, days, packed, ranges, unpacked


@given(st.lists(st.integers(0, 2**20)))
def test_whole_numbers_come_back(numbers):
    assert unpacked(json.loads(json.dumps(packed(numbers, WHOLE)))) == numbers


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6))))
def test_other_numbers_come_back_to_three_digits(numbers):
    read = unpacked(json.loads(json.dumps(packed(numbers, HALF))))
    assert read == [None if number is None else float(f"{number:.3g}") for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "form"),
    [
        ([0.0] * 300, [[0.0, 300]]),
        ([0.1, 0.2] * 30, {"of": [0.1, 0.2], "at": "01" * 30}),
        ([None, None], [[None, 2]]),
        ([], []),
    ],
)
def test_the_shortest_form_is_taken(numbers, form):
    assert packed(numbers, HALF) == form


def test_numbers_that_all_differ_take_three_bytes_each():
    numbers = [place / 1_000 for place in range(300)]
    assert len(json.dumps(packed(numbers, HALF))) < 3 * len(numbers)


@given(st.sets(st.dates(date(1990, 1, 1), date(2040, 1, 1))))
def test_days_come_back(chosen):
    written = [day.isoformat() for day in sorted(chosen)]
    assert list(days(ranges(written))) == written


def test_days_in_a_row_are_one_range():
    written = [(date(2024, 1, 1) + timedelta(days=day)).isoformat() for day in range(90)]
    assert ranges(written) == [["2024-01-01", 1, 90]]
