"""Texts of other dialects as trees whose calls keep their names."""

import time

import pytest
from sqlglot import exp

from registry.compute.dialects.parsers import READERS, TITLES, parse


@pytest.mark.parametrize("dialect", READERS)
def test_a_call_keeps_the_name_that_was_written(dialect):
    tree = parse("DayOfWeek(t) + LOG(x)", dialect)
    assert [call.name for call in tree.find_all(exp.Anonymous)] == ["DayOfWeek", "LOG"]
    assert dialect in TITLES


@pytest.mark.parametrize(
    ("logic", "dialect", "code"),
    [
        ("x +", "postgres", "syntax"),
        ("x; y", "spark", "character"),
        ("'it\\'s'", "spark", "quote"),
        ("'it''s'", "bigquery", "quote"),
        ("(" * 60 + "x" + ")" * 60, "snowflake", "too_deep"),
        ("DATE(" * 30 + "x" + ")" * 30, "bigquery", "too_deep"),
    ],
)
def test_what_cannot_be_read_for_sure_is_a_fault(logic, dialect, code):
    began = time.process_time()
    assert [fault.code for fault in parse(logic, dialect)] == [code]
    assert time.process_time() - began < 2


def test_comments_are_no_part_of_the_tree():
    tree = parse("`x` /* ` */ + 1 -- '", "spark")
    assert tree.sql() == '"x" + 1'
