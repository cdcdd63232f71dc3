import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.engines.key_counts import count, repeated


@pytest.fixture
def side(tmp_path):
    path = tmp_path / "keys.parquet"
    parquet.write_table(pa.table({"k": [1, 1, 2, None], "s": ["a", "b", "x", None]}), path)
    return Side(Files(path, (path,), "parquet"))


def test_keys_and_values_are_counted(side):
    with opened(memory_bytes=1 << 28) as duck:
        assert count(duck, side, "k", distinct=True, allowed=None)[:3] == (4, 1, 2)
        assert count(duck, side, "k", distinct=False, allowed=None).distinct == 3
        assert count(duck, side, "s", distinct=False, allowed=["a", "b"]).not_allowed == {"x": 1}
        assert (repeated(duck, side, ["k"]), repeated(duck, side, ["k", "s"])) == (1, 0)
