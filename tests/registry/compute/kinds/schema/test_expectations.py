"""Schemas: what changed, what is breached, all of it at once."""

import pytest

from registry.compute.engines.key_counts import ColumnCounts
from registry.compute.kinds.schema.expectations import breaches, changes, fits
from registry.compute.kinds.schema.parameters import Expectation

TYPES = {"id": "int64", "status": "string", "amount": "double", "at": "timestamp[us]"}


@pytest.mark.parametrize(
    ("have", "want", "fit"),
    [
        ("int32", "int64", True), ("int64", "double", True), ("double", "int64", False), ("large_string", "string", True),
        ("timestamp[us, tz=UTC]", "timestamp[ns]", True), ("string", "timestamp[us]", False), ("bool", "int8", False),
        ("date32[day]", "timestamp[us]", False), ("decimal128(21, 0)", "int64", True), ("interval", "int32", False),
        ("dictionary<values=string, indices=int32, ordered=0>", "large_string", True), ("timestamp[ns]", "timestamp[us, tz=UTC]", True), ("decimal128(10, 2)", "double", True), ("list<item: int64>", "string", False),
    ],
)  # fmt: skip
def test_a_type_fits_its_family(have, want, fit):
    assert fits(have, want) is fit


def test_changes_between_two_sides_are_found():
    after = {"id": "string", "amount": "double", "at": "timestamp[us]", "new": "bool"}
    assert [(change.column, change.issue) for change in changes(TYPES, after)] == [
        ("status", "gone"), ("id", "other_type"), ("new", "new"),
    ]  # fmt: skip


CASES = [
    (Expectation("gone", because="Feature f is computed from it."), "gone is missing. Feature f is computed from it."),
    (Expectation("status", "int64"), "status is string, expected int64."),
    (Expectation("amount", nullable=False), "amount is null in 3 of 10 rows."),
    (Expectation("id", unique=True), "id repeats in 2 rows."),
    (Expectation("status", allowed=["open"]), "status has values that are not allowed in 4 rows: 'shut'."),
    (Expectation("at", "timestamp[us]", nullable=False, unique=True), None),
]
COUNTED = {
    "amount": ColumnCounts(10, 3, 7),
    "id": ColumnCounts(10, 0, 8),
    "status": ColumnCounts(10, 0, 2, {"shut": 4}),
    "at": ColumnCounts(10, 0, 10),
}


@pytest.mark.parametrize(("wanted", "sentence"), CASES)
def test_a_breach_says_what_is_and_why_it_matters(wanted, sentence):
    assert [breach.sentence for breach in breaches([wanted], TYPES, COUNTED)] == ([sentence] if sentence else [])


def test_every_breach_is_said_at_once():
    assert len(list(breaches([wanted for wanted, _ in CASES], TYPES, COUNTED))) == 5
