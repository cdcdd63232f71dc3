"""The rows that differ, as a compressed CSV file that a spreadsheet opens without running anything in it.

>>> rows = pa.table({"id": [1, 2], "note": ["=1+1", "fine"]})
>>> gzip.decompress(compress(rows).content).decode()
'"id","note"\\n1,"\\'=1+1"\\n2,"fine"\\n'
"""

from __future__ import annotations

import gzip
import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from platform_site.text.cells import FORMULA_PATTERN, safe_cell
from registry.compute.kinds.report import Differing
from registry.compute.stats.python_values import shown_values

MOST = 100_000
WITHOUT_CELLS = (
    pa.types.is_nested,
    pa.types.is_decimal,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_fixed_size_binary,
    pa.types.is_interval,
)  # that CSV writes as they are
LEVEL = 4  # 6 takes twice as long and is not smaller


def compress(rows: pa.Table, *, of: int | None = None) -> Differing:
    """The rows, or the first 100,000 of them in the order of the data. ``of``: how many there are where ``rows`` are the
    first of more."""
    few = rows.slice(0, MOST)
    names = [safe_cell(name) for name in few.column_names]
    plain = pa.Table.from_arrays([_safe_cells(few[name]) for name in few.column_names], names=names)
    written = io.BytesIO()
    csv.write_csv(plain, written)
    return Differing(
        few.num_rows,
        few.num_rows == (rows.num_rows if of is None else of),
        gzip.compress(written.getvalue(), LEVEL, mtime=0),
    )


def _safe_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if any(is_kind(column.type) for is_kind in WITHOUT_CELLS):
        texts = [None if value is None else str(value) for value in shown_values(column)]
        column = pa.chunked_array([pa.array(texts, pa.string())])
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    quoted = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
    return pc.if_else(pc.match_substring_regex(column, FORMULA_PATTERN), quoted, column)
