"""One column's values of both sides, read as the check compares them: as they are, as a kind that somebody set, or as digests
where the values have no order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from registry.compute.engines.columns import Reader
from registry.compute.kinds.arrow_columns import comparable, kind_of, typed_alike
from registry.compute.stats.comparison import ColumnKind


class Values(NamedTuple):
    """``types``: of the columns; those of the arrays, unless these are digests. ``as_text``: compared by their lengths.
    ``unreadable``: for each side the values that are not of the kind that somebody set."""

    reference: pa.ChunkedArray
    current: pa.ChunkedArray
    types: tuple[pa.DataType, pa.DataType]
    as_text: bool = False
    unreadable: tuple[int, int] = (0, 0)

    @property
    def kind(self) -> ColumnKind:
        """How the values are compared."""
        return ColumnKind.TEXT if self.as_text else kind_of(self.types[0])

    @property
    def are_comparable(self) -> bool:
        """Whether the two sides hold values of one kind."""
        return comparable(*self.types)


def of_arrays(reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Values:
    """Values that are at hand."""
    reference, current = typed_alike(reference, current)
    return Values(reference, current, (reference.type, current.type))


def read(readers: tuple[Reader, Reader], name: str, kinds: Mapping[str, str]) -> Values:
    """Read a column of both sides; ``kinds``: what somebody set, by column."""
    wanted = kinds.get(name)
    if wanted == "number":
        return _as_numbers(readers, name)
    if wanted:
        return of_arrays(*(reader.texts(name) for reader in readers))._replace(as_text=wanted == "text")
    types = readers[0].type_of(name), readers[1].type_of(name)
    if {kind_of(kind) for kind in types} == {ColumnKind.OTHER} and not any(pa.types.is_null(kind) for kind in types):
        return Values(readers[0].digests(name), readers[1].digests(name), types)
    return of_arrays(*(_typed(reader.column(name), of) for reader, of in zip(readers, types, strict=True)))


def _typed(array: pa.ChunkedArray, of: pa.DataType) -> pa.ChunkedArray:
    """Durations come as whole numbers, in the unit of the file."""
    return array.cast(of) if pa.types.is_duration(of) and pa.types.is_int64(array.type) else array


def _as_numbers(readers: tuple[Reader, Reader], name: str) -> Values:
    sides = [reader.numbers(name) for reader in readers]
    before = [reader.column(name).null_count for reader in readers]
    unreadable = tuple(side.null_count - nulls for side, nulls in zip(sides, before, strict=True))
    return of_arrays(*sides)._replace(unreadable=unreadable)
