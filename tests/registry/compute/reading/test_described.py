"""What is found in files, what cannot be read, and what is unreadable in files that can: tables of cases."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Unreadable
from registry.compute.reading import csv_text, described
from registry.compute.reading.description import Reading
from tests.registry.compute.reading.written import by_every_reader, csv_file


def rows(header: str, *lines: str, times: int = 1) -> str:
    return "\n".join([header, *lines * times, ""])


FOUND = [
    ("semicolons", "id;amount;city\n0;0.5;Paris\n1;1.5;Lyon\n", {"delimiter": ";"}, "double", [0.5, 1.5]),
    ("a decimal comma", "id;amount\n0;1,5\n1;2,25\n", {"decimal": ",", "thousands": ""}, "double", [1.5, 2.25]),
    ("both marks", "id;amount\n0;1.234,5\n1;12.345,25\n", {"decimal": ",", "thousands": "."}, "double", [1234.5, 12345.25]),
    ("thousands", 'id,amount\n0,"1,000"\n1,"12,001"\n', {"decimal": ".", "thousands": ","}, "int64", [1000, 12001]),
    ("no-break spaces", "id;amount\n0;1\u00a0234,5\n", {"decimal": ",", "thousands": "\u00a0"}, "double", [1234.5]),
    ("a tab", "id\tamount\n0\t1\n1\t2\n", {"delimiter": "\t"}, "int64", [1, 2]),
    ("NA among numbers", "id,amount\n0,NA\n1,1.5\n", {"null_words": ["", "NA"]}, "double", [None, 1.5]),
    ("NaN is a number", "id,amount\n0,NaN\n1,\n2,1.5\n", {"null_words": [""]}, "double", ["nan", None, 1.5]),
    ("zip codes", "id,amount\n0,02134\n1,90210\n", {}, "string", ["02134", "90210"]),
    ("more digits than int64", "id,amount\n0,123456789012345678901\n", {}, "string", ["123456789012345678901"]),
    ("telephone numbers", "id,amount\n0,+4930123456\n1,+4930123457\n", {}, "string", ["+4930123456", "+4930123457"]),
    ("T, F and one U", "id,amount\n0,T\n1,F\n2,U\n", {}, "string", ["T", "F", "U"]),
    ("truth values", "id,amount\n0,true\n1,False\n2,\n", {}, "bool", [True, False, None]),
    ("German dates", "id,amount\n0,31.12.2024\n1,01.02.2024\n", {"date_formats": ["%d.%m.%Y"]}, "date32[day]", ["2024-12-31", "2024-02-01"]),
    ("American dates", "id,amount\n0,12/31/2024\n1,01/02/2024\n", {"date_formats": ["%m/%d/%Y"]}, "date32[day]", ["2024-12-31", "2024-01-02"]),
    ("British times", "id,amount\n0,31/12/2024 10:30\n", {"date_formats": ["%d/%m/%Y"]}, "timestamp[us]", ["2024-12-31 10:30:00"]),
    ("day or month", "id,amount\n0,01/02/2024\n1,03/04/2024\n", {"date_formats": []}, "string", ["01/02/2024", "03/04/2024"]),
    ("offsets", "id,amount\n0,2024-01-01T10:00:00+02:00\n1,2024-01-01T10:00:00Z\n", {}, "timestamp[us]", ["2024-01-01 08:00:00", "2024-01-01 10:00:00"]),
    ("times of day", "id,amount\n0,10:30\n1,23:59:59\n", {}, "time64[us]", ["10:30:00", "23:59:59"]),
    ("nothing at all", "id,amount\n0,\n1,\n", {}, "string", [None, None]),
    ("a byte order mark", "\ufeffid,amount\n0,1\n", {"encoding": "utf-8"}, "int64", [1]),
    ("UTF-16", "id,amount\n0,1\n".encode("utf-16"), {"encoding": "utf-16"}, "int64", [1]),
    ("carriage returns", "id,amount\r0,1\r1,2\r", {}, "int64", [1, 2]),
    ("blank lines", "\n\nid,amount\n\n0,1\n\n1,2\n\n", {}, "int64", [1, 2]),
    ("a header alone", "id,amount", {}, "string", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "parts", "kind", "values"), FOUND, ids=[case[0] for case in FOUND])
def test_what_a_file_leaves_no_doubt_about_is_found(why, content, parts, kind, values, tmp_path):
    files = csv_file(tmp_path, content)
    decided = files.described(look=True).reading.as_dict()
    assert {part: decided[part] for part in parts} == parts
    assert str(files.arrow_schema().field("amount").type) == kind
    shown = [row["amount"] for row in files.first_rows(9)]
    assert [
        value if isinstance(value, int | float | None) and value == value else str(value) for value in shown
    ] == values


REFUSED = [
    ("no bytes", b"", "empty_file", "rows.csv is empty"),
    ("line ends only", b"\n\r\n", "empty_file", "rows.csv is empty"),
    ("Latin-1", "id,city\n1,Lyon\n2,Orléans\n".encode("latin-1"), "wrong_encoding", "rows.csv, line 3: this is not text in UTF-8"),
    ("UTF-16 without a mark", "id,x\n1,2\n".encode("utf-16-le"), "wrong_encoding", "rows.csv, line 1: this is not text in UTF-8: it has NUL"),
    ("one field too many", b"id,city\n1,Lyon\n2,Nice,x\n", "field_count", "rows.csv, line 3: 3 fields where the first line has 2"),
    ("one field too few", b'id,note,x\n1,"a\nb",1\n2,c\n', "field_count", "rows.csv, line 4: 2 fields where the first line has 3"),
    ("a column twice", b"id,x,x\n1,2,3\n", "repeated_column", "column x is there twice (as columns 2 and 3)"),
    ("an open quotation mark", b'id,city\n1,"Lyon\n2,Nice\n', "open_quote", "a quotation mark is open"),
    ("an open one in the first line", b'id,"city\n1,Lyon\n', "open_quote", "line 1: the line does not end"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "reason", "sentence"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_refused_with_file_and_line(why, content, reason, sentence, tmp_path):
    with pytest.raises(Unreadable) as refused:
        csv_file(tmp_path, content).described(look=True)
    assert (refused.value.reason, sentence in str(refused.value)) == (reason, True), str(refused.value)


def test_a_stated_encoding_reads_the_file(tmp_path):
    files = csv_file(tmp_path, "id,city\n1,Orléans\n".encode("windows-1252"), encoding="windows-1252")
    assert files.first_rows(1) == [{"id": 1, "city": "Orléans"}]


def test_one_word_among_many_numbers_is_an_unreadable_cell_with_its_line(tmp_path):
    lines = [f"{row},{row / 2}" for row in range(1200)]
    lines[800] = "800,oops"
    files = csv_file(tmp_path, rows("id,amount", *lines))
    decided = files.described(look=True)
    assert dict(decided.unreadable) == {"amount": (1, 1200, (("rows.csv", 802),))}
    assert files.first_rows(801)[-1] == {"id": 800, "amount": None}


def test_a_day_that_no_calendar_has_is_an_unreadable_cell_of_a_date(tmp_path):
    lines = [f"2024-01-{1 + row % 28:02},{row}" for row in range(300)]
    lines[99] = "2024-02-31,99"
    files = csv_file(tmp_path, rows("day,n", *lines))
    assert dict(files.described(look=True).unreadable) == {"day": (1, 300, (("rows.csv", 101),))}
    assert files.first_rows(100)[-1] == {"day": None, "n": 99}


def test_a_file_of_many_columns_is_read(tmp_path):
    names = [f"c{place}" for place in range(120)]
    files = csv_file(tmp_path, rows(",".join(names), ",".join(map(str, range(120)))))
    assert files.first_rows(1) == [dict(zip(names, range(120), strict=True))]


def test_a_cell_longer_than_a_block_is_read_once(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "LARGEST_BLOCK", 4_096)
    lines = [f"{row},x" for row in range(50)]
    files = csv_file(tmp_path, rows("id,note", *lines, "50," + "y" * 2_000, "51,z"))
    reading, top = Reading(delimiter=","), csv_text.Header(("id", "note"), 1, False)
    batches = csv_text.batches(files.base, "rows.csv", reading, top, block=64)
    assert [row for batch in batches for row in batch.column("id").to_pylist()] == [str(row) for row in range(52)]
    longer = csv_file(tmp_path, rows("id,note", "1," + "y" * 50_000))
    with pytest.raises(Unreadable, match="a line is longer than"):
        [*csv_text.batches(longer.base, "rows.csv", reading, top, block=64)]


@pytest.mark.parametrize("words", [["A12"], ["low", "high", "none of these", "other"]])
def test_words_that_mean_something_leave_a_column_text(words, tmp_path):
    lines = [f"{row},{row}" for row in range(600)] + [f"{row},{word}" for row, word in enumerate(words)]
    files = csv_file(tmp_path, rows("id,code", *lines))
    assert str(files.arrow_schema().field("code").type) == "string"
    assert "600 of" in files.described(look=True).notes[0]


def test_namibia_stays_a_country_and_the_page_says_so(tmp_path):
    content = rows("country,amount", "NA,1.5", "DE,NA", "FR,2.5", times=20)
    files = csv_file(tmp_path, content)
    decided = files.described(look=True)
    assert [row["country"] for row in files.first_rows(3)] == ["NA", "DE", "FR"]
    assert [row["amount"] for row in files.first_rows(3)] == [1.5, None, 2.5]
    assert decided.notes == ("country: NA is read as text, because the other cells are two-letter codes, too.",)
    stated = files._replace(reading=Reading(null_words_by_column=(("country", ("", "NA")),)))
    assert stated.first_rows(1)[0]["country"] is None


def test_a_null_word_of_a_numeric_column_is_one_in_text_columns_too(tmp_path):
    files = csv_file(tmp_path, rows("sex,mass", "male,3750", "NA,NA", "female,3800"))
    assert [row["sex"] for row in files.first_rows(3)] == ["male", None, "female"]


def test_every_file_counts_for_the_columns_and_those_without_one_are_named(tmp_path):
    paths = []
    for name, content in (("a.csv", "id,x\n1,0.5\n"), ("b.csv", "extra,x,id\nhigh,1.5,2\n")):
        (tmp_path / name).write_text(content)
        paths.append(tmp_path / name)
    files = Files(tmp_path, tuple(paths), "csv")
    assert [column.name for column in files.describe()] == ["id", "x", "extra"]
    assert files.first_rows(9) == [{"id": 1, "x": 0.5, "extra": None}, {"id": 2, "x": 1.5, "extra": "high"}]
    assert files.described().columns.lacking == {"a.csv": ("extra",)}
    folder = tmp_path / "copies"
    folder.mkdir()
    for columns in by_every_reader(files, folder).values():
        assert columns["extra"] == [None, "high"]


def test_parquet_files_that_differ_are_read_by_name_and_by_the_wider_type(tmp_path):
    pq.write_table(pa.table({"v": pa.array([1], pa.int32())}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"extra": [0.5], "v": pa.array([2**40], pa.int64())}), tmp_path / "b.parquet")
    files = Files(tmp_path, tuple(sorted(tmp_path.glob("*.parquet"))), "parquet")
    folder = tmp_path / "copies"
    folder.mkdir()
    assert [column.type for column in files.describe()] == ["int64", "double"]
    for columns in by_every_reader(files, folder).values():
        assert columns == {"v": [1, 2**40], "extra": [None, 0.5]}


PARQUET_REFUSED = [
    ("types apart", {"a": {"x": [1]}, "b": {"x": ["a"]}}, "differing_columns", "Column x is int64 in a.parquet and string in b.parquet"),
    ("nothing in common", {"a": {"x": [1]}, "b": {"y": [1]}}, "differing_columns", "b.parquet shares no column with the files before it: it has y; a.parquet has x"),
    ("no columns", {"a": {}}, "no_columns", "a.parquet has no columns"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "tables", "reason", "sentence"), PARQUET_REFUSED)
def test_parquet_files_that_do_not_go_together_are_refused(why, tables, reason, sentence, tmp_path):
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    with pytest.raises(Unreadable) as refused:
        Files(tmp_path, tuple(sorted(tmp_path.glob("*.parquet"))), "parquet").describe()
    assert (refused.value.reason, sentence in str(refused.value)) == (reason, True), str(refused.value)


def test_a_column_twice_is_refused_in_parquet_too(tmp_path):
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    pq.write_table(twice, tmp_path / "a.parquet")
    with pytest.raises(Unreadable, match=r"a\.parquet: column x is there twice \(as columns 1 and 2\)") as refused:
        Files(tmp_path / "a.parquet", (tmp_path / "a.parquet",), "parquet").describe()
    assert refused.value.reason == "repeated_column"


def test_what_is_stated_whole_is_not_looked_for_again(tmp_path, monkeypatch):
    files = csv_file(tmp_path, "id,x\n1,2\n")
    whole = files._replace(reading=files.described().reading)
    monkeypatch.setattr(described, "_sample", lambda *_: pytest.fail("nothing is open"))
    assert whole.first_rows(1) == [{"id": 1, "x": 2}]


def test_a_large_file_is_looked_at_in_part_and_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(described, "MOST_BYTES", 200_000)
    content = rows("id,x", *(f"{row},{row}" for row in range(60_000)), "60000,oops")
    files = csv_file(tmp_path, content)
    decided = files.described(look=True)
    assert (decided.is_whole, decided.rows < 60_000, decided.unreadable) == (False, True, {})
    folder = tmp_path / "copies"
    folder.mkdir()
    assert files.at_hand(folder).unreadable is not None
    assert files.snapshot().rows == 60_001


def test_files_of_another_compression_are_not_guessed(tmp_path):
    with pytest.raises(Unreadable) as refused:
        csv_file(tmp_path, gzip.compress(b"id,x\n1,2\n")).described()
    assert refused.value.reason == "wrong_encoding"
