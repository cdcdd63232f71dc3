"""The copy that engines read: in place where they read the same, unreadable cells counted in the rows of a side."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Unreadable
from tests.registry.compute.reading.written import MIB, by_every_reader, csv_file


@pytest.fixture
def copies(tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def parquet_file(folder, **columns) -> Files:
    path = folder / "rows.parquet"
    pq.write_table(pa.table(columns), path)
    return Files(path, (path,), "parquet")


def test_parquet_is_read_in_place(tmp_path, copies):
    files = parquet_file(tmp_path, at=[datetime(2024, 1, 1)], x=[1])
    assert files.at_hand(copies) is files
    assert list(copies.iterdir()) == []


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("statistics", [True, False])
def test_a_date_beyond_the_calendar_is_one_unreadable_cell(unit, statistics, tmp_path, copies):
    at = pa.array(
        np.array(["2024-01-01", "14011-01-01", "2024-01-03", "NaT"], f"datetime64[{unit}]"), pa.timestamp(unit)
    )
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"at": at, "x": [1, 2, 3, 4]}), path, write_statistics=statistics)
    files = Files(path, (path,), "parquet")
    expected = [datetime(2024, 1, 1), None, datetime(2024, 1, 3), None]
    for columns in by_every_reader(files, copies).values():
        assert columns == {"at": expected, "x": [1, 2, 3, 4]}
    with opened(memory_bytes=256 * MIB) as duck:
        reader = Reader(duck, Side(files.at_hand(copies)))
        assert (reader.unreadable("at"), reader.unreadable("x"), reader.rows()) == (1, 0, 4)


def test_unreadable_cells_are_those_of_the_rows_of_a_side(tmp_path, copies):
    lines = [f"2024-01-{1 + row % 28:02},{row / 2},{row}" for row in range(560)]
    lines[3], lines[30], lines[31] = "2024-01-04,oops,3", "2024-01-03,?!,30", "2024-01-04,oops,oops"
    files = csv_file(tmp_path, "\n".join(["at,x,n", *lines, ""])).at_hand(copies)
    with opened(memory_bytes=256 * MIB) as duck:
        whole = Reader(duck, Side(files, "at"))
        assert [whole.unreadable(name) for name in ("x", "n", "at")] == [3, 1, 0]
        assert whole.column("x").null_count == 3
        cut = Reader(duck, Side(files, "at", since=datetime(2024, 1, 4), until=datetime(2024, 1, 5)))
        assert [cut.unreadable(name) for name in ("x", "n")] == [2, 1]


def test_partitions_are_columns_of_a_copy_as_of_files_in_place(tmp_path, copies):
    paths = []
    for day, zone in (("2024-01-01", "01"), ("2024-01-02", "__HIVE_DEFAULT_PARTITION__")):
        paths.append(tmp_path / f"day={day}" / f"zone={zone}" / "a.csv")
        paths[-1].parent.mkdir(parents=True)
        paths[-1].write_text("x\n1\n")
    files = Files(tmp_path, tuple(paths), "csv")
    assert [column.type for column in files.describe()] == ["int64", "date32[day]", "int32"]
    for columns in by_every_reader(files, copies).values():
        assert [str(day) for day in columns["day"]] == ["2024-01-01", "2024-01-02"]
        assert columns["zone"] == [1, None]


def test_a_whole_number_that_a_float_does_not_hold_is_not_rounded(tmp_path, copies):
    pq.write_table(pa.table({"id": [2**53 + 1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": [0.5]}), tmp_path / "b.parquet")
    files = Files(tmp_path, tuple(sorted(tmp_path.glob("*.parquet"))), "parquet")
    with pytest.raises(Unreadable, match="Column id is int64 in some files and double in others") as refused:
        files.at_hand(copies)
    assert refused.value.reason == "differing_columns"


def test_a_damaged_part_of_a_parquet_file_is_named(tmp_path, copies):
    files = parquet_file(tmp_path, at=[datetime(14, 1, 1)] * 9, x=list(range(9)))
    content = bytearray(files.base.read_bytes())
    content[4:60] = bytes(56)
    files.base.write_bytes(content)
    with pytest.raises(Unreadable, match=r"rows\.parquet cannot be read as parquet: a part of it is damaged"):
        files.first_rows(1)


def test_a_file_that_broke_later_ends_with_its_line(tmp_path, copies):
    files = csv_file(tmp_path, "id,x\n1,2\n")
    files = files._replace(reading=files.described().reading)
    files.base.write_text("id,x\n1,2\n3,4,5\n")
    with pytest.raises(Unreadable, match=r"rows\.csv, line 3: 3 fields where the first line has 2"):
        files.at_hand(copies)


def test_a_copy_can_be_cancelled(tmp_path, copies):
    with pytest.raises(Stopped):
        csv_file(tmp_path, "id,x\n1,2\n").at_hand(copies, stopped=lambda: True)
