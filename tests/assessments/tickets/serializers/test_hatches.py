"""The shape of the escape-hatch catalogue in the API."""

from __future__ import annotations

import pytest

from assessments.tickets.serializers.hatches import HatchChange, HatchInput

BODY = {"name": "Own image", "offers": "Any image.", "how_to_use": "Name it.", "owner_team": "platform"}


def errors(serializer) -> set[str]:
    serializer.is_valid()
    return set(serializer.errors)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, set()),
        ({"since": "2026-11-02"}, set()),
        ({"since": "soon", "name": "x" * 121}, {"since", "name"}),
        ({"offers": "", "colour": "red"}, {"offers", "colour"}),
    ],
)
def test_every_fault_of_an_entry_comes_at_once(fields, wrong):
    assert errors(HatchInput(data=BODY | fields)) == wrong


def test_an_entry_needs_everything_and_a_change_nothing():
    assert errors(HatchInput(data={})) == set(BODY)
    assert errors(HatchChange(data={})) == set()
