"""Which column of a file holds which field of a ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.tickets.rules.columns import (
    ends_of,
    extended_mapping,
    mapping_faults,
    propose_mapping,
    tracker_of,
    unused_columns,
)
from assessments.tickets.rules.rows import tickets_of
from platform_site.text.csv_files import Row

NOW = datetime(2026, 11, 2, tzinfo=UTC)
JIRA = ["Issue key", "Issue id", "Summary", "Issue Type", "Reporter", "Created", "Resolved", "Time Spent", "Type"]
LINEAR = [
    "ID",
    "Team",
    "Title",
    "Description",
    "Status",
    "Estimate",
    "Priority",
    "Project ID",
    "Project",
    "Creator",
    "Assignee",
    "Labels",
    "Cycle Number",
    "Cycle Name",
    "Cycle Start",
    "Cycle End",
    "Created",
    "Updated",
    "Started",
    "Triaged",
    "Completed",
    "Canceled",
    "Archived",
    "Due Date",
]


@pytest.mark.parametrize(
    ("columns", "file_format", "expected"),
    [
        (
            JIRA, "jira",
            {
                "external_id": "Issue key", "title": "Summary", "requester": "Reporter", "opened_at": "Created",
                "resolved_at": "Resolved", "effort_hours": "Time Spent", "issue_type": "Issue Type",
            },
        ),
        (["ID", "Opened_At"], "csv", {"external_id": "ID", "opened_at": "Opened_At"}),
        (
            LINEAR, "csv",
            {
                "external_id": "ID", "title": "Title", "body": "Description", "team": "Team", "requester": "Creator",
                "opened_at": "Created", "resolved_at": "Completed", "labels": "Labels",
            },
        ),
        (
            ["Ticket ID", "Subject", "Requester", "Group", "Created at", "Solved at", "Tags"], "csv",
            {
                "external_id": "Ticket ID", "title": "Subject", "team": "Group", "requester": "Requester",
                "opened_at": "Created at", "resolved_at": "Solved at", "labels": "Tags",
            },
        ),
        (
            ["number", "short_description", "caller_id", "assignment_group", "opened_at", "closed_at", "time_worked"],
            "csv",
            {
                "external_id": "number", "title": "short_description", "team": "assignment_group",
                "requester": "caller_id", "opened_at": "opened_at", "resolved_at": "closed_at",
                "effort_hours": "time_worked",
            },
        ),
        (["id", "title", "created", "Hours spent"], "csv",
         {"external_id": "id", "title": "title", "opened_at": "created", "effort_hours": "Hours spent"}),
        (["Ticket No.", "Subject", "Requested on", "Fixed on"], "csv",
         {"external_id": "Ticket No.", "title": "Subject", "opened_at": "Requested on", "resolved_at": "Fixed on"}),
        (["Ticket", "Summary", "Kind", "Squad", "Created on", "Closed on"], "csv",
         {"external_id": "Ticket", "title": "Summary", "issue_type": "Kind", "team": "Squad", "opened_at": "Created on",
          "resolved_at": "Closed on"}),
        (["id", "Total effort (h)", "Effort estimate"], "csv", {"external_id": "id", "effort_hours": "Total effort (h)"}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(columns, file_format, expected):
    assert propose_mapping(columns, file_format) == expected


@pytest.mark.parametrize(
    ("columns", "name"),
    [(JIRA, "Jira"), (LINEAR, "Linear"), (["Number", "Short description"], "ServiceNow"), (["id", "title"], None)],
)
def test_who_wrote_a_file_is_known_by_its_columns(columns, name):
    tracker = tracker_of(columns)
    assert (tracker and tracker.name) == name


@pytest.mark.parametrize(
    ("values", "field"), [(["bug", "How to", ""], "type"), (["bug", "incident"], "issue_type"), ([], "type")]
)
def test_a_column_named_type_holds_our_types_or_the_trackers(values, field):
    rows = [Row(2, {"type": value}) for value in values]
    assert propose_mapping(["type"], "csv", rows) == {field: "type"}


def test_a_new_column_joins_the_mapping_of_the_file_before():
    proposed = {"title": "Title", "type": "Category", "team": "Group"}
    assert extended_mapping({"title": "Subject"}, ["Group"], proposed) == {"title": "Subject", "type": "Category"}


def test_a_canceled_issue_has_ended():
    cells = dict.fromkeys(LINEAR, "") | {"ID": "ENG-1", "Title": "t", "Created": "2026-01-05", "Canceled": "2026-01-07"}
    (result,) = tickets_of([Row(2, cells)], propose_mapping(LINEAR), now=NOW)
    assert result.fields["resolved_at"].date().isoformat() == "2026-01-07"
    assert ends_of({"resolved_at": "Completed"}, ["Completed", "Canceled"]) == ["Completed"]


def test_what_nothing_uses_is_named():
    assert unused_columns({"title": "Title", "resolved_at": "Completed"}, ["Title", "Completed", "Priority"]) == [
        "Priority"
    ]


def test_a_mapping_names_what_it_lacks():
    faults = dict(mapping_faults({"title": "gone", "colour": "id"}, ["id"]))
    assert set(faults) == {"external_id", "opened_at", "title", "colour"}
