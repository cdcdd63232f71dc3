"""Up, and ready: which part is away, said to anybody who asks and to nobody's detriment."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from django.core.cache import cache
from django.db.migrations.recorder import MigrationRecorder

from platform_site.roof import readiness, workers
from platform_site.roof.watched import beat


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    cache.clear()
    monkeypatch.setattr(workers, "_noted", 0.0)
    monkeypatch.setattr(beat, "_noted", 0.0)


@pytest.fixture
def with_broker(settings, broker):
    settings.REDIS_URL = broker
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": broker}}
    cache.clear()


def parts(client, status: int) -> dict[str, str]:
    response = client.get("/readyz")
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert response.json()["ready"] == (status == 200)
    return response.json()["parts"]


def test_a_process_that_answers_is_up_without_a_database(client):
    assert client.get("/healthz").json() == {"status": "up"}


@pytest.mark.django_db
def test_all_parts_are_ready_once_a_worker_and_the_scheduler_are_alive(client, with_broker):
    workers.note_worker()
    beat.note_beat()
    assert workers.is_any_worker_alive()
    assert set(parts(client, 200).values()) == {"ready"}
    ages = client.get("/readyz").json()["ages_s"]
    assert 0 <= ages["worker"] < 5
    assert 0 <= ages["beat"] < 5


@pytest.mark.django_db
def test_a_scheduler_that_fell_silent_is_named_with_its_age(client, with_broker):
    workers.note_worker()
    assert parts(client, 503)["beat"] == "no sign of life of the scheduler"
    cache.set(beat.KEY, {"host": "north", "process": 7, "at": time.time() - 61})
    assert parts(client, 503)["beat"] == "no sign of life of the scheduler for 61 s"
    assert client.get("/readyz").json()["ages_s"]["beat"] == pytest.approx(61, abs=5)


@pytest.mark.django_db
def test_a_silent_worker_is_named(client, with_broker):
    beat.note_beat()
    result = parts(client, 503)
    assert result.pop("worker") == "no heartbeat of a worker for 60 s"
    assert set(result.values()) == {"ready"}


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named_quickly_and_hides_its_password(client, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    started = time.monotonic()
    result = parts(client, 503)
    assert result["broker"].startswith("away")
    assert result["database"] == "ready"
    assert "hunter2" not in str(result)
    assert time.monotonic() - started < 5
    assert not workers.is_any_worker_alive()
    workers.note_worker()


@pytest.mark.django_db
def test_a_missing_broker_says_what_to_set(client, settings):
    settings.REDIS_URL = None
    assert "REDIS_URL" in parts(client, 503)["broker"]


@pytest.mark.django_db
def test_migrations_that_are_not_applied_are_counted(client, with_broker):
    workers.note_worker()
    MigrationRecorder.Migration.objects.filter(app="audit", name="0003_key_in_use").delete()
    assert parts(client, 503)["migrations"].startswith("1 not applied")


def test_a_database_that_is_away_is_named(client, with_broker):
    result = parts(client, 503)  # this test may not touch the database: asking it raises, as an outage does
    assert result["database"].startswith("away")
    assert result["migrations"].startswith("away")


def test_a_worker_is_noted_every_few_seconds_not_at_every_beat(monkeypatch):
    rows = []
    monkeypatch.setattr(workers.cache, "set", lambda *values, **_: rows.append(values))
    for _ in range(5):
        workers.note_worker()
    assert len(rows) == 1
    monkeypatch.setattr(workers, "_noted", workers._noted - workers.NOTED_EVERY_S)
    workers.note_worker()
    assert len(rows) == 2


@pytest.mark.slow
@pytest.mark.worker
def test_a_real_worker_makes_itself_heard(with_broker, broker, tmp_path):
    import os

    values = os.environ | {"REDIS_URL": broker, "STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "platform_site", "worker", "--pool=solo"]
    worker = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], env=values, stdout=-3, stderr=-3)
    try:
        deadline = time.monotonic() + 30
        while not workers.is_any_worker_alive() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert workers.is_any_worker_alive()
        cache.clear()
        while not workers.is_any_worker_alive() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert workers.is_any_worker_alive(), "it was heard of at its start alone"
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read_and_never_kept(client, path, db):
    assert client.post(path).status_code == 405
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.django_db
def test_a_disk_without_room_is_named(client, with_broker, monkeypatch, settings):
    workers.note_worker(), beat.note_beat()
    monkeypatch.setattr(readiness, "FULL_MIB", 2**40)  # more than any disk has
    result = parts(client, 503)
    assert re.fullmatch(rf"full: \d+ MiB left at {settings.STATE_DIR}", result.pop("disk"))
    assert set(result.values()) == {"ready"}
