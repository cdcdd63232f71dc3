"""Kinds of values from the names that Arrow and the engines give their types."""

import pytest

from registry.compute.engines.value_kinds import Kind, arrow_of, arrow_type, of_arrow


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("uint8", Kind.WHOLE),
        ("int64", Kind.WHOLE),
        ("float", Kind.SINGLE),
        ("halffloat", Kind.OTHER),
        ("double", Kind.DOUBLE),
        ("decimal128(10, 2)", Kind.DECIMAL),
        ("large_string", Kind.TEXT),
        ("date32[day]", Kind.DATE),
        ("timestamp[us, tz=UTC]", Kind.TIME),
        ("list<item: int64>", Kind.OTHER),
        ("bool", Kind.TRUTH),
        ("int640", Kind.OTHER),
        ("", Kind.OTHER),
        (None, Kind.OTHER),
    ],
)
def test_the_kind_of_an_arrow_type(name, kind):
    assert of_arrow(name) is kind


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("numeric(12,2)", r"decimal128(12, 2)"),
        ("numeric(3,-2)", r"decimal128(3, -2)"),
        ("numeric", "double"),
        ("integer", "int32"),
        ("double precision", "double"),
        ("character varying(3)", "string"),
        ("timestamp(3) without time zone", "timestamp[us]"),
        ("timestamp", "timestamp[us, tz=UTC]"),
        ("timestamp_ntz", "timestamp[us]"),
        ("point", "point"),
    ],
)
def test_a_type_of_an_engine_as_arrow_names_it(written, name):
    assert arrow_of(written) == name


def test_declared_types_are_those_of_arrow():
    declared = ["float32", "float64", "boolean", "bool", "int8", "string", "date", "timestamp"]
    arrow = ["float", "double", "bool", "bool", "int8", "string", "date32[day]", "timestamp[us]"]
    assert [str(arrow_type(name)) for name in declared] == arrow
