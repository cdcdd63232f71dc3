"""CSV as cells of text: headers, records of any length, and faults with their file and line."""

from __future__ import annotations

import pytest

from registry.compute.engines.row_source import Unreadable
from registry.compute.reading.csv_text import Header, batches, head, lines_of, read_header, undecodable
from registry.compute.reading.description import Reading

PLAIN = Reading(header=True)


@pytest.fixture
def written(tmp_path):
    """Writes a file and gives its path."""

    def write(content: str | bytes):
        path = tmp_path / "rows.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows_of(path, reading=PLAIN, **options) -> list[tuple[str, ...]]:
    top = read_header(path, "rows.csv", reading)
    return [
        tuple(row.values()) for batch in batches(path, "rows.csv", reading, top, **options) for row in batch.to_pylist()
    ]


@pytest.mark.parametrize(
    ("content", "reading", "header"),
    [
        ("id,x\n1,2\n", PLAIN, Header(("id", "x"), 1, False)),
        ("\n\nid,x\n1,2\n", PLAIN, Header(("id", "x"), 3, False)),
        ("id,x\n", PLAIN, Header(("id", "x"), 1, True)),
        ("\ufeffid,x\n1,2\n", PLAIN, Header(("id", "x"), 1, False)),
        ("id,,x\n1,2,3\n", PLAIN, Header(("id", "column_2", "x"), 1, False)),
        ('"a\nb",x\n1,2\n', PLAIN, Header(("a\nb", "x"), 1, False)),
        ("id;x\n1;2\n", Reading(header=True, delimiter=";"), Header(("id", "x"), 1, False)),
        ("1,2\n3,4\n", Reading(header=False), Header(("column_1", "column_2"), 0, False)),
    ],
)
def test_the_header_of_a_file(written, content, reading, header):
    assert read_header(written(content), "rows.csv", reading) == header


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"", "empty_file", "rows.csv is empty"),
        (b"\xef\xbb\xbf\r\n", "empty_file", "rows.csv is empty"),
        (b'id,"x\n1,2\n', "open_quote", "line 1: the line does not end"),
        (b"x,id,x\n1,2,3\n", "repeated_column", "column x is there twice (as columns 1 and 3)"),
        (b"i\0d\0\n\0", "wrong_encoding", "it has NUL characters"),
        (b"id,x\n\xff,2\n", "wrong_encoding", "line 2: this is not text in UTF-8"),
    ],
)
def test_a_file_without_a_header_that_can_be_read_is_refused(written, content, code, part):
    with pytest.raises(Unreadable) as refused:
        read_header(written(content), "rows.csv", PLAIN)
    assert refused.value.reason == code
    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("content", "reading", "rows"),
    [
        ("id,x\n1,2\n\n3,4\n", PLAIN, [("1", "2"), ("3", "4")]),
        ("id,x\r\n1,\r\n", PLAIN, [("1", "")]),
        ('id,x\n1,"a ""b"", c"\n', PLAIN, [("1", 'a "b", c')]),
        ('id,x\n1,"a\nb"\n', PLAIN, [("1", "a\nb")]),
        ('id,x\n1,"a\n', Reading(header=True, quote=""), [("1", '"a')]),
        ('id,x\n1,a\\"b\n', Reading(header=True, escape="\\"), [("1", 'a"b')]),
        ("id,x\n", PLAIN, []),
        ("1,2\n3,4\n", Reading(header=False), [("1", "2"), ("3", "4")]),
        ("id,x\n1,é\n".encode("utf-16"), Reading(header=True, encoding="utf-16"), [("1", "é")]),
    ],
)
def test_the_rows_of_a_file_are_text(written, content, reading, rows):
    assert rows_of(written(content), reading) == rows


def test_rows_longer_than_a_block_come_once_each(written):
    long = "y" * 900
    path = written("id,x\n" + "".join(f"{row},{long if row == 7 else 'a'}\n" for row in range(20)))
    assert rows_of(path, block=64) == [(str(row), long if row == 7 else "a") for row in range(20)]


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        ("id,x\n1,2\n3\n", "field_count", "line 3: 1 field where the first line has 2"),
        (
            'id,x\n1,"a\nb",c\n',
            "field_count",
            "line 2: 3 fields where the first line has 2. A quotation mark may be open",
        ),
        ('id,x\n1,"a\n2,b\n', "open_quote", "a quotation mark is open at the end of the file"),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_its_line(written, content, code, part):
    with pytest.raises(Unreadable) as refused:
        rows_of(written(content))
    assert refused.value.reason == code
    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("reading", "rows", "lines"),
    [
        (PLAIN, {0}, [2]),
        (PLAIN, {1, 2}, [3, 6]),
        (PLAIN, {99}, []),
        (PLAIN, set(), []),
        (Reading(header=False), {0, 1}, [1, 2]),
    ],
)
def test_a_row_is_found_by_the_line_on_which_it_begins(written, reading, rows, lines):
    path = written('id,x\n1,2\n3,"a\nb"\n\n4,5\n')
    assert lines_of(path, reading, rows) == lines


@pytest.mark.parametrize("size", [4, 6, 100])
def test_the_head_says_whether_it_is_all(written, size):
    assert head(written("\ufeffab\n"), "rows.csv", "utf-8", size) == (
        "\ufeffab\n".encode()[:size].decode()[1:],
        size >= 6,
    )


@pytest.mark.parametrize(
    ("encoding", "advice"), [("utf-8", "Save it as UTF-8"), ("shift_jis", "State another encoding")]
)
def test_the_first_line_that_is_no_text_is_named_with_what_to_do(written, encoding, advice):
    refused = undecodable(written(b"a\nb\nc\xff\xff\n"), "rows.csv", encoding)
    assert f"rows.csv, line 3: this is not text in {encoding.upper()}. {advice}" in str(refused)
