"""Rows as tickets: what a column means, and every fault of a row at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules.rows import BadRow, GoodRow, Reading, shared_reasons, tickets_of
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


def test_reasons_that_differ_in_their_values_are_one():
    rows = [(line, str(line), [f"Created is '{line}/18/2026'. There is no such day."]) for line in range(2, 502)]
    rows += [(502, "x", ["title is empty."]), (503, "y", ["title has 501 characters; at most 500 are allowed."])]
    first, *others = shared_reasons(rows)
    assert first == ("Created is '2/18/2026'. There is no such day.", 500, [2, 3, 4, 5, 6])
    assert [reason.lines for reason in others] == [[502], [503]]


def test_quotes_inside_a_value_do_not_end_it():
    rows = [(2, "", ['T is "it\'s". Write yes.']), (3, "", [f"T is {'a' + chr(39) + chr(34)!r}. Write yes."])]
    assert [reason.count for reason in shared_reasons(rows)] == [2]
