"""Rows as tickets: what a column means, and every fault of a row at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules.columns import (
    ends_of,
    extended_mapping,
    mapping_faults,
    propose_mapping,
    tracker_of,
    unused_columns,
)
from assessments.tickets.rules.rows import BadRow, GoodRow, Reading, tickets_of
from platform_site.text.csv_files import Row

MAPPING = {
    "external_id": "id", "title": "title", "opened_at": "opened", "resolved_at": "closed", "effort_hours": "hours",
    "type": "type", "on_platform": "here",
}  # fmt: skip
GOOD = {"id": "7", "title": "Add me", "opened": "2026-01-05 09:12", "closed": "", "hours": "", "type": "", "here": ""}


NOW = datetime(2026, 11, 2, tzinfo=UTC)
HOURS = Reading(effort_unit="hours")


def ticket(reading=HOURS, **cells):
    (result,) = tickets_of([Row(2, GOOD | cells)], MAPPING, reading, now=NOW)
    return result


def test_a_good_row_is_a_ticket():
    result = ticket(closed="2026-01-06T10:00:00+01:00", hours="1,5", type="How to", here="no")
    assert isinstance(result, GoodRow)
    assert result.fields == {
        "external_id": "7", "title": "Add me", "opened_at": datetime(2026, 1, 5, 9, 12, tzinfo=UTC),
        "resolved_at": datetime(2026, 1, 6, 9, tzinfo=UTC), "effort_hours": 1.5, "type": "how_to", "on_platform": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"title": ""}, "title is empty"),
        ({"title": "x" * 501}, "501 characters; at most 500 are allowed"),
        ({"title": "a\0b"}, "NUL"),
        ({"opened": "01/02/2026"}, "has two readings"),  # January or February?
        ({"opened": "2026-02-30"}, "no such day"),
        ({"opened": "1970-01-01"}, "before 1990"),
        ({"closed": "9999-12-31 23:59:59"}, "in the future. Leave it empty while the ticket is open."),
        ({"closed": "2026-11-04"}, "in the future"),
        ({"closed": "2026-01-04"}, "resolved before it was opened"),
        ({"hours": "-1"}, "number of hours from 0"),
        ({"hours": "1e99"}, "number of hours from 0"),
        ({"type": "incident"}, "Choose access, bug"),
        ({"here": "perhaps"}, "Write yes or no"),
    ],
)
def test_a_bad_cell_says_what_to_write(cells, expected):
    result = ticket(**cells)
    assert isinstance(result, BadRow)
    assert expected in " ".join(result.reasons)


def test_every_fault_of_a_row_is_reported():
    assert len(ticket(title="", opened="soon", hours="many", type="?").reasons) == 4


def test_an_id_stands_once_in_a_file():
    first, second = tickets_of([Row(2, GOOD), Row(3, GOOD)], MAPPING, now=NOW)
    assert isinstance(first, GoodRow)
    assert second.reasons == ["The id '7' is already on line 2."]


@pytest.mark.parametrize(
    ("unit", "cell", "hours"),
    [("seconds", "5400", 1.5), ("minutes", "90", 1.5), ("hours", "2.5", 2.5), ("", "1h 30m", 1.5)],
)
def test_the_unit_of_a_bare_number_is_the_files(unit, cell, hours):
    assert ticket(Reading(effort_unit=unit), hours=cell).fields["effort_hours"] == hours


def test_a_number_without_a_unit_is_not_guessed():
    assert "hours, minutes, seconds or days" in ticket(Reading(), hours="2.5").reasons[0]


def test_words_for_nothing_are_nothing():
    fields = ticket(closed="NULL", hours="n/a", here="-").fields
    assert (fields.get("resolved_at"), fields["effort_hours"], fields["on_platform"]) == (None, None, None)


def test_a_body_that_is_too_long_is_cut_and_a_title_is_not():
    (result,) = tickets_of([Row(2, GOOD | {"text": "x" * 20_001})], MAPPING | {"body": "text"}, now=NOW)
    assert (len(result.fields["body"]), result.cut) == (20_000, True)
    assert not ticket().cut


def test_labels_and_the_issue_type_are_one_text():
    row = Row(2, GOOD | {"kind": "Bug", "tags": "gpu, bug , Bug"}, more={"tags": ["second\0"]})
    (result,) = tickets_of([row], MAPPING | {"issue_type": "kind", "labels": "tags"}, now=NOW)
    assert result.fields["labels"] == "Bug, gpu, bug, second"
    assert "issue_type" not in result.fields
    (long,) = tickets_of([Row(2, GOOD | {"tags": "x" * 490 + ",toolong" * 9})], MAPPING | {"labels": "tags"}, now=NOW)
    assert len(long.fields["labels"]) <= 500


def test_a_file_without_labels_leaves_them_alone():
    assert "labels" not in ticket().fields


def test_an_apostrophe_before_a_formula_is_not_the_title():
    assert ticket(title="'=HYPERLINK(1)").fields["title"] == "=HYPERLINK(1)"


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=30)))
def test_no_row_breaks_the_reading(cells):
    assert isinstance(ticket(**cells), GoodRow | BadRow)


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
