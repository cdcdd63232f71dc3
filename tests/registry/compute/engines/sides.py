"""Small Parquet files as sides of a comparison."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files

MIB = 2**20
ODD = 'a "quoted" name; --'


def written(path: Path, table, **options) -> Side:
    """Write the columns to the file; return the side, whose event time is ``at``."""
    pq.write_table(pa.table(table), path, **options)
    return Side(Files(path, (path,), "parquet"), "at")
