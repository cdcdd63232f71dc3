"""Two files of four columns, of which one moved."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters

COLUMNS = {
    "same": [1.0, 2.0] * 10,
    "word": ["a", "b"] * 10,
    "moved": [1.0, 2.0] * 10,
    "times": [[1], [1, 2]] * 10,
}


@pytest.fixture
def inputs(tmp_path):
    sides = []
    for name, columns in (("before", COLUMNS), ("after", COLUMNS | {"moved": [5.0, 6.0] * 10})):
        path = tmp_path / f"{name}.parquet"
        parquet.write_table(pa.table(columns), path)
        sides.append(Side(Files(path, (path,), "parquet")))
    return DriftInputs(*sides, [*COLUMNS], [], DriftParameters("before", "after", minimum_rows=10))
