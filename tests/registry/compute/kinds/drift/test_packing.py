"""Columns of numbers are packed small and come back as they were, to three digits where they are halves."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.kinds.drift.packing import (
    HALF,
    WHOLE,
    days,
    packed,
    packed_places,
    ranges,
    unpacked,
    unpacked_places,
)


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
        ([0.1, 0.2] * 30, {"of": [0.1, 0.2], "at": "01", "times": 60}),
        ([0.1, 0.2] * 8 + [0.3], {"of": [0.1, 0.2, 0.3], "at": "01" * 8 + "2"}),
        ([None, None], [[None, 2]]),
        ([], []),
    ],
)
def test_the_shortest_form_is_taken(numbers, form):
    assert packed(numbers, HALF) == form


def test_numbers_that_all_differ_take_three_bytes_each():
    numbers = [place / 1_000 for place in range(300)]
    assert len(json.dumps(packed(numbers, HALF))) < 3 * len(numbers)


def test_what_was_stored_in_earlier_forms_is_read():
    assert unpacked({"of": [0.1, 0.2], "at": "010"}) == [0.1, 0.2, 0.1]
    assert unpacked({"<u2": "AQACAA=="}) == [1, 2]


@given(st.lists(st.sampled_from([0.1, 0.25, None]), max_size=9), st.integers(0, 40), st.integers(0, 9))
def test_turns_come_back(turns, times, more):
    numbers = turns * times + turns[:more]
    assert unpacked(json.loads(json.dumps(packed(numbers, HALF)))) == numbers


@given(st.sets(st.integers(0, 400)))
def test_places_come_back_and_take_no_more_than_a_bit_each(places):
    form = json.loads(json.dumps(packed_places(sorted(places), 401)))
    assert unpacked_places(form) == sorted(places)
    assert len(json.dumps(form)) < 90


@given(st.sets(st.dates(date(1990, 1, 1), date(2040, 1, 1))))
def test_days_come_back(chosen):
    written = [day.isoformat() for day in sorted(chosen)]
    assert list(days(ranges(written))) == written


def test_days_in_a_row_are_one_range():
    written = [(date(2024, 1, 1) + timedelta(days=day)).isoformat() for day in range(90)]
    assert ranges(written) == [["2024-01-01", 1, 90]]
