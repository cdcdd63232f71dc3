"""The differing share by a column's values or by month, of as many rows as there are.

>>> by_month(np.array([True, False]), pa.chunked_array([[datetime(2024, 3, 9), datetime(2024, 3, 31)]]))
[{'slice': '2024-03', 'rows': 2, 'differ': 1, 'share': 0.5}]
"""

from __future__ import annotations

from datetime import datetime  # noqa: F401 - for the example
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.stats.parity import by_code

Mask = NDArray[np.bool_]


def by_value(differs: Mask, column: pa.ChunkedArray) -> list[dict[str, Any]]:
    """Rows and differing rows of each value, in order; null last. ValueError when the column is of another length."""
    if pa.types.is_nested(column.type):  # lists and the like have no order: their text has
        column = pa.chunked_array([[None if one is None else str(one) for one in column.to_pylist()]], pa.string())
    encoded = column.dictionary_encode().unify_dictionaries()
    values = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], column.type)
    order = pc.array_sort_indices(values).to_pylist()
    place = np.append(np.empty(len(values), dtype=np.intp), len(values))
    place[order] = np.arange(len(values))
    codes = [pc.fill_null(one.indices, len(values)).to_numpy(zero_copy_only=False) for one in encoded.chunks]
    labels = values.to_pylist()
    return by_code(differs, [*(labels[at] for at in order), None], place[np.concatenate([*codes, []]).astype(np.intp)])


def by_month(differs: Mask, column: pa.ChunkedArray) -> list[dict[str, Any]]:
    """The same by month, written 2024-03, of a column of dates or moments; a row without one stands last."""
    moments = column.to_numpy()
    timeless = np.isnat(moments)
    months = moments.astype("datetime64[M]").astype(np.int64)
    known = months[~timeless] if timeless.any() else months
    first, last = (int(known.min()), int(known.max())) if known.size else (0, -1)
    labels = [str(np.datetime64(month, "M")) for month in range(first, last + 1)]
    return by_code(differs, [*labels, None], np.where(timeless, len(labels), months - first))
