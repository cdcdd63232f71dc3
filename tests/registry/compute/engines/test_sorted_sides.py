"""One side of a comparison read from its files."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.sorted_sides import Store, read_sorted

OTHER_TYPES = {
    "decimal": pa.array([1, None, 3], pa.decimal128(9, 2)),
    "null": pa.array([None, None, None]),
    "float32": pa.array([1.0, None, 0.1], pa.float32()),
    "float64": pa.array([1.0, None, 0.123456]),
    "whole": pa.array([1, None, 3], pa.int16()),
}


@pytest.mark.parametrize("which", OTHER_TYPES)
def test_files_of_one_side_that_hold_a_column_as_other_types_are_one_column(which, tmp_path):
    first = pa.array([0.25, 0.5, None])
    for name, array in (("a", first), ("b", OTHER_TYPES[which])):
        parquet.write_table(pa.table({"c": array}), tmp_path / f"{name}.parquet")
    store = Store((str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")))
    column = read_sorted(store, "c", np.empty(6))
    values = [*first.drop_null().to_pylist(), *OTHER_TYPES[which].cast(pa.float64()).drop_null().to_pylist()]
    assert np.array_equal(column.numbers, np.sort(np.array(values)))
    assert (column.rows, column.nulls, column.nans) == (6, 6 - len(values), 0)
