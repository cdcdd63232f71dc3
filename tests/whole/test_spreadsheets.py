"""No file that leaves here has a cell, or a column's name, that a spreadsheet would run."""

from __future__ import annotations

import ast
import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from assessments.health.rules.report import as_csv
from assessments.health.rules.scoring import Item
from assessments.tickets.rules import campaigns
from platform_site.pages import csv_answer
from registry.compute.kinds.parity.differing_rows import compress

FORMULAS = [
    "=1+1", "=HYPERLINK(\"http://elsewhere.example\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1",
    "=cmd|'/C calc'!A0", "＝1+1", "＋1", "－1", "＠SUM(A1)", "-2+3+cmd|' /C calc'!A0",
]  # fmt: skip
RUN = tuple("=+-@\t\r\n＝＋－＠")
WRITERS: dict[str, Callable[[str], str]] = {
    "a list of rows": lambda text: csv_answer("x.csv", ["a", text], [["fine", text]]).content.decode(),
    "the report of an assessment": lambda text: as_csv([Item("a", text, text, text, text)], [text]),
    "the report of a labelling campaign": lambda text: campaigns.as_csv(
        campaigns.Report(1, 1, [(text, 1)], 0, 0, 0, "tickets", [], 0)
    ),
    "the rows that differ": lambda text: gzip.decompress(
        compress(pa.table({"id": [1], text: [text]})).content
    ).decode(),
}
ROOT = Path(__file__).resolve().parents[2]
OWN_WRITERS = {
    "platform_site/pages.py",
    "assessments/health/rules/report.py",
    "assessments/tickets/rules/campaigns.py",
    "registry/compute/kinds/parity/differing_rows.py",
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_and_its_text_is_kept(text, writer):
    cells = [cell for row in csv.reader(io.StringIO(WRITERS[writer](text), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(RUN)] == []
    assert f"'{text}" in cells


def test_whoever_writes_csv_is_known_here():
    result = set()
    for room in ("platform_site", "registry", "assessments"):
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text()
            tree = ast.parse(source if "csv" in source else "")
            calls = [ast.unparse(row.func) for row in ast.walk(tree) if isinstance(row, ast.Call)]
            if {"csv.writer", "csv.DictWriter", "csv.write_csv"} & set(calls):
                result.add(str(path.relative_to(ROOT)))
    assert result == OWN_WRITERS
