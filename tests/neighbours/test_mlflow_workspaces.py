"""MLflow's own server behind TLS of an authority of its own, with workspaces, an artifact proxy and 5,000 versions."""

from __future__ import annotations

import dataclasses
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Invalid
from platform_site.outbound.addresses import networks
from registry.imports.queries import tracking_server
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.receivers.servers import import_server
from registry.models import MlflowReading, ModelVersion
from tests.bench import mlflow_peer
from tests.neighbours.certificates import certificates
from tests.neighbours.environments import environment, run

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
MODELS, VERSIONS = 50, 100
TRAINING = """
import hashlib, json, mlflow, pathlib, sys
from mlflow import MlflowClient
client = MlflowClient()
client.create_workspace("ads")
mlflow.set_workspace("ads")
class Clicks(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input
mlflow.set_experiment("clicks")
with mlflow.start_run() as training:
    mlflow.log_param("depth", 3)
    mlflow.pyfunc.log_model(name="model", python_model=Clicks(), pip_requirements=[], registered_model_name="Clicks")
    pathlib.Path("weights.bin").write_bytes(b"weights")
    mlflow.log_artifact("weights.bin", "raw")
client.create_registered_model("Raw")
client.create_model_version("Raw", f"runs:/{training.info.run_id}/raw", training.info.run_id)
for name in ("Clicks", "Raw"):
    folder = pathlib.Path(mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=name))
    files = sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())
    lines = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {path}\\n" for path, file in files if path != "registered_model_meta")
    print(json.dumps([name, hashlib.sha256(lines.encode()).hexdigest(), [path for path, _ in files]]))
"""


class Peer(NamedTuple):
    """Where the server is, and the file of its certificate authority."""

    url: str
    authority: Path


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Iterator[Peer]:
    python, scratch = environment("mlflow") / "python", tmp_path_factory.mktemp("mlflow")
    files = certificates(scratch)
    tls = f"--ssl-keyfile {files.key} --ssl-certfile {files.certificate}"
    options = ("--workers", "1", "--enable-workspaces", "--uvicorn-opts", tls)
    context = ssl.create_default_context(cafile=str(files.authority))
    with mlflow_peer.server(python, scratch, MODELS, *options, versions=VERSIONS, tls=context) as server:
        yield Peer(f"https://127.0.0.1:{server.port}", files.authority)


@pytest.fixture
def known(peer, settings) -> MlflowServer:
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    server = MlflowServer("eu", peer.url, cert_path=str(peer.authority))
    settings.MLFLOW_SERVERS = {"eu": server}
    return server


def test_five_thousand_versions_are_read_in_parts_that_go_on_where_the_last_one_ended(peer, known, monkeypatch):
    monkeypatch.setattr(tracking_server, "LOOK_S", 600.0)
    monkeypatch.setattr(tracking_server, "TOTAL_TIMEOUT_S", 600.0)
    seen, looks, cursor = [], 0, ""
    while looks == 0 or cursor:
        look = TrackingServer("eu").look(cursor=cursor)  # each by itself, as after a worker died
        seen += [(row["name"], row["version"]) for row in look.document["model_versions"]]
        looks, cursor = looks + 1, look.next_cursor
    assert (len(seen), len(set(seen)), looks) == (MODELS * VERSIONS, MODELS * VERSIONS, 5)


def test_a_certificate_authority_of_its_own_is_named_or_nothing_is_sent(peer, known, settings):
    assert TrackingServer("eu").call("registered-models/search", {"max_results": "1"})["registered_models"]
    settings.MLFLOW_SERVERS = {"eu": dataclasses.replace(known, cert_path="")}
    with pytest.raises(Invalid, match="certificate"):
        TrackingServer("eu").look()


def test_a_workspace_is_read_alone_with_the_digests_of_its_artifacts(peer, known, settings, tmp_path, teams):
    python = environment("mlflow") / "python"
    variables = {"MLFLOW_TRACKING_URI": peer.url, "MLFLOW_TRACKING_SERVER_CERT_PATH": str(peer.authority)}
    printed = run([python, "-c", TRAINING], tmp_path, **variables)
    expected = {
        name: digest for name, digest, _ in map(json.loads, [line for line in printed.splitlines() if line[:1] == "["])
    }
    ads = dataclasses.replace(known, workspace="ads", owner_team="forecasting", read_artifacts=True)
    settings.MLFLOW_SERVERS = {"eu": ads}
    import_server(ads, MlflowReading(origin=ads.origin))
    versions = {row.model.name: row for row in ModelVersion.objects.select_related("model")}
    assert versions.keys() == {"clicks", "raw"}, "of the 5,000 versions of the other workspace none"
    assert {name: versions[name.lower()].artifact_digest for name in expected} == expected
    assert versions["clicks"].observation.origin == f"{peer.url} (ads)"
    assert versions["clicks"].hyperparameters == {"depth": "3"}
