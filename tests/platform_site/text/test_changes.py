"""What changed of a record, as its audit event says it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.audit.chain import canonical
from platform_site.text.changes import LONGEST_TEXT, LONGEST_VALUE, MOST_SHOWN, ManyChanges, changes, plain

NUMBERS = st.decimals().filter(lambda number: not number.is_snan())  # no field holds one that no comparison takes
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | NUMBERS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=30,
)


def test_only_fields_that_differ_are_in_it_and_one_that_was_not_there_was_none():
    before, after = {"a": 1, "b": "x", "gone": 3}, {"a": 1, "b": "y", "new": True}
    assert changes(before, after) == {"b": {"from": "x", "to": "y"}, "new": {"from": None, "to": True}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), (True, True), (9999.0, 9999.0), (float("inf"), "inf"), ("", ""), (Decimal("1.50"), "1.50"),
        (date(2026, 11, 2), "2026-11-02"), (datetime(2026, 11, 2, 9, tzinfo=UTC), "2026-11-02T09:00:00+00:00"),
        (("b", "a"), ["b", "a"]), ({"b", "a"}, ["a", "b"]), ({1: date(2026, 1, 2)}, {"1": "2026-01-02"}),
    ],
)  # fmt: skip
def test_values_are_as_json_has_them(value, expected):
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_a_long_text_is_its_length_its_digest_and_its_head():
    whole, long = "a" * LONGEST_TEXT, "b" * (LONGEST_TEXT + 1)
    assert changes({"body": whole}, {"body": long})["body"] == {
        "from": whole,
        "to": {
            "length": LONGEST_TEXT + 1,
            "sha256": hashlib.sha256(long.encode()).hexdigest(),
            "head": "b" * LONGEST_TEXT,
        },
    }


def test_two_long_texts_that_begin_alike_are_told_apart():
    change = changes({"body": "a" * 300}, {"body": "a" * 300 + "b"})["body"]
    assert change["from"]["head"] == change["to"]["head"]
    assert change["from"]["sha256"] != change["to"]["sha256"]


def test_a_long_list_is_summed_up_and_a_short_one_whole():
    fits = ["x" * 100] * 10
    assert plain(fits) == fits
    long = ["x" * 100] * 100
    assert plain(long)["sha256"] == hashlib.sha256(json.dumps(long).encode()).hexdigest()
    edge = ["x" * (LONGEST_VALUE // 10 - 4)] * 10
    assert (len(json.dumps(edge)), plain(edge)) == (LONGEST_VALUE, edge)
    assert plain([*edge, ""])["length"] == LONGEST_VALUE + 4


def test_of_many_records_the_first_are_whole_and_one_digest_is_of_all():
    def of(last):
        many = ManyChanges()
        for number in range(MOST_SHOWN + 1):
            many.add(f"jira/{number}", {"hours": 1.0}, {"hours": last if number == MOST_SHOWN else 2.0})
            many.add(f"same/{number}", {"hours": 1.0}, {"hours": 1.0})
        return many.summary()

    first, other = of(3.0), of(4.0)
    assert first["changed"] == MOST_SHOWN + 1
    assert list(first["changes"]) == [f"jira/{number}" for number in range(MOST_SHOWN)]
    assert first["changes"]["jira/0"] == {"hours": {"from": 1.0, "to": 2.0}}
    assert first["changes"] == other["changes"]
    assert first["sha256"] != other["sha256"] == of(4.0)["sha256"]


@given(VALUES, VALUES)
def test_whatever_changed_fits_an_event(before, after):
    content = changes({"field": before}, {"field": after})
    assert len(canonical(content)) < 4 * (LONGEST_VALUE + 6 * LONGEST_TEXT)
    assert bool(content) == (before != after)
