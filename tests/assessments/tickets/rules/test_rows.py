"""Rows as tickets: what a column means, and every fault of a row at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules.rows import BadRow, GoodRow, mapping_faults, moment, propose_mapping, tickets_of
from platform_site.text.csv_files import Row

MAPPING = {
    "external_id": "id", "title": "title", "opened_at": "opened", "resolved_at": "closed", "effort_hours": "hours",
    "type": "type", "on_platform": "here",
}  # fmt: skip
GOOD = {"id": "7", "title": "Add me", "opened": "2026-01-05 09:12", "closed": "", "hours": "", "type": "", "here": ""}


def ticket(**cells):
    (result,) = tickets_of([Row(2, GOOD | cells)], MAPPING)
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
        ({"opened": "01/02/2026"}, "Write a date and time, for example"),  # January or February?
        ({"opened": "2026-02-30"}, "Write a date and time, for example"),
        ({"closed": "2026-01-04"}, "resolved before it was opened"),
        ({"hours": "-1"}, "number of hours from 0"),
        ({"hours": "nan"}, "number of hours from 0"),
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
    first, second = tickets_of([Row(2, GOOD), Row(3, GOOD)], MAPPING)
    assert isinstance(first, GoodRow)
    assert second.reasons == ["The id 7 is already on line 2."]


def test_jiras_hours_are_seconds():
    rows = [Row(2, GOOD | {"Time Spent": "5400"})]
    (result,) = tickets_of(rows, {**MAPPING, "effort_hours": "Time Spent"})
    assert result.fields["effort_hours"] == 1.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05", "2026-01-05T00:00:00+00:00"),
        ("2026-01-05T09:12:00Z", "2026-01-05T09:12:00+00:00"),
        ("05/Jan/26 12:12 AM", "2026-01-05T00:12:00+00:00"),
        ("5/Jan/2026 13:12", "2026-01-05T13:12:00+00:00"),
        ("05/Jan/26 13:12 PM", None),
        ("31/Feb/26", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_a_moment_is_read_in_one_way_or_not_at_all(text, expected):
    result = moment(text)
    assert (result and result.isoformat()) == expected


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=30)))
def test_no_row_breaks_the_reading(cells):
    assert isinstance(ticket(**cells), GoodRow | BadRow)


def test_columns_are_known_by_their_names():
    columns = ["Issue key", "Summary", "Issue Type", "Reporter", "Created", "Resolved", "Time Spent", "Type"]
    assert propose_mapping(columns, "jira") == {
        "external_id": "Issue key", "title": "Summary", "requester": "Reporter", "opened_at": "Created",
        "resolved_at": "Resolved", "effort_hours": "Time Spent",
    }  # fmt: skip
    assert propose_mapping(["ID", "Opened_At"]) == {"external_id": "ID", "opened_at": "Opened_At"}


def test_a_mapping_names_what_it_lacks():
    faults = dict(mapping_faults({"title": "gone", "colour": "id"}, ["id"]))
    assert set(faults) == {"external_id", "opened_at", "title", "colour"}
