"""One of every governed change, over a small registry: for tests that ask the same of each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.people.actions import create_team, make_token, set_roles
from platform_site.people.models import User
from platform_site.webhooks.actions.targets import add_webhook
from registry.checks.actions.checks import define_check, queue_run
from registry.features.actions.current_version import set_current
from registry.regulation.actions.decisions import report_decisions
from registry.regulation.actions.regulated_models import mark_regulated
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.rollouts import advance_rollouts
from registry.versions.actions.approval_decisions import approve_request, reject_request
from registry.versions.actions.details import edit_model
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_model, register_version
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register
from tests.registry.regulation.actions.test_decisions import reported_decision
from tests.registry.serving.story import approved, ask
from tests.registry.versions.approvals import floor

ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset({"ml-platform"}))
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"ml-platform"}))


def world_of(version: Any, orders: Any, cora: Actor) -> dict[str, Any]:
    """Beside a model in production: another version of it, an override that waits, a check, a person."""
    second = register_version(version.model, version="v2", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)
    first = version.snapshot.entries.get().feature_version
    register(FIXED, cora)
    expires_at = timezone.now() + timedelta(days=3)
    override = request_override(version, reason="Retrained on Friday.", expires_at=expires_at, actor=cora)
    third, rolling, held = deployed_of(version, orders, cora)
    check = define_check("schema", name="orders-now", parameters={"dataset": "orders"}, actor=cora)
    person = User.objects.create_user("percy")
    floor()
    looser = floor(0.1)
    return locals()


def deployed_of(version: Any, orders: Any, cora: Actor) -> tuple[Any, Any, Any]:
    """A version at 20 % of staging, one in the first step of a rollout in development, and a change that waits."""
    third, fourth = (
        register_version(version.model, version=name, artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)
        for name in ("v4", "v5")
    )
    for staged in (third, fourth):
        promote(staged, "staging", actor=cora)
        staged.refresh_from_db()
    approved(third, cora, environment="staging", percent=20)
    approved(third, cora, environment="development", percent=100)
    steps = [
        {"percent": 5, "hold_minutes": 0},
        {"percent": 50, "hold_minutes": 60},
        {"percent": 100, "hold_minutes": 0},
    ]
    rolling = approved(fourth, cora, environment="development", steps=steps)
    return third, rolling, ask(third, cora, environment="test", percent=100).request


CHANGES: dict[str, Callable[[dict[str, Any], Actor], object]] = {
    "register a feature": lambda world, cora: register(FIXED, cora, name="another"),
    "register a version of one": lambda world, cora: register(FIXED._replace(data_type="float32"), cora),
    "register a model": lambda world, cora: register_model(name="other", owner_team="forecasting", actor=cora),
    "register a version of a model": lambda world, cora: register_version(
        world["version"].model, version="v3", artifact=ARTIFACT, lineage_parts=lineage(world["orders"]), actor=cora
    ),
    "promote": lambda world, cora: promote(world["second"], "staging", actor=cora),
    "ask the gate": lambda world, cora: evaluate_deployment_gate(world["version"], actor=cora),
    "pin": lambda world, cora: pin_features(world["version"], {"orders_3d": world["first"].name}, actor=cora),
    "go back": lambda world, cora: set_current(world["first"].feature, world["first"], reason="back", actor=cora),
    "ask for an override": lambda world, cora: request_override(
        world["version"], reason="Again.", expires_at=timezone.now() + timedelta(days=2), actor=cora
    ),
    "approve": lambda world, cora: approve_override(world["override"], actor=ANN),
    "reject": lambda world, cora: reject_override(world["override"], reason="No.", actor=ANN),
    "deploy": lambda world, cora: ask(world["third"], cora, environment="staging", percent=40),
    "ask for a deployment": lambda world, cora: ask(world["third"], cora, environment="staging", percent=90),
    "approve a deployment": lambda world, cora: approve_change(world["held"], actor=ANN),
    "take a step": lambda world, cora: advance_rollouts(),
    "roll back": lambda world, cora: rollback(world["rolling"], to_revision=1, reason="Errors.", actor=cora),
    "save a policy": lambda world, cora: save_policy(
        name="errors", checks=[{"metric": "mape", "operator": "<=", "threshold": 0.2}], actor=LEA
    ),
    "ask to loosen a policy": lambda world, cora: floor(0.2),
    "tighten a policy while a request waits": lambda world, cora: floor(0.9),
    "approve a looser policy": lambda world, cora: approve_request(world["looser"], actor=ANN),
    "reject a looser policy": lambda world, cora: reject_request(world["looser"], actor=ANN),
    "define a check": lambda world, cora: define_check(
        "schema", name="orders-as-agreed", parameters={"dataset": "orders", "unique": ["order_id"]}, actor=cora
    ),
    "ask for a run": lambda world, cora: queue_run(world["check"], actor=cora),
    "mark as regulated": lambda world, cora: mark_regulated(world["version"].model, True, reason="Credit.", actor=LEA),
    "report a decision": lambda world, cora: report_decisions(world["version"], [reported_decision(1)], actor=cora),
    "edit a model": lambda world, cora: edit_model(world["version"].model, silent_after_hours=2, actor=cora),
    "add a webhook": lambda world, cora: add_webhook(url="https://hooks.example/x", events=["alert.*"], actor=LEA),
    "add a team": lambda world, cora: create_team(slug="ghosts", name="Ghosts", actor=SYSTEM),
    "make a token": lambda world, cora: make_token(world["person"], scopes=["read"], actor=SYSTEM),
    "give a role": lambda world, cora: set_roles(world["person"], [Role.LEAD], actor=SYSTEM),
}
