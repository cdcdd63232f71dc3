"""An alert opens, is acknowledged for a time, opens again after it, closes the gate, and is resolved by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from platform_site.access import SYSTEM, Actor
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.outbound.addresses import networks
from platform_site.webhooks.actions import audit_feed, deliveries
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.models import Delivery
from registry.checks.actions.alerts import acknowledge, reopen_lapsed
from registry.checks.actions.checks import define_check, propose, queue_run
from registry.checks.actions.execution import execute
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import add_source_version
from registry.data.rules.source import Source
from registry.models import Alert, Feature, SourceTable
from registry.tasks import reopen_alerts
from registry.versions.queries import gates
from tests.platform_site.outbound.receiver import receiving
from tests.registry.conftest import FIXED, contributor, register, run_of
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def alert(in_production, cora) -> Alert:
    report(in_production, cora, orders_3d=CHANGED)
    return Alert.objects.get()


def lapse() -> None:
    Alert.objects.update(acknowledged_until=datetime.now(UTC) - timedelta(seconds=1))


def test_it_opens_again_by_itself_when_nobody_resolved_it_in_time(alert, cora):
    acknowledge(alert, until=TOMORROW, actor=cora)
    assert reopen_lapsed() == 0
    lapse()
    reopen_alerts()
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_until) == ("open", "", None)
    event = AuditEvent.objects.first()
    assert (event.action, event.actor, event.content["acknowledged_by"]) == ("alert.reopened", SYSTEM.name, cora.name)
    assert reopen_lapsed() == 0


def test_an_alert_of_a_parity_run_names_its_feature(in_production, cora):
    execute(register(FIXED, cora).run.pk)
    assert Alert.objects.get().title.startswith("orders_3d: ")


@pytest.fixture
def without_nulls(cora, data_root) -> Source:
    """The source table's rows without those in which the two definitions differ, as its owner may bind them."""
    orders = pq.read_table(data_root / "orders.parquet")
    pq.write_table(orders.filter(pc.is_valid(orders["order_count"])), data_root / "few.parquet")
    add_dataset(name="few", kind="parquet", location="few.parquet", key=["order_id"], actor=cora)
    return SourceTable.objects.get(name="orders").current.source._replace(dataset="few")


def test_a_run_over_other_data_resolves_nothing(in_production, cora, without_nulls):
    failed = register(FIXED, cora).run
    execute(failed.pk)
    assert Alert.objects.get().state == Alert.State.OPEN
    add_source_version(SourceTable.objects.get(name="orders"), without_nulls, reason="Fewer.", actor=cora)
    again = queue_run(failed.check_definition, actor=cora)
    execute(again.pk)
    again.refresh_from_db()
    assert (again.outcome, [entry["dataset"] for entry in again.data]) == ("passed", ["few"])
    assert Alert.objects.get().state == Alert.State.OPEN
    finished = AuditEvent.objects.filter(action="check_run.finished").first()
    assert finished.content["resolves_nothing"].startswith("it read few (few.parquet) by source version ")


def test_nor_does_it_make_a_version_current_that_waits_for_parity(in_production, cora, without_nulls):
    Feature.objects.update(requires_parity=True)
    waits = register(FIXED, cora)
    execute(waits.run.pk)
    add_source_version(SourceTable.objects.get(name="orders"), without_nulls, reason="Fewer.", actor=cora)
    again = queue_run(waits.run.check_definition, actor=cora)
    execute(again.pk)
    again.refresh_from_db()
    assert again.outcome == "passed"
    assert Feature.objects.get().current != waits.version


def test_what_is_resolved_stays_so(alert, in_production, cora):
    acknowledge(alert, until=TOMORROW, actor=cora)
    clean = report(in_production, cora, orders_3d=DUE)
    assert AuditEvent.objects.get(action="alert.resolved").content["serving_report"] == clean.pk
    lapse()
    assert reopen_lapsed() == 0
    assert Alert.objects.get().state == "resolved"
    with pytest.raises(Refused, match="already resolved"):
        acknowledge(alert, until=TOMORROW, actor=cora)


def test_it_is_looked_after_longer(alert, cora):
    acknowledge(alert, until=TOMORROW, actor=cora)
    assert acknowledge(alert, until=TOMORROW + timedelta(days=1), actor=cora).acknowledged_until > TOMORROW


def test_until_it_is_fixed_has_no_end_but_newer_evidence(alert, in_production, cora):
    acknowledge(alert, until=None, actor=cora)
    reopen_alerts()
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_until) == ("acknowledged", None)
    stored = alert.acknowledged_finding
    assert (stored["title"], stored["parts"], stored["by"]) == (alert.title, alert.parts, cora.name)
    assert AuditEvent.objects.first().content["until"] == "fixed"
    report(in_production, cora, orders_3d=DUE)
    assert Alert.objects.get().state == "resolved"


def test_what_came_since_somebody_looked_is_not_acknowledged(alert, in_production, cora):
    seen = alert.findings.get().pk
    report(in_production, cora, orders_3d="f" * 12)
    with pytest.raises(Refused, match="serves ffffffffffff") as refused:
        acknowledge(alert, until=None, actor=cora, seen=seen)
    assert refused.value.code == "changed"
    assert acknowledge(alert, until=None, actor=cora, seen=seen + 1).state == "acknowledged"


def test_only_its_team_looks_after_it_and_only_until_a_time_to_come(alert, cora):
    with pytest.raises(NotAllowed):
        acknowledge(alert, until=TOMORROW, actor=contributor("data-platform", name="dan"))
    with pytest.raises(Invalid, match="future"):
        acknowledge(alert, until=datetime.now(UTC), actor=cora)


