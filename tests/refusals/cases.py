"""One case for each code that the API answers with: the requests that end in that refusal.

To add a case, write a function with the code as its `@case`: it gets the world and returns the refused answer. What it
changes in the database is rolled back; what it changes outside it must put back itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.utils import timezone

from assessments.models import Postmortem
from platform_site.access import actor_of
from platform_site.errors import Refused
from platform_site.models import KeyedAnswer
from platform_site.people.models import AccessRequest, User
from registry.models import Alert, ApprovalRequest, ChangeRequest, Check, Override, RegisteredModel
from registry.serving.actions.approval_links import decide_by_link
from tests.access.world import FILES, V1, World
from tests.registry.conftest import TRAINED

Case = Callable[[World], Any]
CASES: dict[tuple[str, int], Case] = {}
VERSIONS = "/models/demand/versions"
REASON = {"reason": "Seen."}


def case(code: str, status: int = 409) -> Callable[[Case], Case]:
    """Registers the case of a code."""

    def register(function: Case) -> Case:
        assert (code, status) not in CASES, code
        CASES[code, status] = function
        return function

    return register


def send(world: World, kind: str, path: str, body: Any = None, method: str = "POST") -> Any:
    """One request to the API as that kind of caller."""
    return world.call(kind, method, V1 + path, {} if body is None else body)


@case("alert_closes_gate")
def _(world: World) -> Any:
    alert = Alert.objects.get(pk=world.ids["alerts/<int:pk>"])
    Alert.objects.filter(pk=alert.pk).update(blocking=True)
    Check.objects.filter(pk=alert.check_definition_id).update(blocking=True)
    return send(world, "lead", f"/checks/{alert.check_definition_id}/", {"blocking": False}, "PATCH")


@case("alert_resolved")
def _(world: World) -> Any:
    pk = world.ids["alerts/<int:pk>"]
    Alert.objects.filter(pk=pk).update(state=Alert.State.RESOLVED, resolved_at=timezone.now())
    return send(world, "owner", f"/alerts/{pk}/", {"acknowledged_until": world.ids["soon"]}, "PATCH")


@case("exemption_ended")
def _(world: World) -> Any:
    path = f"/exemptions/{world.ids['exemptions/<int:pk>']}/end/"
    world.made("lead", path, {})
    return send(world, "lead", path)


@case("applied_already")
def _(world: World) -> Any:
    path, body = f"/imports/{world.ids['imports/<int:pk>']}/apply/", {"digest": world.ids["digest"]}
    world.made("owner", path, body)
    return send(world, "owner", path, body)


@case("plan_changed")
def _(world: World) -> Any:
    return send(world, "owner", f"/imports/{world.ids['imports/<int:pk>']}/apply/", {"digest": "0" * 64})


@case("too_many_imports")
def _(world: World) -> Any:
    with patch("registry.imports.actions.MOST_OFFERED", 1):
        return send(world, "owner", "/imports/dbt/", {"file": FILES["{dbt}"](), "owner_team": "data-platform"})


@case("assessment_published")
def _(world: World) -> Any:
    return send(world, "lead", f"/assessments/{world.ids['published']}/", {"model_count": 3}, "PATCH")


@case("postmortem_published")
def _(world: World) -> Any:
    pk = world.ids["postmortems/<int:pk>"]
    world.made("lead", f"/postmortems/{pk}/publish/")
    assert Postmortem.objects.get(pk=pk).is_published
    return send(world, "lead", f"/postmortems/{pk}/", {"title": "Another title"}, "PATCH")


@case("change_request_decided")
def _(world: World) -> Any:
    pk = world.ids["change-requests/<int:pk>"]
    world.made("approver", f"/change-requests/{pk}/reject/", REASON)
    return send(world, "approver", f"/change-requests/{pk}/approve/", REASON)


@case("change_request_expired")
def _(world: World) -> Any:
    pk = world.ids["change-requests/<int:pk>"]
    with after(ChangeRequest.objects.get(pk=pk).expires_at):
        return send(world, "approver", f"/change-requests/{pk}/approve/", REASON)


@case("approval_link_dead")
def _(world: World) -> Any:
    token, approver = world.ids["approval-links/<str:token>"], actor_of(world.users["approver"])
    decide_by_link(token, "reject", actor=approver)
    try:
        return decide_by_link(token, "reject", actor=approver)
    except Refused as refusal:
        return refusal


@case("regulated")
def _(world: World) -> Any:
    RegisteredModel.objects.filter(name="demand").update(regulated=True)
    return send(world, "owner", "/models/demand/fast-lane/", {"limits": [{"metric": "mape", "worst": 1}]}, "PUT")


@case("standing_approval_decided")
def _(world: World) -> Any:
    pk = world.ids["standing-approvals/<int:pk>"]
    world.made("approver", f"/standing-approvals/{pk}/reject/", REASON)
    return send(world, "approver", f"/standing-approvals/{pk}/approve/", REASON)


@case("standing_approval_ended")
def _(world: World) -> Any:
    return send(world, "approver", f"/standing-approvals/{world.ids['standing-approvals/<int:pk>']}/revoke/", REASON)


@case("stale")
def _(world: World) -> Any:
    target = {"model": "demand", "version": "v2", "environment": "elsewhere"}
    body = target | {"traffic_percent": 50, "thresholds": {"alarm": 0.9}, "feature_pins": {}}
    other = world.made("owner", "/deployments/", body)["id"]
    world.made("approver", f"/change-requests/{other}/approve/", REASON)
    return send(world, "approver", f"/change-requests/{world.ids['change-requests/<int:pk>']}/approve/", REASON)


@case("override_decided")
def _(world: World) -> Any:
    pk = world.ids["overrides/<int:pk>"]
    world.made("approver", f"/overrides/{pk}/reject/", REASON)
    return send(world, "approver", f"/overrides/{pk}/approve/", REASON)


@case("override_ended")
def _(world: World) -> Any:
    pk = world.ids["overrides/<int:pk>"]
    with after(Override.objects.get(pk=pk).expires_at):
        return send(world, "approver", f"/overrides/{pk}/approve/", REASON)


@case("approval_request_decided")
def _(world: World) -> Any:
    pk = world.ids["approval-requests/<int:pk>"]
    world.made("approver", f"/approval-requests/{pk}/reject/", REASON)
    return send(world, "approver", f"/approval-requests/{pk}/approve/", REASON)


@case("approval_request_expired")
def _(world: World) -> Any:
    pk = world.ids["approval-requests/<int:pk>"]
    with after(ApprovalRequest.objects.get(pk=pk).expires_at):
        return send(world, "approver", f"/approval-requests/{pk}/approve/", REASON)


@case("no_owner")
def _(world: World) -> Any:
    pk = world.made("service account", "/overrides/", world.ids["override"])["id"]
    User.objects.filter(username="service-account").update(owner=None)
    return send(world, "approver", f"/overrides/{pk}/approve/", REASON)


@case("access_request_decided")
def _(world: World) -> Any:
    pk = world.ids["access-requests/<int:pk>"]
    world.made("approver", f"/access-requests/{pk}/reject/", REASON)
    return send(world, "approver", f"/access-requests/{pk}/approve/", REASON)


@case("access_request_expired")
def _(world: World) -> Any:
    pk = world.ids["access-requests/<int:pk>"]
    with after(AccessRequest.objects.get(pk=pk).expires_at):
        return send(world, "approver", f"/access-requests/{pk}/approve/", REASON)


@case("nothing_to_override")
def _(world: World) -> Any:
    return send(world, "owner", "/overrides/", world.ids["override"] | {"version": "v2"})


@case("check_name_taken")
def _(world: World) -> Any:
    body = {"name": "orders", "kind": "schema", "dataset": "more", "model": "demand"}
    return send(world, "owner", "/checks/", body)


@case("run_is_over")
def _(world: World) -> Any:
    return send(world, "owner", f"/check-runs/{world.ids['check-runs/<int:pk>']}/cancel/")


@case("too_many_runs")
def _(world: World) -> Any:
    with patch("registry.checks.actions.checks.OPEN_RUNS_LIMIT", 0):
        return send(world, "owner", f"/checks/{world.ids['checks/<int:pk>']}/runs/")


@case("gate_blocked")
def _(world: World) -> Any:
    return send(world, "owner", f"{VERSIONS}/v1/deployment-gate/")


@case("deployment_blocked")
def _(world: World) -> Any:
    target = {"model": "demand", "version": "v1", "environment": "production"}
    return send(world, "owner", "/deployments/", target | {"traffic_percent": 90, "thresholds": {}, "feature_pins": {}})


@case("promotion_blocked")
def _(world: World) -> Any:
    world.made("owner", f"{VERSIONS}/v0/promote/", {"to": "staging"})
    return send(world, "owner", f"{VERSIONS}/v0/promote/", {"to": "production"})


@case("features_declared")
def _(world: World) -> Any:
    return send(world, "approver", f"{VERSIONS}/v1/confirm-no-features/", REASON)


@case("no_features_confirmed")
def _(world: World) -> Any:
    world.made("approver", f"{VERSIONS}/n0/confirm-no-features/", REASON)
    return send(world, "approver", f"{VERSIONS}/n0/confirm-no-features/", REASON)


@case("regulated_without_features")
def _(world: World) -> Any:
    RegisteredModel.objects.filter(name="demand").update(regulated=True)
    return send(world, "approver", f"{VERSIONS}/n0/confirm-no-features/", REASON)


@case("parity_first")
def _(world: World) -> Any:
    return send(world, "owner", "/features/orders_3d/current/", {"version": world.ids["waits"], "reason": "Now."})


@case("not_waiting")
def _(world: World) -> Any:
    return send(world, "approver", f"/features/orders_3d/versions/{world.ids['trained']}/accept/", REASON)


@case("stage_order")
def _(world: World) -> Any:
    return send(world, "owner", f"{VERSIONS}/v0/promote/", {"to": "production"})


@case("still_serves")
def _(world: World) -> Any:
    return send(world, "owner", f"{VERSIONS}/v1/promote/", {"to": "archived"})


@case("snapshot_written_once")
def _(world: World) -> Any:
    body = {"feature_snapshot": {"orders_3d": world.ids["current"]}}
    return send(world, "owner", f"{VERSIONS}/v1/snapshot/", body, "PUT")


@case("nothing_to_change")
def _(world: World) -> Any:
    path = f"/deployments/{world.ids['deployments/<int:pk>']}/rollback/"
    back = {"to_revision": 1, "reason": "The newer one alarms too often."}
    world.made("owner", path, back)
    return send(world, "owner", path, back)


@case("rolled_away")
def _(world: World) -> Any:
    path = f"/deployments/{world.ids['deployments/<int:pk>']}/rollback/"
    world.made("owner", path, {"to_revision": 1, "reason": "The newer one alarms too often."})
    return send(world, "owner", path, {"to_revision": 2, "reason": "It was not that."})


@case("rollout_ended")
def _(world: World) -> Any:
    path = f"/rollouts/{world.ids['rollouts/<int:pk>']}/abort/"
    world.made("owner", path, REASON)
    return send(world, "owner", path, REASON)


@case("rollout_not_stopped")
def _(world: World) -> Any:
    return send(world, "owner", f"/rollouts/{world.ids['rollouts/<int:pk>']}/resume/", REASON)


@case("rollout_under_way")
def _(world: World) -> Any:
    target = {"model": "demand", "version": "v2", "environment": "staging"}
    return send(world, "owner", "/deployments/", target | {"traffic_percent": 50, "thresholds": {}, "feature_pins": {}})


@case("in_progress")
def _(world: World) -> Any:
    program, key = world.programs["owner"], {"HTTP_IDEMPOTENCY_KEY": "the-same"}
    body = {"name": "another", "owner_team": "forecasting", "model_type": "regression"}
    assert program.post(f"{V1}/models/", body, format="json", **key).status_code == 201
    KeyedAnswer.objects.update(status=None)
    return program.post(f"{V1}/models/", body, format="json", **key)


@case("deactivated")
def _(world: World) -> Any:
    world.made("administrator", "/service-accounts/service-account/", {"active": False}, "PATCH")
    return send(world, "administrator", "/tokens/", {"name": "late", "scopes": ["read"], "user": "service-account"})


@case("too_many_tokens")
def _(world: World) -> Any:
    with patch("platform_site.people.actions.tokens.MOST_TOKENS", 1):
        return send(world, "owner", "/tokens/", {"name": "one more", "scopes": ["read"]})


@case("webhook_off")
def _(world: World) -> Any:
    path = f"/webhooks/{world.ids['webhooks/<int:pk>']}/"
    world.made("lead", path, {"active": False}, "PATCH")
    return send(world, "lead", f"{path}test/")


@case("delivery_superseded")
def _(world: World) -> Any:
    body = {"kind": "pagerduty", "url": "https://93.184.216.34/p", "secret": "K" * 32, "events": ["alert.*"]}
    path = f"/webhooks/{world.made('lead', '/webhooks/', body)['id']}/"
    opened = world.made("lead", f"{path}test/", {})["id"]
    return send(world, "lead", f"{path}deliveries/{opened}/redeliver/")


@case("webhook_unsigned")
def _(world: World) -> Any:
    body = {"kind": "slack", "url": "https://93.184.216.34/chat", "events": ["alert.*"]}
    return send(world, "lead", f"/webhooks/{world.made('lead', '/webhooks/', body)['id']}/secret/")


@case("exists")
def _(world: World) -> Any:
    source = {"name": "orders", "dataset": "orders", "entity_key": ["order_id"], "event_time": "date"}
    return send(world, "owner", "/source-tables/", source)


@case("dataset_gone", 503)
def _(world: World) -> Any:
    with without_the_file("more.parquet"):
        return send(world, "owner", "/datasets/more/snapshots/")


@case("dataset_unreadable")
def _(world: World) -> Any:
    with without_the_file("more.parquet") as file:
        file.write_bytes(b"not Parquet")
        return send(world, "owner", "/datasets/more/snapshots/")


@case("dataset_unreadable", 503)
def _(world: World) -> Any:
    source = {"name": "more", "dataset": "more", "entity_key": ["customer_id"], "event_time": "date"}
    world.made("owner", "/source-tables/", source)
    feature = {"name": "more_3d", "owner_team": "data-platform", "reason": "first", "source_table": "more"}
    with without_the_file("more.parquet") as file:
        file.write_bytes(b"not Parquet")
        return send(world, "owner", "/features/", TRAINED.as_dict() | feature)


@case("observation_decided")
def _(world: World) -> Any:
    path = f"/lineage/observations/{world.ids['lineage/observations/<int:pk>']}"
    world.made("owner", f"{path}/dismiss/")
    return send(world, "owner", f"{path}/accept/")


@case("upstream_of_others")
def _(world: World) -> Any:
    described = {"dataset": "orders", "entity_key": ["customer_id"], "event_time": "date", "reason": "Deployed."}
    code = {"kind": "dbt", "name": "orders.sql", "text": "select 1", "dialect": "duckdb"}
    world.made("owner", "/source-tables/orders/versions/", described | {"upstream": code})
    return send(world, "owner", f"/lineage/observations/{world.ids['lineage/observations/<int:pk>']}/accept/")


@contextmanager
def without_the_file(name: str) -> Iterator[Path]:
    """Inside, a file of the data root is away; afterwards it is back as it was."""
    file = Path(settings.DATA_ROOTS[0]) / name
    content = file.read_bytes()
    file.unlink()
    try:
        yield file
    finally:
        file.write_bytes(content)


@contextmanager
def after(moment: datetime) -> Iterator[None]:
    """Inside, it is a minute past a moment."""
    with patch("django.utils.timezone.now", lambda: moment + timedelta(minutes=1)):
        yield
