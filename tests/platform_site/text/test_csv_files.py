"""CSV as people have it: encodings, delimiters, lines that run over, headers."""

from __future__ import annotations

import pytest

from platform_site.text.csv_files import Unreadable, columns_of, decode, delimiter_of, rows_of


@pytest.mark.parametrize(
    ("content", "text", "noted"),
    [
        ("größe".encode(), "größe", False),
        ("größe".encode("utf-8-sig"), "größe", False),  # a mark is no part of the first column's name
        ("größe".encode("cp1252"), "größe", True),
        ("größe".encode("utf-16"), "größe", True),
    ],
)
def test_a_text_is_read_as_it_was_written(content, text, noted):
    decoded = decode(content)
    assert (decoded.text, bool(decoded.note)) == (text, noted)


def test_what_is_no_text_is_refused():
    with pytest.raises(Unreadable, match="not text"):
        decode(b"\x81\x8d\xff")


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("id,title", ","), ("id;title", ";"), ("id\ttitle", "\t"), ("id|title", "|"), ('"a;b;c",d', ","), ("id", ",")],
)
def test_the_delimiter_is_the_headers(header, delimiter):
    assert delimiter_of(header + "\n1,2;3;4\n") == delimiter


def test_a_row_knows_the_line_it_begins_on():
    text = 'id,title\n1,"two\nlines"\n\n2,short\n'
    rows = list(rows_of(text))
    assert [row.cells for row in rows] == [{"id": "1", "title": "two\nlines"}, {"id": "2", "title": "short"}]
    assert [row.line for row in rows] == [2, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_end_a_line_is_read(end):
    rows = list(rows_of(end.join(["id,title", "1,a", "2,b"])))
    assert [row.cells["title"] for row in rows] == ["a", "b"]


def test_a_formula_is_text():
    (row,) = rows_of("id,title\n1,=HYPERLINK(1)\n")
    assert row.cells["title"] == "=HYPERLINK(1)"


def test_too_many_or_too_few_cells_are_said():
    long, short = rows_of("id,title\n1,a,b\n2\n")
    assert "3 cells, the header 2" in long.fault
    assert "1 cells, the header 2" in short.fault


def test_of_a_column_that_comes_twice_the_first_value_counts():
    (row,) = rows_of("Issue key,Labels,Labels\nML-1,,gpu\n")
    assert (row.cells["Labels"], row.more) == ("gpu", {})
    assert columns_of("Issue key,Labels,Labels\n") == ["Issue key", "Labels"]


@pytest.mark.parametrize("text", ["", "\n", ",,\n"])
def test_a_file_without_a_header_is_refused(text):
    with pytest.raises(Unreadable, match="header"):
        columns_of(text)


def test_the_further_values_of_a_repeated_column_are_kept_apart():
    (row,) = rows_of("Labels,Labels,Labels\nbug,,gpu\n")
    assert (row.cells, row.more) == ({"Labels": "bug"}, {"Labels": ["gpu"]})


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"PK\x03\x04..", "Excel workbook"), (b"\x1f\x8b..", "Unpack it"), (b"PAR1..", "Parquet")],
)
def test_another_kind_of_file_is_named(content, expected):
    with pytest.raises(Unreadable, match=expected):
        decode(content)
