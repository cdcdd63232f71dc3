"""MLflow's own server with its own sign-in, its own webhooks, and more models than one import reads."""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.fernet import Fernet

from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Invalid
from platform_site.outbound.addresses import networks
from registry.imports.actions import propose_server_import
from registry.imports.receivers.events import handle
from registry.imports.receivers.servers import import_server
from registry.models import Alert, MlflowEvent, MlflowReading, ModelVersion, RegisteredModel
from registry.versions.queries.registration import coverage_of
from tests.bench import mlflow_peer
from tests.neighbours.environments import environment
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.slow, pytest.mark.neighbours]
SEEDED, PASSWORD = 1_003, "a long password of mlflow"
SECRET = "4kQ9-wZ7rT2_mX8vB3nY6cH1jL5-pD0sF"
BASIC = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


class Receiver(ThreadingHTTPServer):
    """Catches what MLflow sends, headers and body as they are."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Catch)
        self.deliveries: list[tuple[dict[str, str], bytes]] = []


class Catch(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.deliveries.append((dict(self.headers.items()), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Iterator[str]:
    """MLflow with `--app-name basic-auth` over 1,003 models, one version each."""
    python = environment("mlflow") / "python"
    scratch = tmp_path_factory.mktemp("mlflow")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "MLFLOW_FLASK_SERVER_SECRET_KEY": SECRET,
            "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
            "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http",
            "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
            "_MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
            "MLFLOW_AUTH_CONFIG_PATH": str(_auth(scratch)),
        }.items():
            patch.setenv(name, value)
        options = ("--workers", "1", "--app-name", "basic-auth")
        with mlflow_peer.server(python, scratch, SEEDED, *options) as server:
            yield f"http://127.0.0.1:{server.port}"


def _auth(scratch: Any) -> Any:
    path = scratch / "auth.ini"
    lines = [
        "[mlflow]", "default_permission = READ", f"database_uri = sqlite:///{scratch / 'auth.db'}", "admin_username = admin",
        f"admin_password = {PASSWORD}", "authorization_function = mlflow.server.auth:authenticate_request_basic_auth",
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def known(peer, settings) -> MlflowServer:
    """The server as an administrator set it up."""
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    server = MlflowServer(
        "eu", peer, username="admin", password=PASSWORD, webhook_secret=SECRET, owner_team="forecasting",
        restore_aliases=True,
    )  # fmt: skip
    settings.MLFLOW_SERVERS = {"eu": server}
    return server


def tell(peer: str, path: str, *, method: str = "POST", **fields: object) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Authorization": BASIC}
    body = None if method == "GET" else json.dumps(fields).encode()
    request = urllib.request.Request(f"{peer}/api/2.0/mlflow/{path}", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def train(peer: str, orders: Any, name: str, features: dict[str, str]) -> str:
    """A run that knows its commit, data, features and metrics, and a version of it; the version's number."""
    run = tell(peer, "runs/create", experiment_id="0", start_time=int(time.time() * 1_000))["run"]["info"]["run_id"]
    tags = {
        "mlflow.source.git.commit": "f" * 40,
        "plumbline.data_snapshot": orders.current.dataset.snapshots.get().digest,
        "plumbline.features": json.dumps(features),
    }
    listed = [{"key": key, "value": value} for key, value in tags.items()]
    metrics = [
        {"key": "mape", "value": 0.118, "timestamp": 1, "step": 0},
        {"key": "ppl", "value": "Infinity", "timestamp": 1, "step": 0},
    ]
    tell(peer, "runs/log-batch", run_id=run, params=[{"key": "depth", "value": "3"}], metrics=metrics, tags=listed)
    made = tell(peer, "model-versions/create", name=name, source=f"s3://models/{name}", run_id=run)
    return made["model_version"]["version"]


