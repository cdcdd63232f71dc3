"""Disks, permissions, folders of data, clocks, servers outside."""

from __future__ import annotations

import shutil
import socket
import time
from types import SimpleNamespace

import pytest
from django.db import connection

from platform_site.roof.doctor import place
from platform_site.roof.doctor.findings import State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.STATE_DIR, settings.AUDIT_HEADS_FILE = tmp_path / "state", tmp_path / "state" / "heads.jsonl"
    settings.STATE_DIR.mkdir(mode=0o700)
    settings.DATA_ROOTS = [tmp_path]
    settings.REDIS_URL = None
    return settings


def states(examination) -> list[State]:
    return [state for state, _ in examination()]


def test_a_full_disk_is_named_once(monkeypatch):
    assert states(place.disks) == [State.WELL]
    monkeypatch.setattr(
        place.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 10**12, 199 * 2**20)
    )
    ((state, sentence),) = place.disks()
    assert (state, "has 199 MiB left; 200 MiB are the least" in sentence) == (State.ILL, True)


def test_what_others_may_read_is_named_with_the_command_that_shuts_it(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(settings.STATE_DIR / "db.sqlite3"))
    assert states(place.permissions) == [State.WELL]
    secret = settings.STATE_DIR / "secrets.json"
    secret.touch(mode=0o644)
    secret.chmod(0o644)
    settings.STATE_DIR.chmod(0o755)
    sentences = [sentence for state, sentence in place.permissions() if state is State.ILL]
    assert [f"`chmod go= {path}`" in " ".join(sentences) for path in (settings.STATE_DIR, secret)] == [True, True]


def test_a_folder_that_cannot_be_written_is_named(monkeypatch):
    monkeypatch.setattr(place.os, "access", lambda path, mode: False)
    assert any("cannot be written by this user" in sentence for _, sentence in place.permissions())


def test_folders_of_data_are_missing_or_shut(settings, tmp_path, monkeypatch):
    settings.DATA_ROOTS = [tmp_path, tmp_path / "nowhere"]
    assert states(place.data_roots) == [State.WELL, State.UNCERTAIN]
    monkeypatch.setattr(place.os, "access", lambda path, mode: False)
    assert states(place.data_roots) == [State.ILL, State.UNCERTAIN]


@pytest.mark.postgresql
def test_clocks_that_agree(settings, broker):
    settings.REDIS_URL = broker
    ((state, sentence),) = place.clocks()
    compared = "broker" if connection.vendor == "sqlite" else "database, broker"
    assert (state, sentence) == (State.WELL, f"This clock agrees with: {compared}.")


@pytest.mark.parametrize(("skew", "words"), [(5.0, "5 s ahead of"), (-90.0, "90 s behind")])
def test_a_clock_that_is_off_is_named(monkeypatch, skew, words):
    monkeypatch.setattr(place, "_skew_of_broker", lambda: skew)
    ((state, sentence),) = place.clocks()
    assert (state, f"The clock of the broker is {words} this one" in sentence) == (State.ILL, True)


def test_an_event_of_the_future_is_named(people, monkeypatch):
    hour_ago = time.time() - 3600
    monkeypatch.setattr(place, "time", SimpleNamespace(time=lambda: hour_ago))
    monkeypatch.setattr(place, "_skew_of_database", lambda: None)
    first, *_ = place.clocks()
    assert (first[0], "in the future" in first[1]) == (State.ILL, True)


def test_servers_outside_are_reached_or_named(settings):
    assert states(place.outbound) == [State.WELL]
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.MLFLOW_TRACKING_URI = f"http://127.0.0.1:{server.getsockname()[1]}/mlflow"
        assert states(place.outbound) == [State.WELL]
    settings.AUDIT_HEADS_URL = "https://user:hunter2@127.0.0.1:1/heads"
    settings.MLFLOW_TRACKING_URI = ""
    ((state, sentence),) = place.outbound()
    assert state is State.ILL
    assert sentence == "127.0.0.1:1 of AUDIT_HEADS_URL is not reached from here (Connection refused)."


def test_the_servers_of_connections_are_tried_and_their_secrets_are_not_shown(settings):
    settings.CONNECTIONS = {
        "warehouse": "postgres://reader:hunter2@127.0.0.1:1/x",
        "lake": "sc://127.0.0.1:1/;use_ssl=true",
        "silver": "s3://lake?endpoint=http://127.0.0.1:1",
        "usual": "s3://lake",
    }
    sentences = [sentence for _, sentence in place.outbound()]
    assert sentences == [
        f"127.0.0.1:1 of CONNECTION_{name} is not reached from here (Connection refused)."
        for name in ("WAREHOUSE", "LAKE", "SILVER")
    ]


def test_a_missing_client_of_spark_is_named(settings, monkeypatch):
    assert states(place.libraries) == [State.WELL]
    settings.CONNECTIONS = {"lake": "sc://spark"}
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    [(state, sentence)] = place.libraries()
    assert (state, "registry/compute/places/spark-connect.txt" in sentence) == (State.ILL, True)
