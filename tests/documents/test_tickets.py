"""Every example of docs/tickets.md becomes the ticket that its reader expects."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assessments.tickets.rules.columns import propose_mapping
from assessments.tickets.rules.files import columns_of, rows_of
from assessments.tickets.rules.labels import suggest
from assessments.tickets.rules.rows import GoodRow, Reading, tickets_of
from assessments.tickets.rules.study import study
from assessments.tickets.rules.tickets import propose_type

TEXT = (Path(__file__).parents[2] / "docs" / "tickets.md").read_text()
EXAMPLES = dict(re.findall(r"^### ([^\n]+)\n\n((?:    [^\n]*\n)+)", TEXT, flags=re.M))
NOW = datetime(2026, 11, 2, tzinfo=UTC)
EXPECTED = {
    "Any CSV": ("7", "fraud", 1.5, "how_to", "2026-01-06"),
    "Jira": ("ML-118", None, 1.5, "bug", "2026-01-06"),
    "Zendesk": ("77", "ML support", None, "how_to", "2026-01-06"),
    "Linear": ("ENG-1", "search", None, "access", "2026-01-06"),
    "ServiceNow": ("INC0010001", "ML platform", 0.5, "access", "2026-01-06"),
    "GitHub": ("acme/ml#7", "fraud", None, "bug", None),
}


def test_every_format_has_an_example():
    assert list(EXAMPLES) == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_becomes_its_ticket(name):
    text = re.sub(r"^    ", "", EXAMPLES[name], flags=re.M)
    file_format = "github" if name == "GitHub" else "csv"
    columns, rows = columns_of(text, file_format), list(rows_of(text, file_format))
    mapping = propose_mapping(columns, file_format, rows)
    result = study(rows, columns, mapping, file_format, chosen=Reading(), before=Reading())
    assert result.questions == []
    (row,) = tickets_of(rows, mapping, result.reading, now=NOW)
    assert isinstance(row, GoodRow), row
    fields = row.fields
    words = (fields["title"], fields.get("body", ""), fields.get("labels", ""))
    kind = fields.get("type") or suggest(*words, by_text=propose_type).type
    resolved = fields.get("resolved_at")
    ended = resolved and resolved.date().isoformat()
    assert (fields["external_id"], fields.get("team"), fields.get("effort_hours"), kind, ended) == EXPECTED[name]
