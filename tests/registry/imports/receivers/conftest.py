"""An MLflow server whose events are signed, and which takes what is written back."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from platform_site.environment.mlflow import MlflowServer
from registry.imports.rules.events import signature
from registry.models import MlflowEvent

SECRET = "4kQ9-wZ7rT2_mX8vB3nY6cH1jL5-pD0sF"
ADDRESS = "/api/v1/events/mlflow/"


@pytest.fixture
def server(tracking, settings) -> MlflowServer:
    server = MlflowServer("eu", tracking.url, webhook_secret=SECRET, owner_team="forecasting", restore_aliases=True)
    settings.MLFLOW_SERVERS = {"eu": server}
    return server


def body_of(entity: str, action: str, **data: Any) -> bytes:
    content = {"entity": entity, "action": action, "timestamp": "2026-11-30T20:00:00+00:00", "data": data}
    return json.dumps(content).encode()


def send(client: Any, body: bytes, *, delivery: str = "d-1", at: float | None = None, signed: str | None = None) -> Any:
    """What MLflow would send; with another signature, or signed at another time."""
    timestamp = str(int(time.time() if at is None else at))
    headers = {
        "X-MLflow-Delivery-Id": delivery,
        "X-MLflow-Timestamp": timestamp,
        "X-MLflow-Signature": signature(SECRET, delivery, timestamp, body) if signed is None else signed,
    }
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


def last_outcome() -> str:
    return MlflowEvent.objects.latest("pk").outcome
