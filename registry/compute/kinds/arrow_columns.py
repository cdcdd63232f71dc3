"""Arrow columns as the statistics take them: by kind, nulls apart, never an error.

Numbers, decimals too, are compared as float64, durations as seconds, times as seconds since 1970; text and truth values
as categories; text that hardly repeats by its length; lists, structs, maps and bytes by digests of their values.

>>> kind_of(pa.list_(pa.int8())), kind_of(pa.bool_()), kind_of(pa.dictionary(pa.int8(), pa.int64()))
(<ColumnKind.OTHER: 'other'>, <ColumnKind.CATEGORICAL: 'categorical'>, <ColumnKind.NUMERIC: 'numeric'>)
>>> numbers(pa.chunked_array([[1.5, None]])).null.tolist()
[False, True]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.compute.engines.category_counts import Names
from registry.compute.kinds.schema.expectations import family
from registry.compute.stats.columns.categories import Categories
from registry.compute.stats.columns.column import Column
from registry.compute.stats.comparison import ColumnKind

UNITS = {"day": 1 / 86_400, "s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}  # in a second
HARDLY_REPEATS = 0.5  # distinct values per row that is not null


def kind_of(kind: pa.DataType) -> ColumnKind:
    """How a column of this type is compared; a dictionary as its values are."""
    types = pa.types
    kind = kind.value_type if types.is_dictionary(kind) else kind
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_duration(kind):
        return ColumnKind.NUMERIC
    if types.is_timestamp(kind) or types.is_date(kind) or types.is_time(kind):
        return ColumnKind.TIME
    if types.is_boolean(kind) or _is_string(kind):
        return ColumnKind.CATEGORICAL
    return ColumnKind.OTHER


def comparable(reference: pa.DataType, current: pa.DataType) -> bool:
    """Whether columns of these types can be compared: truth values cannot be compared with text."""
    kinds = kind_of(reference), kind_of(current)
    truths = pa.types.is_boolean(reference), pa.types.is_boolean(current)
    if kinds == (ColumnKind.OTHER, ColumnKind.OTHER):
        return family(str(reference)) == family(str(current))
    return kinds[0] == kinds[1] and truths[0] == truths[1]


def typed_alike(reference: pa.ChunkedArray, current: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Dictionaries as their values; where one side is nothing but nulls of no type, it takes the other's type."""
    reference, current = (_decoded(side) for side in (reference, current))
    if pa.types.is_null(reference.type):
        return reference.cast(current.type), current
    if pa.types.is_null(current.type):
        return reference, current.cast(reference.type)
    return reference, current


def numbers(array: pa.ChunkedArray) -> Column:
    """Values as float64 beside the null mask: numbers as they are, times in seconds, lists and text by length."""
    null = array.is_null().to_numpy()
    values = pc.cast(_measured(array), pa.float64(), safe=False)
    return Column(pc.fill_null(values, 0.0).to_numpy(), null)


class Coded(NamedTuple):
    """Both sides' rows as codes of ``names``, the categories of either; -1 where a row is null."""

    names: Sequence[Any]
    reference: np.ndarray
    current: np.ndarray

    @property
    def counted(self) -> Categories:
        return Categories(self.names, _counts(self.reference, len(self.names)), _counts(self.current, len(self.names)))

    @property
    def is_text(self) -> bool:
        """Whether the values hardly repeat, as names and free text do."""
        return hardly_repeats(len(self.names), int((self.reference >= 0).sum()), int((self.current >= 0).sum()))


def hardly_repeats(distinct: int, *rows: int) -> bool:
    """Whether a column is names or free text: ``distinct`` values of both sides, in ``rows`` of each side."""
    return distinct > HARDLY_REPEATS * max(rows)


def coded(reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Coded:
    """Encode both sides by one dictionary, in the order in which values first appear."""
    plain = [_plain(side) for side in (reference, current)]
    encoded = pa.chunked_array([*plain[0].chunks, *plain[1].chunks], plain[0].type).dictionary_encode()
    encoded = encoded.unify_dictionaries().combine_chunks()
    both = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    codes = pc.fill_null(both.indices, -1).to_numpy(zero_copy_only=False)
    return Coded(Names(both.dictionary), codes[: len(reference)], codes[len(reference) :])


def _counts(codes: np.ndarray, categories: int) -> np.ndarray:
    return np.bincount(codes[codes >= 0], minlength=categories)


def _decoded(array: pa.ChunkedArray) -> pa.ChunkedArray:
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def _plain(array: pa.ChunkedArray) -> pa.ChunkedArray:
    array = _decoded(array)
    return array.cast(pa.large_string()) if _is_string(array.type) else array


def _measured(array: pa.ChunkedArray) -> pa.ChunkedArray:
    array = _decoded(array)
    kind = array.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pc.divide(pc.cast(_whole(array), pa.float64(), safe=False), UNITS[_unit(kind)])
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        return pc.divide(pc.cast(_whole(array), pa.float64(), safe=False), UNITS[kind.unit])
    if _is_string(kind):
        return pc.utf8_length(_plain(array))
    return array


def _whole(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times as the whole numbers that they are stored as: no moment is beyond them."""
    width = array.type.bit_width
    return array.cast(pa.int32() if width == 32 else pa.int64())


def _unit(kind: pa.DataType) -> str:
    return kind.unit if pa.types.is_timestamp(kind) else "day" if kind.bit_width == 32 else "ms"


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
