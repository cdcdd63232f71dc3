"""The columns of a data set: the union over its files, and the partitions that their folders state."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.row_source import Unreadable
from registry.compute.reading.columns_of_files import (
    NOTHING,
    FileColumns,
    name_of,
    parquet_columns,
    partitions_of,
    require_names,
    union,
)

BASE = Path("/data/orders")


def columns(name: str, types: dict[str, pa.DataType], **partitions: str | None) -> FileColumns:
    return FileColumns(name, pa.schema(types.items()), partitions)


@pytest.mark.parametrize(
    ("path", "base", "name"),
    [
        (BASE / "a.csv", BASE, "a.csv"),
        (BASE / "month=1" / "a.csv", BASE, "month=1/a.csv"),
        (BASE / "a.csv", BASE / "a.csv", "a.csv"),
        (Path("/elsewhere/a.csv"), BASE, "a.csv"),
    ],
)
def test_a_file_is_named_by_its_path_below_the_base(path, base, name):
    assert name_of(path, base) == name


@pytest.mark.parametrize(
    ("folders", "partitions"),
    [
        ("", {}),
        ("month=2024-03", {"month": "2024-03"}),
        ("year=2024/old/zone=a%20b", {"year": "2024", "zone": "a b"}),
        (f"zone={NOTHING}", {"zone": None}),
        ("rule=a=b", {"rule": "a=b"}),
    ],
)
def test_folders_with_a_sign_of_equality_are_partitions(folders, partitions):
    assert partitions_of(BASE / folders / "a.csv", BASE) == partitions


def test_a_base_that_is_the_file_itself_has_no_partitions():
    path = BASE / "month=1" / "a.csv"
    assert partitions_of(path, path) == {}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (pa.int64(), pa.int64(), pa.int64()),
        (pa.int32(), pa.int64(), pa.int64()),
        (pa.int64(), pa.float64(), pa.float64()),
        (pa.null(), pa.string(), pa.string()),
        (pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("us")),
    ],
)
def test_two_types_of_a_column_become_the_wider_one(first, second, together):
    result = union([columns("a", {"x": first}), columns("b", {"x": second})])
    assert result.schema.field("x").type == together
    assert result.alike is (first == second)


def test_columns_of_later_files_come_after_and_partitions_last():
    result = union(
        [
            columns("a", {"id": pa.int64(), "x": pa.string()}, month="1"),
            columns("b", {"new": pa.bool_(), "id": pa.int64()}, month="2"),
        ]
    )
    assert result.schema.names == ["id", "x", "new", "month"]
    assert result.lacking == {"a": ("new",), "b": ("x",)}
    assert not result.alike


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-02"], pa.int32()),
        (["2024-01-01", None], pa.date32()),
        (["1", "2024-01-01"], pa.string()),
        ([None, None], pa.string()),
        (["1234567890"], pa.string()),
    ],
)
def test_a_partition_has_a_type_by_all_of_its_values(values, kind):
    files = [columns(f"f{place}", {"x": pa.int64()}, part=value) for place, value in enumerate(values)]
    assert union(files).schema.field("part").type == kind


def test_a_column_of_the_files_goes_before_a_partition_of_its_name():
    result = union([columns("a", {"month": pa.string()}, month="1")])
    assert result.schema.names == ["month"]
    assert result.schema.field("month").type == pa.string()


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ({"x": pa.string()}, "Column x is int64 in a and string in b."),
        ({"y": pa.int64()}, "b shares no column with the files before it: it has y; a has x."),
    ],
)
def test_files_that_do_not_go_together_are_named(second, sentence):
    with pytest.raises(Unreadable) as refused:
        union([columns("a", {"x": pa.int64()}), columns("b", second)])
    assert refused.value.reason == "differing_columns"
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("names", "code", "part"),
    [([], "no_columns", "has no columns"), (["x", "y", "x"], "repeated_column", "(as columns 1 and 3)")],
)
def test_names_are_needed_and_each_once(names, code, part):
    with pytest.raises(Unreadable) as refused:
        require_names("a.parquet", names)
    assert refused.value.reason == code
    assert part in str(refused.value)


def test_a_footer_is_read_again_when_the_file_changed(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [1]}), path)
    assert parquet_columns(path, "a.parquet").names == ["x"]
    pq.write_table(pa.table({"x": [1], "longer": ["text"]}), path)
    assert parquet_columns(path, "a.parquet").names == ["x", "longer"]


@pytest.mark.parametrize(("content", "code"), [(b"", "empty_file"), (b"PAR1 cut", "not_parquet")])
def test_what_is_no_parquet_file_is_refused(tmp_path, content, code):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        parquet_columns(path, "a.parquet")
    assert refused.value.reason == code
