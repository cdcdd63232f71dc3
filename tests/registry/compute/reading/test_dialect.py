"""What separates the cells of a file, and how its text is encoded."""

from __future__ import annotations

import pytest

from registry.compute.reading.description import Reading
from registry.compute.reading.dialect import MOST_RECORDS, delimiter_of, encoding_of


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id,x\n1,2\n", ","),
        ("id;x\n1,5;2,5\n", ";"),
        ("id\tx\n1\t2\n", "\t"),
        ("id|x\n1|2\n", "|"),
        ("id,a;b;c\n1,2;3;4\n", ";"),  # both cut evenly: the one into more fields
        ("id,note\n1,a;b\n2,c\n", ","),
        ("id;x\n1;2\n3;4\n5\n", ";"),  # one record is short, most agree with the first
        ('"a, b"\n"c, d"\n', ","),
        ("alone\n1\n", ","),
        ("\n\nid;x\n\n1;2\n", ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_what_cuts_every_record_alike(text, delimiter):
    assert delimiter_of(text, is_whole=True) == delimiter


def test_a_record_that_was_cut_off_does_not_count():
    text = "id;x\n1;2\n3"
    assert delimiter_of(text, is_whole=False) == ";"
    assert delimiter_of("a|b;c\n1|2;3\n4|5", is_whole=True) == "|"


def test_quotation_marks_hide_what_is_between_them():
    text = "id,'note;more'\n1,'a;b'\n2,'c;d'\n"
    assert delimiter_of(text, is_whole=True, reading=Reading(quote="'")) == ","


def test_a_long_file_is_judged_by_its_first_records():
    text = "a;b\n" * (MOST_RECORDS + 1) + "a,b,c\n" * 10
    assert delimiter_of(text, is_whole=True) == ";"


def test_a_cell_longer_than_the_parser_takes_ends_the_look():
    assert delimiter_of("id;x\n1;2\n3;" + "y" * 140_000 + "\n", is_whole=True) == ";"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"id,x\n", "utf-8"),
        (b"", "utf-8"),
        ("id".encode("utf-8-sig"), "utf-8"),
        ("id".encode("utf-16"), "utf-16"),
        (b"\xfe\xff\0i\0d", "utf-16"),
        ("id,Orléans".encode("latin-1"), "utf-8"),
    ],
)
def test_the_encoding_is_what_a_byte_order_mark_states(tmp_path, content, encoding):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    assert encoding_of(path) == encoding
