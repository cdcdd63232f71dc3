"""Kinds of values: as much of a type as decides whether two engines compute an expression alike.

>>> of_arrow("int64"), of_arrow("decimal128(10, 2)"), of_arrow("list<item: int64>").name
(<Kind.WHOLE: 'a whole number'>, <Kind.DECIMAL: 'a decimal'>, 'OTHER')
>>> arrow_of("timestamp with time zone"), arrow_of("numeric"), arrow_of("character varying(3)")
('timestamp[us, tz=UTC]', 'double', 'string')
"""

from __future__ import annotations

import re
from enum import StrEnum

import pyarrow as pa


class Kind(StrEnum):
    """The values are the words that messages use."""

    WHOLE = "a whole number"
    SINGLE = "a float32"
    DOUBLE = "a float64"
    DECIMAL = "a decimal"
    TRUTH = "a truth value"
    TEXT = "text"
    DATE = "a date"
    TIME = "a timestamp"
    NOTHING = "null"
    OTHER = "a type that the engines do not share"


NUMBERS = frozenset({Kind.WHOLE, Kind.SINGLE, Kind.DOUBLE, Kind.DECIMAL})
ARROW = (
    (r"u?int(8|16|32|64)", Kind.WHOLE),
    (r"float", Kind.SINGLE),
    (r"double", Kind.DOUBLE),
    (r"decimal.*", Kind.DECIMAL),
    (r"bool", Kind.TRUTH),
    (r"(large_)?string", Kind.TEXT),
    (r"date.*", Kind.DATE),
    (r"timestamp.*", Kind.TIME),
)
# As PostgreSQL's format_type and Spark's DESCRIBE write them.
WRITTEN = (
    (r"tinyint", "int8"),
    (r"smallint", "int16"),
    (r"integer|int", "int32"),
    (r"bigint", "int64"),
    (r"real|float", "float"),
    (r"double precision|double", "double"),
    (r"numeric", "double"),  # without a precision it holds NaN and infinities, as no decimal does
    (r"(?:numeric|decimal)\((\d+),(-?\d+)\)", r"decimal128(\1, \2)"),
    (r"boolean", "bool"),
    (r"text|character.*|string|varchar.*|char.*|uuid", "string"),
    (r"date", "date32[day]"),
    (r"timestamp(\(\d\))? without time zone|timestamp_ntz", "timestamp[us]"),
    (r"timestamp(\(\d\))? with time zone|timestamp", "timestamp[us, tz=UTC]"),
)


def of_arrow(name: str | None) -> Kind:
    """The kind of a column, from Arrow's name of its type."""
    return next((kind for pattern, kind in ARROW if name and re.fullmatch(pattern, name)), Kind.OTHER)


def arrow_of(written: str) -> str:
    """Arrow's name of an engine's type; the engine's own name when there is no match."""
    for pattern, name in WRITTEN:
        if match := re.fullmatch(pattern, written):
            return match.expand(name)
    return written


def arrow_type(data_type: str) -> pa.DataType:
    """The Arrow type of a feature's declared data type."""
    return pa.type_for_alias({"date": "date32", "timestamp": "timestamp[us]"}.get(data_type, data_type))