def delivered(receiver: Receiver, entity: str, client: Any) -> MlflowEvent:
    """The next delivery about an entity, sent on to Plumbline as MLflow sent it, and handled by a worker."""
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        for headers, body in list(receiver.deliveries):
            if json.loads(body)["entity"] == entity:
                receiver.deliveries.remove((headers, body))
                names = ("X-MLflow-Delivery-Id", "X-MLflow-Timestamp", "X-MLflow-Signature")
                lower = {name.lower(): value for name, value in headers.items()}
                signed = {name: lower[name.lower()] for name in names}
                forged = client.post(
                    "/api/v1/events/mlflow/", body + b" ", content_type="application/json", headers=signed
                )
                assert forged.status_code == 401
                answer = client.post("/api/v1/events/mlflow/", body, content_type="application/json", headers=signed)
                assert answer.status_code == 202, answer.content
                handle(answer.json()["id"])
                return MlflowEvent.objects.get(pk=answer.json()["id"])
        time.sleep(0.2)
    raise AssertionError(f"MLflow sent nothing about {entity}: {receiver.deliveries}")


@pytest.mark.django_db
def test_more_models_than_one_import_reads_are_read_with_mlflows_own_sign_in(peer, known, cora, settings, teams):
    first = propose_server_import(url="eu", owner_team="forecasting", actor=cora)
    assert first.next_cursor
    few = propose_server_import(url="eu", owner_team="forecasting", name="model_0100", actor=cora)
    assert {entry["name"] for entry in few.found["wanted"] if entry["kind"] == "model"} == {
        "model_01000", "model_01001", "model_01002",
    }  # fmt: skip
    import_server(known, MlflowReading(origin=known.origin))
    assert (RegisteredModel.objects.count(), ModelVersion.objects.count()) == (SEEDED, SEEDED)
    missing = {row.part: row.missing for row in coverage_of().parts}
    assert (missing["container_digest"], missing["artifact"]) == (SEEDED, SEEDED)
    settings.MLFLOW_SERVERS = {}
    with pytest.raises(Invalid, match="requires to sign in"):
        propose_server_import(url=peer, owner_team="forecasting", actor=cora)


@pytest.mark.django_db
def test_its_own_webhooks_are_verified_and_an_alias_on_a_blocked_version_goes_back(
    peer, known, receiver, client, orders, feature, cora
):
    tell(peer, "registered-models/create", name="Churn Model")
    events = [
        {"entity": "MODEL_VERSION", "action": "CREATED"},
        {"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"},
    ]
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    tell(peer, "webhooks", name="plumbline", url=hook, events=events, secret=SECRET)
    trained = feature.current.name
    old = train(peer, orders, "Churn Model", {"orders_3d": trained})
    assert delivered(receiver, "model_version", client).outcome == "churn_model 1 is known."
    version = ModelVersion.objects.get()
    assert (version.stage, version.code_commit) == ("observed", "f" * 40)
    assert "ppl" in version.observation.notes[0]
    tell(peer, "registered-models/alias", name="Churn Model", alias="champion", version=old)
    assert delivered(receiver, "model_version_alias", client).outcome.startswith("PROCEED for churn_model 1")
    changed = register(FIXED, cora).version.name
    new = train(peer, orders, "Churn Model", {"orders_3d": trained})
    delivered(receiver, "model_version", client)
    good = train(peer, orders, "Churn Model", {"orders_3d": changed})
    delivered(receiver, "model_version", client)
    tell(peer, "registered-models/alias", name="Churn Model", alias="champion", version=good)
    assert delivered(receiver, "model_version_alias", client).outcome.startswith("PROCEED for churn_model 3")
    tell(peer, "registered-models/alias", name="Churn Model", alias="champion", version=new)
    outcome = delivered(receiver, "model_version_alias", client).outcome
    assert outcome.startswith("BLOCKED for churn_model 2")
    assert outcome.endswith("The alias is back on churn_model 3.")
    model = tell(peer, "registered-models/get?name=Churn%20Model", method="GET")["registered_model"]
    assert model["aliases"] == [{"alias": "champion", "version": good}]
    stored = tell(peer, f"model-versions/get?name=Churn%20Model&version={new}", method="GET")["model_version"]
    tags = {tag["key"]: tag["value"] for tag in stored["tags"]}
    assert tags["plumbline.gate"] == "BLOCKED"
    assert tags["plumbline.gate_url"].endswith("/registry/models/churn_model/2/")
    assert Alert.objects.get().title.startswith("The gate blocks churn_model 2")
