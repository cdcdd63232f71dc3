"""Owner, description, tags and the silence limit of a model."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.models import RegisteredModel
from registry.models.model_versions import MOST_HOURS
from registry.versions.actions.details import edit_model
from registry.versions.actions.policies import save_policy
from tests.registry.conftest import contributor

pytestmark = pytest.mark.django_db
CHECKS = [{"metric": "mape", "operator": "<=", "threshold": 0.2}]
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"ml-platform"}))
OWN_LEAD = Actor("otto", frozenset({Role.LEAD, Role.CONTRIBUTOR}), frozenset({"forecasting"}))
ADA = Actor("ada", frozenset({Role.ADMINISTRATOR}))

PATH = "/api/v1/models/demand/"


def limited(client, hours):
    return client.patch(PATH, {"silent_after_hours": hours}, format="json")


@pytest.mark.parametrize("hours", [1, MOST_HOURS])
def test_a_limit_from_one_hour_to_the_most_is_set(api, model, hours):
    answer = limited(api("contributor"), hours)
    assert (answer.status_code, answer.json()["silent_after_hours"]) == (200, hours)
    assert api("viewer").get(PATH).json()["silent_after_hours"] == hours


@pytest.mark.parametrize("hours", [0, MOST_HOURS + 1, None, "2", 1.5])
def test_any_other_is_refused_and_nothing_changes(api, model, hours):
    answer = limited(api("contributor"), hours)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"silent_after_hours"}
    model.refresh_from_db()
    assert model.silent_after_hours == 24


def test_only_the_team_of_the_model_sets_it(api, model):
    assert limited(api("stranger"), 2).status_code == 403
    assert api("contributor").patch("/api/v1/models/none/", {"silent_after_hours": 2}, format="json").status_code == 404


def test_several_fields_are_edited_together_and_are_one_event(api, model):
    body = {"owner_team": "data-platform", "description": "Orders.", "tags": ["tier-1", "a"], "silent_after_hours": 2}
    answer = api("contributor").patch(PATH, body, format="json")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in body} == body | {"tags": ["a", "tier-1"]}
    event = AuditEvent.objects.first()
    assert (event.action, event.subject) == ("model.edited", "model:demand")
    assert event.content["silent_after_hours"] == {"from": 24, "to": 2}
    assert event.content["owner_team"] == {"from": "forecasting", "to": "data-platform"}


@pytest.mark.parametrize("query", ["tag=tier-1", "tag=TIER-1", "search=tier-1", "owner_team=forecasting&tag=tier-1"])
def test_the_list_is_narrowed_by_tag_and_owner(api, model, cora, query):
    edit_model(model, tags=["tier-1"], actor=cora)
    assert api("viewer").get(f"/api/v1/models/?{query}").json()["count"] == 1
    assert api("viewer").get("/api/v1/models/?tag=tier").json()["count"] == 0
    assert api("viewer").get("/api/v1/models/?tag=tier%201").status_code == 400


def test_a_limit_out_of_range_is_a_fault_beside_the_others(model, cora):
    with pytest.raises(Invalid) as refused:
        edit_model(model, silent_after_hours=0, tags=["a b"], owner_team="ghosts", actor=cora)
    assert {fault.field for fault in refused.value.faults} == {"silent_after_hours", "tags", "owner_team"}


def bound(model: RegisteredModel, rule: str) -> None:
    """Let a rule bind the model because of its owner, or not."""
    if rule == "regulated":
        RegisteredModel.objects.update(regulated=True)
    if rule == "policy":
        save_policy(name="strict", checks=CHECKS, subject_team="forecasting", actor=LEA)
    if rule == "policy of everybody":
        save_policy(name="strict", checks=CHECKS, actor=LEA)
    model.refresh_from_db()


@pytest.mark.parametrize(
    ("rule", "actor", "may"),
    [
        ("none", contributor("forecasting"), True),
        ("none", OWN_LEAD, True),
        ("policy of everybody", contributor("forecasting"), True),
        ("policy", contributor("forecasting"), False),
        ("policy", OWN_LEAD, False),
        ("policy", ADA, False),
        ("policy", LEA, True),
        ("regulated", contributor("forecasting"), False),
        ("regulated", OWN_LEAD, False),
        ("regulated", ADA, False),
        ("regulated", LEA, True),
    ],
)
def test_a_team_does_not_give_a_model_away_from_under_the_rules_that_bind_it(model, people, rule, actor, may):
    bound(model, rule)
    events = AuditEvent.objects.count()
    if may:
        assert edit_model(model, owner_team="data-platform", actor=actor).owner_team.slug == "data-platform"
        return
    with pytest.raises(NotAllowed, match=r"demand stays with team forecasting: .* Only a lead of another team"):
        edit_model(model, owner_team="data-platform", tags=["risk"], actor=actor)
    assert AuditEvent.objects.count() == events
    model.refresh_from_db()
    assert (model.owner_team.slug, model.tags) == ("forecasting", [])


def test_a_model_that_rules_bind_is_described_by_its_team_all_the_same(model, people, cora):
    bound(model, "policy")
    bound(model, "regulated")
    assert edit_model(model, owner_team="forecasting", description="Credit.", actor=cora).description == "Credit."
