"""Files as a data set: columns, digest, first rows, and what cannot be read."""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Unreadable


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"x": pa.array([1, None], pa.int64()), "s": ["a", "b"]}), path)
    return path


def test_a_snapshot_has_the_digest_of_the_bytes_the_rows_and_the_columns(file):
    snapshot = Files(file, (file,), "parquet").snapshot()
    assert snapshot.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (snapshot.rows, snapshot.schema) == (2, (Column("x", "int64"), Column("s", "string")))


def test_partitions_become_columns_and_names_are_part_of_the_digest(tmp_path):
    def partitioned(base, months):
        for month in months:
            (base / f"month={month}").mkdir(parents=True)
            pq.write_table(pa.table({"x": [1]}), base / f"month={month}" / "part.parquet")
        return Files(base, tuple(sorted(base.rglob("*.parquet"))), "parquet")

    first, same, other = (
        partitioned(tmp_path / name, months) for name, months in (("a", (1, 2)), ("b", (1, 2)), ("c", (1, 3)))
    )
    assert first.first_rows(9) == [{"x": 1, "month": 1}, {"x": 1, "month": 2}]
    assert first.snapshot() == same.snapshot()
    assert first.snapshot().digest != other.snapshot().digest


def test_first_rows_are_no_more_than_there_are(file):
    files = Files(file, (file,), "parquet")
    assert files.first_rows(1) == [{"x": 1, "s": "a"}]
    assert len(files.first_rows(99)) == 2


@pytest.mark.parametrize("method", ["describe", "snapshot"])
def test_a_file_of_another_kind_is_unreadable(tmp_path, method):
    path = tmp_path / "rows.parquet"
    path.write_text("x\n1\n")
    with pytest.raises(Unreadable, match="cannot be read as parquet"):
        getattr(Files(path, (path,), "parquet"), method)()


def test_files_are_read_in_place(file, tmp_path):
    files = Files(file, (file,), "parquet")
    assert files.at_hand(tmp_path, " WHERE x > 1", most_rows=1) is files
