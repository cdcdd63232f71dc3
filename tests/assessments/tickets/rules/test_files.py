"""Lists of issues as rows."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.files import columns_of, notes_on_columns
from platform_site.text.csv_files import Unreadable


def test_json_is_not_csv():
    with pytest.raises(Unreadable, match="Choose the format github"):
        columns_of('[{"number": 1}]', "csv")


def test_a_repeated_header_is_named_where_it_is_read():
    text = "id,Labels,Labels,Effort,Effort\n1,a,b,2,3"
    mapping = {"external_id": "id", "labels": "Labels"}
    assert notes_on_columns(text, "csv", mapping) == [
        "The header has 2 columns named Labels: every value of them counts as a label."
    ]
    assert "named Effort: of each row the first" in notes_on_columns(text, "jira", {"effort_hours": "Effort"})[0]
    assert notes_on_columns("[]", "github", mapping) == []