def test_a_blocking_one_closes_the_gate_until_it_is_resolved_and_looking_after_it_opens_none(
    alert, in_production, cora
):
    Alert.objects.update(blocking=True)
    for state in ("open", "acknowledged"):
        assert Alert.objects.get().state == state
        assert gates.deployment_verdict(in_production).decision == "BLOCKED"
        acknowledge(alert, until=TOMORROW, actor=cora)
    report(in_production, cora, orders_3d=DUE)
    assert gates.deployment_verdict(in_production).decision == "PROCEED"


def test_the_api_acknowledges(alert, api, in_production, cora):
    path = f"/api/v1/alerts/{alert.pk}/"
    values = {"acknowledged_until": TOMORROW.isoformat()}
    assert api("contributor").patch(path, values, format="json").json()["state"] == "acknowledged"
    assert api("stranger").patch(path, values, format="json").status_code == 403
    fixed = api("contributor").patch(path, {"acknowledge_for": "until_fixed"}, format="json").json()
    assert (fixed["acknowledged_until"], fixed["returns"]) == (None, "only with another or worse finding")
    week = api("contributor").patch(path, {"acknowledge_for": "1_week"}, format="json").json()
    assert datetime.fromisoformat(week["acknowledged_until"]) - datetime.now(UTC) > timedelta(days=6, hours=23)
    seen = {"acknowledge_for": "1_day", "seen": week["findings"][0]["id"]}
    report(in_production, cora, orders_3d="f" * 12)
    refused = api("contributor").patch(path, seen, format="json")
    assert refused.status_code == 409
    assert refused.json()["code"] == "changed"


def test_every_turn_is_sent_to_a_webhook(alert, in_production, cora, settings):
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    with receiving() as receiver:
        lead = Actor("zoe", frozenset({"lead"}))
        add_webhook(url=receiver.url, events=["alert.*"], actor=lead)
        acknowledge(alert, until=TOMORROW, actor=cora)
        lapse()
        assert reopen_lapsed() == 1
        report(in_production, cora, orders_3d=CHANGED)  # the same again: silent
        report(in_production, cora, orders_3d="f" * 12)
        report(in_production, cora, orders_3d=DUE)
        report(in_production, cora, orders_3d=CHANGED)
        assert audit_feed.follow() == 5
        assert all(deliveries.deliver(delivery.pk) for delivery in Delivery.objects.order_by("pk"))
        body = [json.loads(row.body) for row in receiver.posted]
    assert [row["event"] for row in body] == [
        "alert.acknowledged", "alert.reopened", "alert.updated", "alert.resolved", "alert.opened",
    ]  # fmt: skip
    assert {row["payload"]["model"] for row in body} == {"demand"}
    assert all("orders_3d" in row["payload"]["title"] for row in body)


@pytest.fixture
def changed(in_production, cora):
    """The feature has another definition, and the check of the two has failed."""
    registered = register(FIXED, cora)
    execute(registered.run.pk)
    return registered


def test_an_alert_walks_through_its_states_by_run_page_and_api(changed, in_production, api, browser_of):
    (alert,) = api("viewer").get("/api/v1/alerts/?state=open").json()["results"]
    assert (alert["finding"], alert["check_run"], alert["model"]) == ("check", changed.run.pk, "demand")
    until = TOMORROW.strftime("%Y-%m-%dT%H:%M")
    browser_of("contributor").post(f"/registry/alerts/{alert['id']}/acknowledge/", {"until": until})
    assert api("viewer").get(f"/api/v1/alerts/{alert['id']}/").json()["state"] == "acknowledged"
    assert "Acknowledged" in browser_of("viewer").get("/registry/features/orders_3d/").content.decode()
    Alert.objects.update(blocking=True)
    assert any("blocking alert" in reason for reason in gates.deployment_verdict(in_production).reasons)
    execute(queue_run(changed.run.check_definition, actor=contributor("forecasting")).pk)
    assert Alert.objects.get().state == "acknowledged"  # the same finding, and the same alert


def test_a_proposal_that_differs_is_no_alert(in_production, feature, cora):
    feature.refresh_from_db()
    run = propose(feature, FIXED, actor=cora)
    execute(run.pk)
    run.refresh_from_db()
    assert run.outcome == "failed"
    assert not Alert.objects.exists()


def test_one_alert_for_each_model_that_is_computed_from_the_data_whatever_the_number_of_columns(
    in_production, cora, data_root
):
    check = define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora)
    pq.write_table(pq.read_table(data_root / "orders.parquet").select(["order_id"]), data_root / "orders.parquet")
    for _ in range(2):
        run_of(check, cora)
    alert = Alert.objects.get()
    assert (alert.model, alert.blocking) == (in_production.model, False)
    assert "breaches" in alert.title


def test_an_alert_carries_the_verdict_what_was_left_out_and_the_columns_that_decided(in_production, events, cora):
    dates = {"reference": "events", "reference_to": "2024-01-31", "current_from": "2024-01-31"}
    check = define_check("drift", name="events", parameters=dates, model=in_production.model, actor=cora)
    run = run_of(check, cora)
    event = AuditEvent.objects.filter(action="alert.opened").first()
    lines = event.content["message"].split("\n")
    assert lines[:2] == [f"Drift of {check.name}: failed", run.summary]
    assert lines[2] == run.result.content["sentence"]
    columns = run.columns.exclude(outcome="passed").order_by("rank")[:5]
    assert lines[3:] == [f"- {column.column}: {column.sentence}" for column in columns]
    finished = AuditEvent.objects.get(action="check_run.finished", subject=f"check_run:{run.pk}")
    assert finished.content["sentence"] == run.result.content["sentence"]
