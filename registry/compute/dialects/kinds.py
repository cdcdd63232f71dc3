"""Kinds of values in the dialect that logic is written in: as much of a type as decides what an operator computes.

>>> of_column("int32"), of_column("int64") is Kind.LONG, of_column("list<item: string>") is Kind.LIST
(<Kind.INT: 'a whole number'>, True, True)
"""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """The values are the words that messages use."""

    INT = "a whole number"
    LONG = "a whole number of 64 bits"
    DECIMAL = "a decimal"
    DOUBLE = "a float"
    TEXT = "text"
    TRUTH = "a truth value"
    DATE = "a date"
    TIME = "a timestamp"
    INTERVAL = "an interval"
    LIST = "a list"
    JSON = "JSON"
    UNKNOWN = "of a type that is not known"


WHOLE = frozenset({Kind.INT, Kind.LONG})
NUMBERS = frozenset({Kind.INT, Kind.LONG, Kind.DECIMAL, Kind.DOUBLE})
MOMENTS = frozenset({Kind.DATE, Kind.TIME})
ORDER = (Kind.INT, Kind.LONG, Kind.DECIMAL, Kind.DOUBLE)
OF_ARROW = (
    (r"u?int(8|16|32)", Kind.INT),
    (r"u?int64", Kind.LONG),
    (r"(half)?float|double", Kind.DOUBLE),
    (r"decimal.*", Kind.DECIMAL),
    (r"bool", Kind.TRUTH),
    (r"(large_)?string", Kind.TEXT),
    (r"date.*", Kind.DATE),
    (r"timestamp.*", Kind.TIME),
    (r"(large_|fixed_size_)?list.*", Kind.LIST),
)


def of_column(arrow_type: str) -> Kind:
    """The kind of a column, from Arrow's name of its type."""
    return next((kind for pattern, kind in OF_ARROW if re.fullmatch(pattern, arrow_type)), Kind.UNKNOWN)


def common(kinds: list[Kind]) -> Kind:
    """The kind of a value that may be any of these, such as a CASE."""
    known = {kind for kind in kinds if kind is not Kind.UNKNOWN}
    if len(known) == 1 and len(kinds) == len([kind for kind in kinds if kind in known]):
        return known.pop()
    if known and known <= NUMBERS and Kind.UNKNOWN not in kinds:
        return max(known, key=ORDER.index)
    return Kind.DOUBLE if Kind.DOUBLE in known and known <= NUMBERS else Kind.UNKNOWN
