"""What goes into the regulator pack of a model version, as plain values."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from registry.features.rules.fingerprint import address
from registry.regulation.queries.regulator_pack import contents, events
from registry.versions.actions import registration
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from tests.registry.conftest import FIXED, HEX, TRAINED, register
from tests.registry.serving.story import ANN


def test_a_version_that_never_served_has_every_file(model_version):
    files = contents(model_version)
    assert sorted(files) == [
        "audit_events.jsonl", "change_requests.json", "decisions.json", "evaluations.json", "gate_decisions.json",
        "lineage.json", "overrides.json", "serving_history.json", "snapshot.json",
    ]  # fmt: skip
    assert files["serving_history.json"] == {"stages": [], "revisions": [], "deployments": [], "serving_reports": []}
    assert files["overrides.json"] == files["change_requests.json"] == []


def test_the_lineage_names_data_code_and_artifact(model_version):
    lineage = contents(model_version)["lineage.json"]
    assert (lineage["model"], lineage["version"], lineage["owner_team"]) == ("demand", "v1", "forecasting")
    assert (lineage["code_commit"], lineage["artifact"]["digest"]) == (HEX[:40], HEX)
    assert (lineage["data_snapshot"]["dataset"], lineage["data_snapshot"]["rows"]) == ("orders", 7)


def test_the_snapshot_shows_what_was_trained_beside_what_a_pin_serves(model_version, cora):
    register(FIXED, cora)
    tomorrow = timezone.now() + timedelta(days=1)
    approve_override(request_override(model_version, reason="x", expires_at=tomorrow, actor=cora), actor=ANN)
    pin_features(model_version, {"orders_3d": address(FIXED)[:12]}, actor=cora)
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


def test_events_are_about_the_version_its_model_and_its_features_and_no_others(model_version, cora):
    registration.register_model(name="other", owner_team="forecasting", actor=cora)
    subjects = {event.subject for event in events(model_version)}
    assert subjects == {
        "model:demand", "model_version:demand/v1", f"feature_version:orders_3d@{address(TRAINED)[:12]}",
    }  # fmt: skip
