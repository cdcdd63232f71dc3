"""Servers and processes: what is wrong with each, in a sentence that says what to do."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from platform_site.roof import workers
from platform_site.roof.doctor import servers
from platform_site.roof.doctor.findings import State
from platform_site.roof.watched import beat
from registry.models import CheckRun
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody():
    cache.clear()
    yield
    cache.clear()


def only(examination) -> tuple[State, str]:
    (result,) = examination()
    return result


@pytest.mark.postgresql
def test_the_database_answers_and_an_owner_is_told_apart_from_the_application():
    first, *others = servers.database()
    assert first[0] is State.WELL
    assert first[1].startswith("SQLite" if connection.vendor == "sqlite" else "PostgreSQL")
    assert len(others) == (connection.vendor == "postgresql")
    assert all("manage.py grant ROLE" in sentence for _, sentence in others)


def test_migrations_that_are_missing_or_unknown_are_counted():
    assert only(servers.migrations)[0] is State.WELL
    MigrationRecorder.Migration.objects.filter(app="audit", name="0003_key_in_use").delete()
    MigrationRecorder.Migration.objects.create(app="audit", name="0999_of_the_future")
    sentences = [sentence for state, sentence in servers.migrations() if state is State.ILL]
    assert sentences[0].startswith("1 migration not applied: run `manage.py migrate`")
    assert sentences[1].startswith("The database has 1 migration that this release lacks")


def test_a_broker_is_missing_answers_or_forgets(settings, broker):
    settings.REDIS_URL = None
    assert only(servers.broker)[1].startswith("There is none: set REDIS_URL")
    settings.REDIS_URL = broker
    assert only(servers.broker) == (State.WELL, "It answers.")
    import redis

    with redis.Redis.from_url(broker) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert "allkeys-lru, which throws queued messages away" in list(servers.broker())[1][1]
        finally:
            client.config_set("maxmemory-policy", "noeviction")


def test_a_cache_keeps_what_is_stored(settings, monkeypatch):
    settings.REDIS_URL = None
    assert only(servers.cache_answers)[0] is State.UNCERTAIN
    settings.REDIS_URL = "redis://127.0.0.1"
    assert only(servers.cache_answers)[0] is State.WELL
    monkeypatch.setattr(servers.cache, "get", lambda key: None)
    assert only(servers.cache_answers)[0] is State.ILL


def heard(host: str, seconds_ago: float) -> None:
    mark = {"host": host, "process": 7, "at": time.time() - seconds_ago, "walls": None}
    cache.set(workers.KEY, (cache.get(workers.KEY) or {}) | {f"{host}:7": mark})


def test_workers_are_alive_on_hosts_and_silent_hosts_are_named():
    state, sentence = only(servers.worker)
    assert (state, sentence.startswith("None had a heartbeat in the last 60 s")) == (State.ILL, True)
    heard("north", 0)
    assert only(servers.worker) == (State.WELL, "1 worker alive, on north.")
    heard("south", 600)
    assert list(servers.worker())[1] == (State.UNCERTAIN, "south had a worker 10 minutes ago, and has none now.")


@pytest.mark.parametrize(
    ("age", "state", "sentence"),
    [
        (None, State.ILL, "It gave no sign of life in the last week."),
        (600, State.ILL, "Its last sign of life is 10 minutes old."),
        (1, State.WELL, "Its last sign of life is 1 s old."),
    ],
)
def test_the_scheduler(age, state, sentence):
    if age is not None:
        cache.set(beat.KEY, {"host": "north", "process": 7, "at": time.time() - age})
    result = only(servers.scheduler)
    assert (result[0], result[1].startswith(sentence)) == (state, True)


def test_work_that_waits_too_long_is_counted(in_production, cora):
    run = register(FIXED, cora).run
    assert only(servers.work) == (State.WELL, "1 check run waiting, none for more than half an hour.")
    CheckRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert only(servers.work)[0] is State.ILL
