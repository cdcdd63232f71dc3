"""Columns of predictions, labels and groups as arrays: numbers as float64, classes as codes of names that all share.

>>> coded([pa.chunked_array([[True, None]]), pa.chunked_array([[0, 1]])])
Coded(names=('0', '1'), codes=[array([ 1, -1]), array([0, 1])])
>>> numbers(pa.chunked_array([[1, None]])).tolist()
[1.0, nan]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable


class Coded(NamedTuple):
    """``names``: sorted, numbers by size; ``codes``: of each column its rows, -1 for null."""

    names: tuple[str, ...]
    codes: list[np.ndarray]


def is_number(kind: pa.DataType) -> bool:
    """Whether it holds numbers; truth values are classes."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """(rows,) float64; NaN where there is none."""
    values = pc.cast(column, pa.float64(), safe=False)
    filled: np.ndarray = pc.fill_null(values, float("nan")).to_numpy()
    return filled


def coded(columns: Sequence[pa.ChunkedArray]) -> Coded:
    """The columns by one list of names. Truth values beside numbers are 0 and 1. NotAnswerable for values without names."""
    plain = [_decoded(column) for column in columns]
    if any(is_number(column.type) for column in plain):
        plain = [column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column for column in plain]
    encoded = [_texts(column).dictionary_encode() for column in plain]
    names = sorted(
        {name for column in encoded for chunk in column.chunks for name in chunk.dictionary.to_pylist()}, key=_order
    )
    code = {name: index for index, name in enumerate(names)}
    return Coded(tuple(names), [_codes(column, code) for column in encoded])


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = numbers(column)
        known = np.isfinite(values)
        if (values[known] % 1 == 0).all() and (np.abs(values[known]) < 2**53).all():
            whole = np.where(known, values, 0).astype(np.int64)
            column = pa.chunked_array([pa.array(whole, mask=~known)])
    try:
        return column.cast(pa.large_string())
    except pa.ArrowException as error:
        raise NotAnswerable(f"A column of {kind} has no classes or groups.") from error


def _codes(column: pa.ChunkedArray, code: dict[str, int]) -> np.ndarray:
    parts = [np.zeros(0, dtype=np.int64)]
    for chunk in column.chunks:
        by_own = np.array([*(code[name] for name in chunk.dictionary.to_pylist()), -1], dtype=np.int64)
        parts.append(by_own[pc.fill_null(chunk.indices, len(by_own) - 1).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _order(name: str) -> tuple[bool, float, str]:
    """Numbers by size, then all others by letters: NaN too, as nothing is smaller or larger than it."""
    try:
        number = float(name)
    except ValueError:
        number = math.nan
    return (True, 0.0, name) if math.isnan(number) else (False, number, name)
