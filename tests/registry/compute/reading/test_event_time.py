"""Whether a column says when a row happened, by its type and, where that is text, by its first cells."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.files import Files
from registry.compute.reading.event_time import why_cells_are_no_times, why_no_time
from tests.registry.compute.reading.written import csv_file


@pytest.mark.parametrize(
    "type_name", ["date32[day]", "timestamp[us]", "timestamp[ns, tz=UTC]", "string", "dictionary<values=string, indices=int32, ordered=0>"]
)  # fmt: skip
def test_dates_moments_and_text_may_be_times(type_name):
    assert why_no_time("at", type_name) == ""


@pytest.mark.parametrize(
    ("type_name", "advice"),
    [
        ("int64", "Read it as seconds_since_1970 or milliseconds_since_1970"),
        ("double", "Name another column."),
        ("bool", "Name another column."),
        ("list<item: string>", "Name another column."),
    ],
)
def test_other_types_are_named_with_what_to_do(type_name, advice):
    sentence = why_no_time("at", type_name)
    assert sentence.startswith(f"at is {type_name}, which is not a time.")
    assert advice in sentence


def reason(files: Files) -> str:
    described = files.described()
    return why_cells_are_no_times(files.location, described, "at")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["2024-01-31", "2024-02-01"], ""),
        (["2024-01-31 10:00", ""], ""),
        (["5"], "at is int64, which is not a time."),
        (["low", "high"], "at is read as text: its cells are not dates of a known format."),
        (["01/02/2024"], "at is read as text: its cells are not dates of a known format."),
    ],
)
def test_cells_of_csv_files_are_judged_by_the_kind_that_they_have(tmp_path, cells, sentence):
    files = csv_file(tmp_path, "\n".join(["at,x", *(f"{cell},1" for cell in cells), ""]))
    assert (reason(files) == "") is (sentence == "")
    assert reason(files).startswith(sentence)


def test_a_stated_date_most_of_whose_cells_are_none_is_no_time(tmp_path):
    files = csv_file(tmp_path, "at,x\n2024-01-31,1\nlow,1\nhigh,1\n", kinds=(("at", "date"),))
    assert reason(files).startswith("2 of the first 3 cells of at are not dates or times.")
    half = csv_file(tmp_path, "at,x\n2024-01-31,1\nlow,1\n", "half.csv", kinds=(("at", "date"),))
    assert reason(half) == ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["2024-01-31", "2024-02-01 10:00"], ""),
        (["2024-01-31", None], ""),
        (["low", "high"], "2 of the first 2 cells of at are not dates or times."),
        ([datetime(2024, 1, 31)], ""),
    ],
)
def test_text_of_parquet_files_is_read_as_moments(tmp_path, values, sentence):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"at": values}), path)
    files = Files(path, (path,), "parquet")
    assert (reason(files) == "") is (sentence == "")
    assert reason(files).startswith(sentence)
