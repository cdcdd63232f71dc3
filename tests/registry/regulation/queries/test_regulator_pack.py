"""What goes into the regulator pack of a model version, as plain values."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone

from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from registry.features.rules.fingerprint import address
from registry.regulation.queries import regulator_pack
from registry.versions.actions import registration
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from tests.registry.conftest import FIXED, HEX, TRAINED, register
from tests.registry.serving.story import ANN, STEPS, approved, ask


def contents(version):
    return regulator_pack.contents(version, audit.head())


def subjects_of(version):
    return {event["subject"] for event in contents(version)["audit_events.jsonl"]}


def test_a_version_that_never_served_has_every_file(model_version):
    files = contents(model_version)
    assert sorted(files) == [
        "alerts.json", "approval_requests.json", "audit_events.jsonl", "change_requests.json", "current_versions.json", "decisions.json",
        "evaluations.json", "gate_decisions.json", "lineage.json", "model_card.json", "model_card.md", "overrides.json", "serving_history.json",
        "snapshot.json", "source_tables.json", "standing_approvals.json",
    ]  # fmt: skip
    assert files["serving_history.json"] == {
        "stages": [], "pins": [], "revisions": [], "deployments": [], "serving_reports": [], "rollouts": [],
    }  # fmt: skip
    assert files["overrides.json"] == files["change_requests.json"] == files["alerts.json"] == []
    assert files["approval_requests.json"] == files["standing_approvals.json"] == []


def test_the_lineage_names_data_code_and_artifact(model_version):
    lineage = contents(model_version)["lineage.json"]
    assert (lineage["model"], lineage["version"], lineage["owner_team"]) == ("demand", "v1", "forecasting")
    assert (lineage["code_commit"], lineage["artifact"]["digest"]) == (HEX[:40], HEX)
    assert (lineage["data_snapshot"]["dataset"], lineage["data_snapshot"]["rows"]) == ("orders", 7)


def test_the_snapshot_shows_what_was_trained_beside_what_a_pin_serves(model_version, cora):
    register(FIXED, cora)
    tomorrow = timezone.now() + timedelta(days=1)
    approve_override(request_override(model_version, reason="x", expires_at=tomorrow, actor=cora), actor=ANN)
    pin_features(
        model_version, {"orders_3d": address(FIXED)[:12]}, reasons={"orders_3d": "The fix is better."}, actor=cora
    )
    (pin,) = contents(model_version)["serving_history.json"]["pins"]
    assert (pin["feature__name"], pin["reason"], pin["pinned_by"]) == ("orders_3d", "The fix is better.", "cora")
    (feature,) = contents(model_version)["snapshot.json"]["features"]
    assert (feature["trained"]["digest"], feature["served"]["digest"]) == (address(TRAINED), address(FIXED))
    for side in ("trained", "served"):
        source = feature[side]["source"]
        assert (source["source_table"], source["number"], source["entity_key"]) == ("orders", 1, ["customer_id"])
        assert (source["event_time"], source["dataset"]) == ("date", "orders")


def test_stages_and_shares_of_a_version_that_serves(serving, in_production):
    history = contents(in_production)["serving_history.json"]
    assert [(change["before"], change["after"]) for change in history["stages"]][-1] == ("staging", "production")
    (share,) = history["revisions"]
    assert (share["environment"], share["traffic_percent"], share["thresholds"], share["approved_by"]) == (
        "production", 100, {"alarm": 0.5}, "ann",
    )  # fmt: skip
    (deployment,) = history["deployments"]
    assert (deployment["environment"], deployment["revision"], deployment["traffic_percent"]) == ("production", 1, 100)


def test_a_rollout_is_in_the_history(second, cora):
    approved(second, cora, steps=STEPS)
    (rollout,) = contents(second)["serving_history.json"]["rollouts"]
    assert (rollout["environment"], rollout["state"]) == ("production", "running")
    assert [step["percent"] for step in rollout["steps"]] == [5, 50, 100]


def test_alerts_are_of_the_model_with_the_run_or_report_that_they_came_of(eventful):
    checked, reported = sorted(contents(eventful)["alerts.json"], key=lambda alert: alert["finding"])
    assert (checked["finding"], checked["serving_report"], checked["blocking"]) == ("check", None, False)
    run = checked["run"]
    assert (run["kind"], run["outcome"], run["rows"]) == ("definition_parity", "failed", 7)
    assert run["data"][0]["dataset"] == "orders"
    assert (reported["finding"], reported["run"], reported["environment"]) == ("skew", None, "production")
    assert reported["serving_report"]["version"] == "v1"
    assert reported["serving_report"]["skew"][0]["feature"] == "orders_3d"


def test_alerts_of_another_model_are_not_in_it(eventful, orders, cora):
    other = registration.register_model(name="other", owner_team="forecasting", actor=cora)
    assert len(contents(eventful)["alerts.json"]) == 2 == eventful.model.alerts.count()
    eventful.model.alerts.update(model=other)
    assert contents(eventful)["alerts.json"] == []


def test_which_version_of_a_feature_was_current_when_and_what_it_computed(eventful):
    current = contents(eventful)["current_versions.json"]
    assert [(row["number"], row["digest"]) for row in current["versions"]] == [
        (1, address(TRAINED)),
        (2, address(FIXED)),
    ]
    assert [(row["feature"], row["before"], row["after"], row["by"]) for row in current["changes"]] == [
        ("orders_3d", None, address(TRAINED)[:12], "cora"),
        ("orders_3d", address(TRAINED)[:12], address(FIXED)[:12], "cora"),
    ]


def test_every_version_of_the_source_table_its_upstream_and_its_columns(eventful):
    tables = contents(eventful)["source_tables.json"]
    assert [(row["source_table"], row["number"], row["row_key"]) for row in tables["versions"]] == [
        ("orders", 1, ["order_id"]), ("orders", 2, ["date"]),
    ]  # fmt: skip
    first, second = (row["version"] for row in tables["versions"])
    assert [(row["before"], row["after"], row["reason"]) for row in tables["changes"]] == [
        (None, first, "The first description."), (first, second, "It moved."),
    ]  # fmt: skip
    (dataset,) = tables["datasets"]
    assert (dataset["dataset"], dataset["kind"], dataset["location"]) == ("orders", "parquet", "orders.parquet")
    (taken,) = dataset["snapshots"]
    assert (taken["rows"], [column["name"] for column in taken["schema"]]) == (
        7, ["order_id", "customer_id", "date", "order_count"],
    )  # fmt: skip


def test_events_are_about_what_the_pack_holds_and_nothing_else(eventful, cora):
    registration.register_model(name="other", owner_team="forecasting", actor=cora)
    trained, fixed = (f"feature_version:orders_3d@{address(definition)[:12]}" for definition in (TRAINED, FIXED))
    alerts = [f"alert:{alert.pk}" for alert in eventful.model.alerts.all()]
    run = eventful.model.alerts.get(finding="check").run
    about = {"model:demand", "model_version:demand/v1", "feature:orders_3d", "source_table:orders", "dataset:orders"}
    assert subjects_of(eventful) == {
        *about, trained, fixed, *alerts, f"check_run:{run.pk}", f"check:{run.check_definition.name}",
    }  # fmt: skip


def test_events_up_to_the_head_are_in_it_in_order_and_later_ones_are_not(eventful):
    head = audit.head()
    middle = AuditEvent.objects.get(sequence=head.sequence - 3)
    files = regulator_pack.contents(eventful, head._replace(sequence=middle.sequence))
    sequences = [event["sequence"] for event in files["audit_events.jsonl"]]
    assert sequences == sorted(sequences)
    assert max(sequences) == middle.sequence


def test_each_gate_decision_has_the_number_that_its_event_names(eventful):
    files = contents(eventful)
    named = [
        json.loads(event["payload"])["gate_decision"]
        for event in files["audit_events.jsonl"]
        if event["action"] == "gate.decided"
    ]
    assert [decision["id"] for decision in files["gate_decisions.json"]] == sorted(named)
    assert {decision["decision"] for decision in files["gate_decisions.json"]} == {"BLOCKED", "PROCEED"}


def test_a_waiting_change_is_in_it(eventful, cora):
    requests = contents(eventful)["change_requests.json"]
    assert [(request["state"], request["requested_by"], request["decided_by"]) for request in requests] == [
        ("approved", "cora", "ann"), ("waiting", "cora", ""),
    ]  # fmt: skip
    ask(eventful, cora, thresholds={"alarm": 9}, reason="Another.")
    assert len(contents(eventful)["change_requests.json"]) == 3
