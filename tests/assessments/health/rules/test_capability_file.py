"""A file of capabilities is read whole, or not at all with a reason."""

from __future__ import annotations

import json

import pytest

from assessments.health.rules.capability_file import MOST_ROWS, read_sheet


@pytest.mark.parametrize(("rows", "read"), [(MOST_ROWS, True), (MOST_ROWS + 1, False)])
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_has_at_most_so_many_rows(rows, read, form):
    row = {"capability": "lineage", "status": "partial"}
    text = json.dumps([row] * rows) if form == "json" else "capability,status\n" + "lineage,partial\n" * rows
    sheet = read_sheet(text)
    too_many = [fault for fault in sheet.faults if f"{rows} rows" in fault]
    assert bool(too_many) is not read
    assert len(sheet.items) == (rows if read else 0)
