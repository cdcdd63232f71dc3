"""Arrow columns in the plain layout of their type: what is only another way to store the same values is undone, so that
every column can be sorted, taken from and written.

>>> plain_layout(pa.chunked_array([pa.array(["a", None]).dictionary_encode()])).type, plain_layout(pa.array([b"a"], pa.binary_view())).type
(DataType(string), DataType(binary))
"""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

Values = TypeVar("Values", pa.Array, pa.ChunkedArray)
STORED_AS = {
    pa.string_view(): pa.string(),
    pa.binary_view(): pa.binary(),
    pa.float16(): pa.float32(),
}


def plain_layout(values: Values) -> Values:
    """The same values without dictionaries, runs, views and names of extensions; half floats as float32."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain_layout(values.cast(kind.storage_type))
    if pa.types.is_run_end_encoded(kind):
        return plain_layout(pc.run_end_decode(values))
    if pa.types.is_dictionary(kind):
        return _decoded(values)
    return values.cast(STORED_AS[kind]) if kind in STORED_AS else values


def _decoded(values: Values) -> Values:
    """The values of a dictionary, which is made plain first: nothing can be taken from views."""
    if isinstance(values, pa.ChunkedArray):
        kind = plain_layout(pa.nulls(0, values.type.value_type)).type
        return pa.chunked_array([_decoded(chunk) for chunk in values.chunks], kind)
    return plain_layout(values.dictionary).take(values.indices)


def has_order(kind: pa.DataType) -> bool:
    """Whether rows can be put in order by values of a type in its plain layout: not by lists, nested values and intervals."""
    return not pa.types.is_nested(kind) and not pa.types.is_interval(kind)


def plain_table(rows: pa.Table) -> pa.Table:
    """The same for each column of a table."""
    return pa.table({name: plain_layout(rows[name]) for name in rows.column_names})


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The types that `plain_table` gives."""
    return plain_table(schema.empty_table()).schema
