"""Feast's own integration with MLflow: a training script that names nothing of ours is gated over the features that Feast wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from platform_site.environment.mlflow import MlflowServer
from platform_site.outbound.addresses import networks
from registry.imports.actions import apply_import, propose_file_import
from registry.imports.queries import plans
from registry.imports.receivers.servers import import_server
from registry.models import MlflowReading, ModelVersion
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.queries.snapshots import recorded_snapshot
from tests.bench import mlflow_peer
from tests.neighbours.environments import environment, run
from tests.neighbours.test_feast import FILES, LAST_KNOWN

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
TRAINING = """
from datetime import datetime
import mlflow
import pandas as pd
from feast import FeatureStore
from sklearn.linear_model import LinearRegression
store = FeatureStore(".")
rows = pd.DataFrame({"customer_id": [1, 2], "event_timestamp": [datetime(2024, 3, 5), datetime(2024, 3, 5)]})
with mlflow.start_run():
    features = ["orders_of_customer:amount", "spend:known_amount"]
    data = store.get_historical_features(features=features, entity_df=rows).to_df()
    model = LinearRegression().fit(data[["amount", "known_amount"]].fillna(0.0), [1.0, 2.0])
    mlflow.sklearn.log_model(model, name="model", registered_model_name="demand", pip_requirements=[])
"""


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Iterator[str]:
    python = environment("feast-mlflow") / "python"
    with mlflow_peer.server(python, tmp_path_factory.mktemp("mlflow"), 0, "--workers", "1") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def shop(peer, tmp_path) -> Path:
    """A repository with the integration on, over a file of three orders."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    with (tmp_path / "feature_store.yaml").open("a") as file:
        file.write(f"mlflow: {{enabled: true, tracking_uri: '{peer}'}}\n")
    rows = {
        "order_id": [1, 2, 3], "customer_id": [1, 1, 2], "amount": [5.0, None, 1.0], "order": [1, 2, 1],
        "ordered_at": [datetime(2024, 3, day) for day in (1, 2, 3)], "tags": [["new"], [], ["old"]],
    }  # fmt: skip
    parquet.write_table(pa.table(rows), tmp_path / "orders.parquet")
    return tmp_path


def applied(shop: Path, cora) -> None:
    """`feast apply`, and the registry as Feast dumps it, imported."""
    feast = environment("feast-mlflow") / "feast"
    run([feast, "apply"], shop)
    content = run([feast, "registry-dump"], shop).encode()
    offered = propose_file_import(
        system="feast", filename="registry.json", content=content, owner_team="forecasting", actor=cora
    )
    apply_import(offered, digest=plans.plan(offered, cora).digest, actor=cora)


def test_what_feast_wrote_into_the_run_is_the_training_snapshot_and_closes_the_gate(peer, shop, teams, cora, settings):
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    server = MlflowServer("eu", peer, owner_team="forecasting")
    settings.MLFLOW_SERVERS = {"eu": server}
    applied(shop, cora)
    run([environment("feast-mlflow") / "python", "-c", TRAINING], shop, MLFLOW_TRACKING_URI=peer)
    import_server(server, MlflowReading(origin=server.origin))
    version = ModelVersion.objects.get()
    assert (str(version), version.stage) == ("demand 1", "observed")
    assert set(recorded_snapshot(version) or {}) == {"orders_of_customer__amount", "spend__known_amount"}
    decision = evaluate_deployment_gate(version, actor=cora)
    assert (decision.decision, decision.rests_on["definition"] + decision.rests_on["nothing"]) == ("PROCEED", 2)

    path = shop / "features.py"
    path.write_text(path.read_text().replace(LAST_KNOWN, 'inputs["amount"].fillna(0)'))
    applied(shop, cora)
    decision = evaluate_deployment_gate(ModelVersion.objects.get(), actor=cora)
    assert decision.decision == "BLOCKED"
    assert [conflict["feature"] for conflict in decision.conflicts if conflict["severity"] != "INFO"] == [
        "spend__known_amount"
    ]
