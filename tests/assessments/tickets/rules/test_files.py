"""Lists of issues as rows."""

from __future__ import annotations

import json

import pytest

from assessments.tickets.rules.files import rows_of
from platform_site.text.csv_files import Unreadable


def issue(number, **fields):
    return {"number": number, "title": "Broken", "html_url": f"https://github.com/acme/ml/issues/{number}"} | fields


def test_issues_are_read_and_pull_requests_left_out():
    listed = [
        issue(1, user={"login": "ada"}, labels=[{"name": "team: fraud"}], body=None, created_at="2026-01-05T09:12:00Z"),
        issue(2, pull_request={}),
        "no issue",
    ]
    first, strange = rows_of(json.dumps(listed, indent=1), "github")
    assert (first.cells["id"], first.cells["user"], first.cells["team"]) == ("acme/ml#1", "ada", "fraud")
    assert strange.line == 3
    assert strange.fault


@pytest.mark.parametrize("text", ['{"number": 1}', "[{", '[{"number": 1}', "", '[{"number": 1} 2]', "[" * 5_000])
def test_what_is_no_list_of_issues_is_refused(text):
    with pytest.raises(Unreadable):
        list(rows_of(text, "github"))
