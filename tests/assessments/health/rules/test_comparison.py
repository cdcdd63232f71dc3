"""What changed between two assessments."""

from __future__ import annotations

import pytest

from assessments.health.rules.comparison import Change, changes


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("missing", "partial", "forward"),
        ("partial", "implemented", "forward"),
        ("implemented", "missing", "back"),
        ("not_applicable", "implemented", "other"),
        ("implemented", "not_applicable", "other"),
        (None, "implemented", "other"),
        ("implemented", None, "other"),
    ],
)
def test_the_direction(before, after, direction):
    assert Change("lineage", before, after).direction == direction


def test_only_what_differs_in_the_order_of_both():
    result = changes(
        {"b": "missing", "a": "partial", "gone": "partial"}, {"new": "missing", "a": "partial", "b": "partial"}
    )
    assert [change.capability for change in result] == ["b", "gone", "new"]
    assert changes({}, {}) == []
