"""The forms of initiatives: what they offer, by organization and by state."""

from __future__ import annotations

import pytest

from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.forms import ChangeForm, CommentForm, InitiativeForm, read_origin
from assessments.initiatives.rules import FOLLOWING, Origin, State
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import create_team

FIELDS = {"title": "A tested rollback", "capabilities": ["deployment_rollback"], "target": "implemented"}


@pytest.fixture
def rollback(organization, lea):
    return propose_initiative(organization, **FIELDS, actor=lea)


def test_what_is_filled_in_are_the_arguments_of_the_action(organization):
    form = InitiativeForm(FIELDS | {"effort_days": "3", "link": "tracker.example/1"}, organization=organization)
    assert form.is_valid(), form.errors
    arguments = form.arguments()
    assert arguments | FIELDS == arguments
    assert (arguments["effort_days"], arguments["link"]) == (3, "https://tracker.example/1")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""}, {"title": "x" * 201}, {"capabilities": ["magic"]}, {"capabilities": []}, {"target": "splendid"},
        {"owner": "team:nobody"}, {"due_on": "soon"}, {"effort_days": "-1"}, {"effort_days": "10001"}, {"link": "not a link"},
    ],
)  # fmt: skip
def test_what_is_out_of_shape_is_refused_at_its_field(organization, fields):
    assert set(InitiativeForm(FIELDS | fields, organization=organization).errors) == set(fields)


def test_owners_are_the_teams_of_the_organization_and_people(organization, people, lea):
    other = add_organization(slug="other", name="Other", actor=lea)
    create_team(slug="buyers", name="Buyers", organization=other, actor=SYSTEM)
    nobody, teams, persons = InitiativeForm(organization=organization).fields["owner"].choices
    assert nobody == ("", "Nobody yet")
    assert "team:buyers" not in dict(teams[1])
    assert {"person:lead", "person:viewer"} <= set(dict(persons[1]))
    assert "team:buyers" in dict(InitiativeForm(organization=other).fields["owner"].choices[1][1])


@pytest.mark.parametrize("state", [State.PROPOSED, State.DROPPED])
def test_only_a_state_that_may_follow_is_offered(rollback, state):
    rollback.state = state
    choices = [value for value, _ in ChangeForm(initiative=rollback).fields["state"].choices]
    assert choices == [state, *FOLLOWING[state]]


def test_a_change_begins_with_what_is_stored(rollback):
    initial = ChangeForm(initiative=rollback).initial
    assert initial | FIELDS == initial
    assert initial["state"] == "proposed"


@pytest.mark.parametrize(("text", "valid"), [("Done by March.", True), (" ", False), ("x" * 4_001, False)])
def test_a_comment_has_words(text, valid):
    assert CommentForm({"text": text}).is_valid() is valid


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        *((f"{kind}:lineage", (kind, "lineage")) for kind in Origin if kind),
        ("luck:1", ("", "")),
        ("recommendation", ("recommendation", "")),
        ("recommendation:" + "x" * 200, ("recommendation", "x" * 128)),
    ],
)
def test_an_address_says_what_an_initiative_comes_from(text, origin):
    assert read_origin(text) == origin
