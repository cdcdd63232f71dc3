"""The rows that differ, as a file: every type, no formula, a bound."""

import csv
import datetime
import decimal
import gzip
import io

import pyarrow as pa
import pytest

from registry.compute.kinds.parity import differing_rows


def read(rows) -> list[list[str]]:
    return list(csv.reader(io.StringIO(gzip.decompress(rows.content).decode())))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_a_formula_to_a_spreadsheet(cell):
    assert read(differing_rows.compress(pa.table({"a": [cell]})))[1][0].lstrip("'") == cell
    assert read(differing_rows.compress(pa.table({"a": [cell]})))[1][0].startswith("'")


def test_numbers_stay_numbers_and_nulls_are_empty():
    table = pa.table({"a": [-1.5, None], "b": ["x", None], "c": [datetime.date(2024, 1, 1), None]})
    assert read(differing_rows.compress(table)) == [["a", "b", "c"], ["-1.5", "x", "2024-01-01"], ["", "", ""]]


def test_every_type_can_be_written():
    table = pa.table({"a": [[1, 2]], "b": [decimal.Decimal("1.50")], "c": [{"x": 1}], "d": [True]})
    assert read(differing_rows.compress(table))[1] == ["[1, 2]", "1.50", "{'x': 1}", "true"]


def test_more_rows_than_are_kept_are_said(monkeypatch):
    monkeypatch.setattr(differing_rows, "MOST", 2)
    result = differing_rows.compress(pa.table({"a": [1, 2, 3]}))
    assert (result.rows, result.complete) == (2, False)
