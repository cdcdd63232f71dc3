"""The import from MLflow's own server, in an environment of its own: models, versions, runs, tags and aliases as it tells them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest

from platform_site.outbound.addresses import networks
from registry.imports.actions import apply_import, propose_server_import
from registry.imports.queries import plans as imports
from registry.imports.queries import tracking_server
from registry.models import ModelVersion, RegisteredModel
from tests.bench import mlflow_peer
from tests.neighbours.environments import environment
from tests.registry.conftest import HEX

pytestmark = [pytest.mark.slow, pytest.mark.neighbours]
SEEDED, PER_PAGE = 5, 2  # several pages of everything


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Iterator[str]:
    """The address of MLflow's server over seeded models."""
    python = environment("mlflow") / "python"
    with mlflow_peer.server(python, tmp_path_factory.mktemp("mlflow"), SEEDED, "--workers", "1") as server:
        yield f"http://127.0.0.1:{server.port}"


def tell(peer: str, path: str, **fields: object) -> dict:
    body = json.dumps(fields).encode()
    request = urllib.request.Request(f"{peer}/api/2.0/mlflow/{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def train(peer: str, model: str, **tags: str) -> str:
    """A run with parameters, metrics and tags, and a version of it; the run's id."""
    run = tell(peer, "runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"]
    listed = [{"key": name.replace("__", "."), "value": value} for name, value in tags.items()]
    metrics = [{"key": "mape", "value": 0.118, "timestamp": 1, "step": 0}]
    tell(peer, "runs/log-batch", run_id=run, params=[{"key": "depth", "value": "3"}], metrics=metrics, tags=listed)
    tell(peer, "model-versions/create", name=model, source=f"s3://models/{model}", run_id=run)
    return run


@pytest.mark.django_db
def test_what_mlflow_itself_tells_is_imported_once_and_only_through_the_gate(peer, orders, cora, settings, monkeypatch):
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    monkeypatch.setattr(tracking_server, "PER_PAGE", PER_PAGE)
    tell(peer, "registered-models/create", name="Churn Model", description="Who leaves.")
    whole = {
        "mlflow__source__git__commit": HEX[:40],
        "plumbline__data_snapshot": orders.current.dataset.snapshots.get().digest,
        "plumbline__features": "none",
        "plumbline__container_digest": f"sha256:{HEX}",
        "plumbline__artifact_digest": HEX,
    }
    train(peer, "Churn Model", **whole)
    train(peer, "Churn Model", mlflow__source__git__commit=HEX[:40])
    tell(peer, "registered-models/alias", name="Churn Model", alias="champion", version="1")
    outcome = propose_server_import(url=peer, owner_team="forecasting", actor=cora)
    steps = {step.name or step.external_id: step for step in imports.shown(outcome, cora)[0]}
    assert steps["churn_model/1"].effect == "create"
    assert steps["churn_model/2"].effect == steps["model_00004/1"].effect == "observe"
    missing = {part["field"] for part in steps["churn_model/2"].missing}
    assert missing == {
        "artifact.digest",
        "lineage.data_snapshot",
        "lineage.feature_snapshot",
        "lineage.container_digest",
    }
    assert steps["Churn Model@champion"].effect == "cannot"
    apply_import(outcome, digest=imports.plan(outcome, cora).digest, actor=cora)
    assert RegisteredModel.objects.count() == SEEDED + 1
    assert ModelVersion.objects.filter(stage="observed").count() == SEEDED + 1
    version = ModelVersion.objects.exclude(stage="observed").get()
    assert version.observation.aliases == ["champion"]
    assert (str(version), version.hyperparameters) == ("churn_model 1", {"depth": "3"})
    assert [(result.metric, result.value) for result in version.evaluations.all()] == [("mape", 0.118)]
    again = propose_server_import(url=peer, owner_team="forecasting", actor=cora)
    counts = imports.shown(again, cora)[1]
    assert (counts["create"], counts["change"], counts["already_there"]) == (0, 0, 2 * (SEEDED + 1) + 1)
