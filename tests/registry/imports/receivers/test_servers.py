"""Servers that are imported on a schedule: whole, however many looks and turns that takes."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.environment.mlflow import MlflowServer
from registry.imports.queries import tracking_server
from registry.imports.receivers import servers
from registry.imports.receivers.events import handle
from registry.imports.receivers.servers import import_servers
from registry.models import GateDecision, Import, MlflowEvent, MlflowReading, ModelVersion, Observation, RegisteredModel
from tests.registry.conftest import HEX
from tests.registry.imports.documents import mlflow as tracked


@pytest.fixture
def server(tracking, settings, teams) -> MlflowServer:
    server = MlflowServer("eu", tracking.url, username="ada", password="pw", owner_team="forecasting")
    settings.MLFLOW_SERVERS = {"eu": server}
    tracking.document = tracked(HEX)
    return server


def import_again() -> int:
    """Import once more, as after the minutes between two imports."""
    MlflowReading.objects.update(began_at=None)
    return import_servers()


def test_a_server_is_read_whole_in_looks_and_what_is_gone_is_noted(server, tracking, monkeypatch):
    monkeypatch.setattr(tracking_server, "MOST", 1)
    assert import_servers() == 1
    assert set(RegisteredModel.objects.values_list("name", flat=True)) == {"churn_model", "bersicht_1"}
    assert ModelVersion.objects.count() == 2
    assert {sent for _, sent in tracking.requests} == {"Basic YWRhOnB3"}
    imports = Import.objects.count()
    assert import_again() == 1
    assert Import.objects.count() == imports
    del tracking.document["model_versions"][0]
    import_again()
    assert list(Observation.objects.exclude(gone_at=None).values_list("external_id", flat=True)) == ["Churn Model/2"]


def test_a_server_without_a_team_or_an_answer_stops_nobody(server, tracking, settings):
    away = dataclasses.replace(server, name="away", url="http://127.0.0.1:9")
    nobody = dataclasses.replace(server, name="nobody", owner_team="")
    settings.MLFLOW_SERVERS = {"away": away, "nobody": nobody, "eu": server}
    assert import_servers() == 1


def test_a_crash_is_no_good_news_and_stops_no_other_server(server, settings, monkeypatch):
    settings.MLFLOW_SERVERS = {"us": dataclasses.replace(server, name="us", url="http://127.0.0.1:9"), "eu": server}
    monkeypatch.setattr(servers, "TrackingServer", lambda name: 1 / 0)
    assert import_servers() == 0
    assert [row.problem for row in MlflowReading.objects.all()] == [servers.CRASHED] * 2
    monkeypatch.undo()
    settings.MLFLOW_SERVERS = {"eu": server}
    assert import_again() == 1
    assert MlflowReading.objects.get(origin=server.origin).problem == ""


def test_it_is_imported_again_after_its_minutes_and_by_one_worker(server):
    assert (import_servers(), import_servers()) == (1, 0)
    reading = MlflowReading.objects.get()
    assert (reading.origin, reading.read_at is not None, reading.problem) == (server.origin, True, "")
    MlflowReading.objects.update(began_at=timezone.now() - timedelta(minutes=server.import_minutes))
    assert import_servers() == 1
    MlflowReading.objects.update(began_at=None, busy_until=timezone.now() + timedelta(minutes=1))
    assert import_servers() == 0
    MlflowReading.objects.update(busy_until=timezone.now() - timedelta(minutes=1))
    assert import_servers() == 1, "the worker that had it is lost"


def test_a_reading_that_takes_longer_than_a_turn_goes_on_where_it_ended(server, tracking, monkeypatch):
    import_servers()
    before = MlflowReading.objects.get().read_at
    monkeypatch.setattr(tracking_server, "MOST", 1)
    monkeypatch.setattr(servers, "TURN_S", 0.0)
    turns = [import_again()]
    del tracking.document["model_versions"][0]
    while MlflowReading.objects.get().next_cursor:
        assert MlflowReading.objects.get().read_at == before
        turns.append(import_servers())
    assert len(turns) > 1
    assert MlflowReading.objects.get().read_at > before
    assert Observation.objects.exclude(gone_at=None).count() == 1


def test_why_it_was_not_read_stays_until_it_is(server, tracking):
    tracking.instead = (500, b"")
    assert import_servers() == 0
    assert MlflowReading.objects.get().problem == "The server answered with status 500."
    tracking.instead = None
    assert import_again() == 1
    assert MlflowReading.objects.get().problem == ""


def test_an_alias_that_moved_without_a_webhook_asks_the_gate(server, tracking):
    model = tracking.document["registered_models"][0]
    version = next(row for row in tracking.document["model_versions"] if row["name"] == model["name"])
    model["aliases"] = []
    import_servers()
    assert not MlflowEvent.objects.exists()
    model["aliases"] = [
        {"alias": "champion", "version": version["version"]},
        {"alias": "mine", "version": version["version"]},
    ]
    import_again()
    event = MlflowEvent.objects.get()
    assert (event.event["alias"], event.event["before"]) == ("champion", "")
    handle(event.pk)
    assert GateDecision.objects.count() == 1
    import_again()
    assert MlflowEvent.objects.count() == 1
