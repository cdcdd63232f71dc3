"""What an event does: a version is observed, and an alias asks the gate."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from registry.imports.receivers.events import handle, take_event
from registry.imports.rules.events import Event
from registry.models import Alert, GateDecision, MlflowEvent, ModelVersion, Observation
from tests.registry.conftest import FIXED, register
from tests.registry.imports.documents import mlflow as tracked
from tests.registry.imports.receivers.conftest import last_outcome

MODEL = "Churn Model"
NUMBERS = iter(range(1_000_000))


def happens(entity: str, action: str, **names: str) -> str:
    """The event is taken and a worker handles it; its outcome."""
    row, _ = take_event("eu", f"d-{next(NUMBERS)}", Event(entity, action, MODEL, **names))
    handle(row.pk)
    return last_outcome()


@pytest.fixture
def trained(tracking, server, orders, feature):
    """Versions 1 and 2 of MLflow's model, trained on orders_3d; only 1 is whole."""
    snapshot = orders.current.dataset.snapshots.get().digest
    tracking.document = tracked(
        snapshot, plumbline__features=f'{{"orders_3d": "{feature.current.name}"}}', plumbline__artifact_digest=""
    )
    tracking.document["registered_models"] = tracking.document["registered_models"][:1]
    tracking.document["model_versions"][0] |= {"run_id": "r1"}
    tracking.document["model_versions"][0]["tags"] = [{"key": "plumbline.container_digest", "value": "none"}]
    for version in tracking.document["model_versions"]:
        version["tags"] = [*version.get("tags", ())]
    tracking.document["registered_models"][0]["aliases"] = []
    return tracking


def aliased(tracking, version: str) -> str:
    tracking.document["registered_models"][0]["aliases"] = [{"alias": "champion", "version": version}]
    return happens("model_version_alias", "created", version=version, alias="champion")


def test_a_new_version_is_observed_with_its_model(trained):
    assert happens("model_version", "created", version="2") == "churn_model 2 is known."
    version = ModelVersion.objects.get()
    assert (str(version), version.stage, version.registered_by) == ("churn_model 2", "observed", "mlflow:eu")
    assert happens("model_version", "created", version="2") == "churn_model 2 is known."
    assert ModelVersion.objects.count() == 1


def test_an_alias_asks_the_gate_and_the_answer_is_written_back(trained):
    assert aliased(trained, "1") == "PROCEED for churn_model 1, which the alias champion names."
    written = {body["key"]: body["value"] for path, body in trained.written if path.endswith("set-tag")}
    assert written["plumbline.gate"] == "PROCEED"
    assert written["plumbline.gate_url"].endswith("/registry/models/churn_model/1/")
    assert Observation.objects.get().aliases == ["champion"]
    assert not Alert.objects.exists()


def test_a_blocked_alias_opens_an_alert_and_stays_where_nothing_better_is_known(trained, cora):
    happens("model_version", "created", version="1")
    register(FIXED, cora)
    assert aliased(trained, "1").startswith("BLOCKED for churn_model 1")
    alert = Alert.objects.get()
    assert (alert.finding, alert.state, alert.blocking) == ("alias", "open", False)
    assert alert.title == "The gate blocks churn_model 1, which MLflow's alias champion names."
    assert not [path for path, _ in trained.written if path.endswith("registered-models/alias")]
    assert GateDecision.objects.filter(decision="BLOCKED").count() == 1


def test_a_blocked_alias_goes_back_to_the_version_before_where_that_is_allowed(trained, cora):
    aliased(trained, "2")
    changed = register(FIXED, cora)
    later = trained.document["runs"]["r1"] | {}
    trained.document["runs"]["r2"] = {
        "data": {
            **later["data"],
            "tags": [tag for tag in later["data"]["tags"] if tag["key"] != "plumbline.features"],
        }
    }
    assert changed.version.name
    back = ModelVersion.objects.get(version="2")
    from registry.versions.actions.pins import pin_features

    pin_features(back, {"orders_3d": back.snapshot.entries.get().feature_version.name}, actor=cora)
    outcome = aliased(trained, "1")
    assert outcome.endswith("The alias is back on churn_model 2.")
    path, body = trained.written[-1]
    assert path.endswith("registered-models/alias")
    assert body == {"name": MODEL, "alias": "champion", "version": "2"}
    assert AuditEvent.objects.filter(action="model_version.alias_put_back").count() == 1


def test_an_alert_resolves_once_the_gate_proceeds(trained, cora):
    happens("model_version", "created", version="1")
    register(FIXED, cora)
    aliased(trained, "1")
    from registry.versions.actions.pins import pin_features

    version = ModelVersion.objects.get()
    pin_features(version, {"orders_3d": version.snapshot.entries.get().feature_version.name}, actor=cora)
    assert aliased(trained, "1").startswith("PROCEED")
    assert Alert.objects.get().state == "resolved"


def test_an_alias_that_nothing_follows_asks_no_gate(trained):
    trained.document["registered_models"][0]["aliases"] = [{"alias": "mine", "version": "1"}]
    assert happens("model_version_alias", "created", version="1", alias="mine") == "churn_model 1 is known."
    assert Observation.objects.get().aliases == ["mine"]
    trained.document["registered_models"][0]["aliases"] = []
    assert happens("model_version_alias", "deleted", alias="mine") == "The aliases are noted."
    assert Observation.objects.get().aliases == []
    assert not GateDecision.objects.exists()


def test_a_server_that_does_not_answer_fails_the_event_with_its_sentence(trained):
    trained.instead = (500, b"")
    assert happens("model_version", "created", version="1") == "The server answered with status 500."
    assert MlflowEvent.objects.get().state == "failed"
