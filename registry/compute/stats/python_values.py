"""Arrow values as Python has them, and as text where it has none.

>>> shown_values(pa.array([[4_398_000], None], pa.list_(pa.int32())).cast(pa.list_(pa.date32())))
[['14011-04-26'], None]
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa


def shown_values(array: pa.Array | pa.ChunkedArray) -> list[Any]:
    """The values as Python has them; all of them as text where it has none for one, such as nanoseconds or the year 14011."""
    try:
        values: list[Any] = array.to_pylist()
    except (ValueError, OverflowError):
        if pa.types.is_nested(array.type):
            return [_nested_value(value) if value.is_valid else None for value in array]
        values = array.cast(pa.string()).to_pylist()
    return values


def _nested_value(value: pa.Scalar) -> Any:
    """One value, each part of it by itself."""
    if isinstance(value, pa.StructScalar):
        return {name: shown_values(pa.array([part]))[0] for name, part in value.items()}
    return shown_values(value.values)
