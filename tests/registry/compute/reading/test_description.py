"""What people may state about how files are read, and each thing that is wrong with it."""

from __future__ import annotations

import pytest

from registry.compute.reading.description import ENCODINGS, Reading, parse, stored

RIGHT = [
    {"delimiter": "\\t"}, {"delimiter": "tab"}, {"quote": ""}, {"escape": "\\"}, {"header": False}, {"encoding": "LATIN-1"},
    {"null_words": []}, {"null_words": ["", "-"]}, {"null_words_by_column": {"country": [""]}}, {"decimal": ",", "thousands": "."},
    {"date_formats": ["%d.%m.%Y", "%d %b %y"]}, {"time_zone": "Europe/Berlin"}, {"kinds": {"at": "moment", "n": "whole number"}},
    {"kinds": None, "delimiter": None}, {},
]  # fmt: skip


@pytest.mark.parametrize("content", RIGHT)
def test_what_is_right_is_stored_as_it_is_shown(content):
    reading, wrong = parse(content)
    assert wrong == []
    assert stored(reading.as_dict()) == reading


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"delimiter": ""}, ["delimiter"]),
        ({"delimiter": "\n", "quote": "ab"}, ["delimiter", "quote"]),
        ({"delimiter": ";", "quote": ";"}, ["quote"]),
        ({"decimal": ",", "thousands": ","}, ["thousands"]),
        ({"header": "yes"}, ["header"]),
        ({"header": 1}, ["header"]),
        ({"encoding": "klingon", "decimal": ":"}, ["encoding", "decimal"]),
        ({"null_words": "NA"}, ["null_words"]),
        ({"null_words": [1, "x" * 101]}, ["null_words", "null_words"]),
        ({"date_formats": ["%d.%m", "%Y-%m-%d %Q", "%Y-%m-%d"]}, ["date_formats", "date_formats"]),
        ({"time_zone": "Berlin"}, ["time_zone"]),
        ({"time_zone": "UTC'); DROP TABLE cells; --"}, ["time_zone"]),
        ({"kinds": {"a": "money", "b": None}}, ["kinds.a", "kinds.b"]),
        ({"kinds": ["text"], "null_words_by_column": {"a": "NA"}}, ["null_words_by_column.a", "kinds"]),
        ({"separator": ";"}, ["separator"]),
    ],
)
def test_everything_that_is_wrong_is_named_at_once(content, parts):
    _, wrong = parse(content)
    assert [fault.part for fault in wrong] == parts
    assert all(fault.message.endswith(".") for fault in wrong)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_that_is_offered_is_one(encoding):
    assert "é".encode(encoding, "replace")


def test_what_is_stated_goes_over_what_was_found_column_by_column():
    detected = Reading(delimiter=",", null_words=("",), kinds=(("a", "text"), ("b", "number")))
    stated = Reading(delimiter=";", kinds=(("b", "text"), ("c", "date")))
    assert dict(stated.over(detected).kinds) == {"a": "text", "b": "text", "c": "date"}
    assert (stated.over(detected).delimiter, stated.over(detected).null_words) == (";", ("",))
