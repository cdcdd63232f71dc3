"""What changed of a ticket, as its audit event has it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.tickets.rules.changes import LONGEST_TEXT, changes

OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"type": "bug"}, {"type": "bug"}, {}),
        ({"type": "bug", "team": "ads"}, {"team": "maps"}, {"team": {"from": "ads", "to": "maps"}}),
        ({"effort_hours": None}, {"effort_hours": 0.0}, {"effort_hours": {"from": None, "to": 0.0}}),
        ({"resolved_at": None}, {"resolved_at": OPENED}, {"resolved_at": {"from": None, "to": "2026-11-02T09:00:00+00:00"}}),
        ({"on_platform": True}, {"on_platform": False}, {"on_platform": {"from": True, "to": False}}),
    ],
)  # fmt: skip
def test_only_what_differs_is_named_with_old_and_new(before, after, expected):
    assert changes(before, after) == expected


def test_a_long_text_is_cut_in_the_event():
    whole, long = "a" * LONGEST_TEXT, "b" * (LONGEST_TEXT + 1)
    change = changes({"body": whole}, {"body": long})["body"]
    assert change == {"from": whole, "to": f"{long[:LONGEST_TEXT]}…"}


def test_two_long_texts_that_begin_alike_still_differ():
    text = "a" * LONGEST_TEXT
    assert set(changes({"body": f"{text}x"}, {"body": f"{text}y"})) == {"body"}
