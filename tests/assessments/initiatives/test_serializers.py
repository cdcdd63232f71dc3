"""The shape of initiatives in the API."""

from __future__ import annotations

import pytest

from assessments.initiatives.serializers import InitiativeChange, InitiativeInput

BODY = {"title": "A tested rollback", "capabilities": ["deployment_rollback"], "organization": "exampleco"}


def test_without_a_target_what_is_proposed_is_implemented_and_comes_from_nothing():
    body = InitiativeInput(data=BODY)
    assert body.is_valid(), body.errors
    assert body.arguments() == BODY | {"target": "implemented", "origin": ("", "")}


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"kind": "recommendation", "id": "lineage"}, ("recommendation", "lineage")),
        ({"kind": "postmortem"}, ("postmortem", "")),
    ],
)
def test_where_it_comes_from_is_one_pair(origin, expected):
    body = InitiativeInput(data=BODY | {"from": origin})
    assert body.is_valid(), body.errors
    assert body.arguments()["origin"] == expected


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, {"title"}),
        ({"colour": "red"}, {"colour"}),
        ({"from": {"kind": "luck"}}, {"from"}),
        ({"due_on": "soon", "effort_days": -1, "state": "asleep"}, {"due_on", "effort_days", "state"}),
        ({"link": "not a link"}, {"link"}),
    ],
)
def test_every_fault_of_the_shape_comes_at_once(fields, wrong):
    body = InitiativeInput(data=BODY | fields)
    assert not body.is_valid()
    assert set(body.errors) == wrong


def test_what_a_change_leaves_out_stays_and_a_due_date_can_be_taken_away():
    change = InitiativeChange(data={"due_on": None})
    assert change.is_valid(), change.errors
    assert change.validated_data == {"due_on": None}
