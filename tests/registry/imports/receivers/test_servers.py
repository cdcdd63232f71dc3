"""Servers that are imported every hour: whole, however many looks that takes."""

from __future__ import annotations

import dataclasses

import pytest

from platform_site.environment.mlflow import MlflowServer
from registry.imports.queries import tracking_server
from registry.imports.receivers.servers import import_servers
from registry.models import Import, ModelVersion, Observation, RegisteredModel
from tests.registry.conftest import HEX
from tests.registry.imports.documents import mlflow as tracked


@pytest.fixture
def server(tracking, settings, teams) -> MlflowServer:
    server = MlflowServer("eu", tracking.url, username="ada", password="pw", owner_team="forecasting")
    settings.MLFLOW_SERVERS = {"eu": server}
    tracking.document = tracked(HEX)
    return server


def test_a_server_is_read_whole_in_looks_and_what_is_gone_is_noted(server, tracking, monkeypatch):
    monkeypatch.setattr(tracking_server, "MOST", 1)
    assert import_servers() == 1
    assert set(RegisteredModel.objects.values_list("name", flat=True)) == {"churn_model", "bersicht_1"}
    assert ModelVersion.objects.count() == 2
    assert {sent for _, sent in tracking.requests} == {"Basic YWRhOnB3"}
    imports = Import.objects.count()
    assert import_servers() == 1
    assert Import.objects.count() == imports
    del tracking.document["model_versions"][0]
    import_servers()
    assert list(Observation.objects.exclude(gone_at=None).values_list("external_id", flat=True)) == ["Churn Model/2"]


def test_a_server_without_a_team_or_an_answer_stops_nobody(server, tracking, settings):
    away = dataclasses.replace(server, name="away", url="http://127.0.0.1:9")
    nobody = dataclasses.replace(server, name="nobody", owner_team="")
    settings.MLFLOW_SERVERS = {"away": away, "nobody": nobody, "eu": server}
    assert import_servers() == 1
