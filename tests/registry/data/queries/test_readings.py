"""What people state about how files are read, and what is wrong with it once the files are looked at."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.files import Files
from registry.compute.reading.description import Reading
from registry.data.queries.readings import held, inspection, merged, stated
from tests.registry.compute.reading.written import csv_file


@pytest.mark.parametrize(
    ("kind", "content", "faults"),
    [
        ("csv", {"delimiter": ";"}, []),
        ("csv", {}, []),
        ("csv", {"delimiter": ";;", "colour": 1}, ["read.colour", "read.delimiter"]),
        ("parquet", {"kinds": {"at": "timestamp"}}, []),
        ("parquet", {"delimiter": ";", "header": True}, ["read.delimiter", "read.header"]),
        ("table", {}, []),
        ("table", {"null_words": ["NA"]}, ["read"]),
    ],
)
def test_what_is_stated_fits_the_kind_of_data(kind, content, faults):
    result = stated(kind, content)
    assert [fault.field for fault in result.faults] == faults
    assert all(fault.code == "malformed" for fault in result.faults)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({}, {"delimiter": ";"}, {"delimiter": ";"}),
        ({"delimiter": ";", "header": True}, {"delimiter": None}, {"header": True}),
        ({"delimiter": ";"}, {"delimiter": ","}, {"delimiter": ","}),
        ({"kinds": {"a": "text", "b": "date"}}, {"kinds": {"b": None, "c": "number"}}, {"kinds": {"a": "text", "c": "number"}}),
        ({"kinds": {"a": "text"}}, {"kinds": None}, {}),
        ({"kinds": {"a": "text"}}, {"decimal": ","}, {"kinds": {"a": "text"}, "decimal": ","}),
    ],
)  # fmt: skip
def test_a_change_leaves_what_it_does_not_name(before, change, after):
    assert merged(before, change) == after


@pytest.mark.parametrize(
    ("kinds", "key", "event_time", "faults"),
    [
        ({}, ["id"], "day", []),
        ({}, [], "", []),
        ({}, ["number"], "id", [("key", "unknown_column"), ("event_time", "not_a_time")]),
        ({}, [], "gone", [("event_time", "unknown_column")]),
        ({"gone": "text"}, [], "", [("read.kinds.gone", "unknown_column")]),
    ],
)
def test_data_are_held_to_what_is_stated(tmp_path, kinds, key, event_time, faults):
    files = csv_file(tmp_path, "id,day\n1,2024-01-01\n2,2024-01-02\n", kinds=tuple(kinds.items()))
    result = held(files, key, event_time)
    assert [(fault.field, fault.code) for fault in result.faults] == faults
    assert result.described is not None


def test_files_that_cannot_be_read_are_a_fault_of_their_location(tmp_path):
    result = held(csv_file(tmp_path, ""), [], "")
    assert result.described is None
    assert [(fault.field, fault.code) for fault in result.faults] == [("location", "empty_file")]


def test_of_parquet_only_text_and_whole_numbers_are_read_as_another_kind(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": ["1"], "whole": [1], "number": [0.5]}), path)
    kinds = {"text": "number", "whole": "seconds_since_1970", "number": "text"}
    files = Files(path, (path,), "parquet", Reading(kinds=tuple(kinds.items())))
    assert [(fault.field, fault.code) for fault in held(files, [], "").faults] == [("read.kinds.number", "not_text")]


def test_what_was_seen_is_stored_with_the_first_unreadable_cells(tmp_path):
    lines = [f"{number},1" for number in range(200)]
    lines[7] = "low,1"
    files = csv_file(tmp_path, "\n".join(["x,y", *lines, ""]))
    content = inspection(files.described(look=True))
    assert (content["rows"], content["all_rows"]) == (200, True)
    assert content["unreadable"] == {"x": {"count": 1, "of": 200, "examples": [["rows.csv", 9]]}}
    assert inspection(None) == {}
