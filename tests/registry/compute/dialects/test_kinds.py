"""Kinds of values of another dialect."""

import pytest

from registry.compute.dialects.kinds import Kind, common, of_column


@pytest.mark.parametrize(
    ("arrow", "kind"),
    [
        ("int16", Kind.INT), ("uint64", Kind.LONG), ("float", Kind.DOUBLE), ("decimal128(10, 2)", Kind.DECIMAL),
        ("large_string", Kind.TEXT), ("bool", Kind.TRUTH), ("date32[day]", Kind.DATE), ("timestamp[us, tz=UTC]", Kind.TIME),
        ("list<item: string>", Kind.LIST), ("struct<a: int64>", Kind.UNKNOWN),
    ],
)  # fmt: skip
def test_the_kind_of_a_column(arrow, kind):
    assert of_column(arrow) is kind


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ([Kind.INT, Kind.LONG], Kind.LONG),
        ([Kind.INT, Kind.DOUBLE], Kind.DOUBLE),
        ([Kind.TEXT, Kind.TEXT], Kind.TEXT),
        ([Kind.TEXT, Kind.INT], Kind.UNKNOWN),
        ([Kind.UNKNOWN, Kind.INT], Kind.UNKNOWN),
        ([Kind.UNKNOWN, Kind.DOUBLE], Kind.DOUBLE),
    ],
)
def test_the_kind_of_a_value_that_may_be_any_of_several(kinds, kind):
    assert common(kinds) is kind
