"""Owner, description and tags are edited on record, all of them or none, and lists are narrowed by them."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Fault, Invalid, NotAllowed
from platform_site.owned import edit_details, narrowed, unknown_team
from platform_site.people.models import Team
from registry.models import Feature

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
LEA = Actor("lea", frozenset({Role.LEAD}))


def contributor(*teams: str) -> Actor:
    return Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset(teams))


def new_feature(name: str) -> Feature:
    team = Team.objects.get_or_create(slug="data-platform", defaults={"name": "Data"})[0]
    return Feature.objects.create(name=name, owner_team=team, created_at=timezone.now())


@pytest.fixture
def cora(db):
    """A contributor of both teams that there are."""
    Team.objects.create(slug="forecasting", name="Forecasting")
    return contributor("forecasting", "data-platform")


@pytest.fixture
def feature(cora):
    return new_feature("orders_3d")


def edit(feature: Feature, actor: Actor, faults=(), **details: object) -> None:
    with transaction.atomic():
        edit_details("feature", feature, details, actor=actor, faults=faults)
    feature.refresh_from_db()


def test_an_edit_is_an_event_with_old_and_new_values_of_what_changed(feature, cora):
    edit(feature, cora, description="Three days.", owner_team="forecasting", tags=["Risk ", "demand", "risk"])
    assert (feature.description, feature.owner_team.slug) == ("Three days.", "forecasting")
    event = AuditEvent.objects.first()
    assert (event.action, event.subject, event.actor) == ("feature.edited", "feature:orders_3d", "cora")
    assert event.content == {
        "description": {"from": "", "to": "Three days."},
        "owner_team": {"from": "data-platform", "to": "forecasting"},
        "tags": {"from": [], "to": ["demand", "risk"]},
    }
    edit(feature, cora, description="Three days.", tags=["demand"])
    assert AuditEvent.objects.first().content == {"tags": {"from": ["demand", "risk"], "to": ["demand"]}}


def test_what_is_equal_already_is_no_event(feature, cora):
    events = AuditEvent.objects.count()
    edit(feature, cora, description="", owner_team="data-platform", tags=[])
    edit(feature, cora)
    assert AuditEvent.objects.count() == events


def test_every_fault_is_named_at_once_and_nothing_changes(feature, cora):
    wrong = {"description": "x" * 4_001, "owner_team": "ghosts", "tags": ["a b", *(f"t{n}" for n in range(20))]}
    with pytest.raises(Invalid) as refused:
        edit(feature, cora, [Fault("more", "x", "More.")], **wrong)
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["description", "owner_team", "tags", "tags", "more"]
    feature.refresh_from_db()
    assert (feature.description, feature.owner_team.slug, feature.tags) == ("", "data-platform", [])


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (contributor("data-platform"), True),
        (LEA, True),
        (Actor("ada", frozenset({Role.ADMINISTRATOR})), True),
        (contributor("forecasting"), False),
        (Actor("ann", frozenset({Role.APPROVER}), frozenset({"data-platform"})), False),
        (Actor("vera", frozenset({Role.VIEWER}), frozenset({"data-platform"})), False),
    ],
)
def test_contributors_of_the_owner_and_leads_may(feature, actor, may):
    if may:
        edit(feature, actor, tags=["risk"])
        assert feature.tags == ["risk"]
    else:
        with pytest.raises(NotAllowed, match="Only contributors of team data-platform and leads"):
            edit(feature, actor, tags=["risk"])


def test_who_gave_a_feature_away_may_not_take_it_back(feature):
    dora = contributor("data-platform")
    edit(feature, dora, owner_team="forecasting")
    with pytest.raises(NotAllowed):
        edit(feature, dora, owner_team="data-platform")


def test_an_unknown_team_is_answered_with_those_that_exist_or_where_to_add_one(feature):
    assert unknown_team("ghosts") == "There is no team 'ghosts'. Choose data-platform, forecasting."
    feature.delete()
    Team.objects.all().delete()
    assert "Add a team first" in unknown_team("ghosts")


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ({}, ["b_7d", "c_7d", "orders_3d"]),
        ({"tag": "risk"}, ["b_7d"]),
        ({"tag": "RISK"}, ["b_7d"]),
        ({"tag": "risky"}, ["c_7d"]),
        ({"tag": "ris"}, []),
        ({"tag": "tier_1"}, ["c_7d"]),
        ({"owner_team": "forecasting"}, ["c_7d"]),
        ({"owner_team": "ghosts"}, []),
        ({"tag": "risky", "owner_team": "data-platform"}, []),
    ],
)
def test_lists_are_narrowed_by_tag_and_owner(feature, cora, by, names):
    edit(new_feature("b_7d"), cora, tags=["risk", "tier-1"])
    edit(new_feature("c_7d"), cora, tags=["risky", "tier_1"], owner_team="forecasting")
    assert [row.name for row in narrowed(Feature.objects.order_by("name"), **by)] == names
