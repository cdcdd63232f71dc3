"""The worker's application: the site's tasks are its own, and a heartbeat leaves a mark."""

from __future__ import annotations

import time

from celery.signals import heartbeat_sent
from django.core.cache import cache

from platform_site.celery import app
from platform_site.roof import workers
from platform_site.roof.late_ack import FreeingTask
from platform_site.roof.watched import beat


def test_every_scheduled_task_is_one_that_the_worker_knows():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled
    assert scheduled <= set(app.tasks)


def test_tasks_free_their_worker():
    app.loader.import_default_modules()
    own = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert own
    assert all(isinstance(task, FreeingTask) for task in own)


def test_a_heartbeat_stands_in_for_a_scheduler_that_is_silent(monkeypatch):
    sent = []
    monkeypatch.setattr(beat, "stand_in", lambda: sent.append(1))
    monkeypatch.setattr(workers, "_noted", time.monotonic() - 60)
    heartbeat_sent.send(None)
    heartbeat_sent.send(None)
    assert sent == [1], "not at every heartbeat, but as often as the worker is noted"
    cache.delete(workers.KEY)


def test_a_heartbeat_says_that_the_worker_lives(monkeypatch):
    cache.delete(workers.KEY)
    monkeypatch.setattr(beat, "stand_in", lambda: 0)
    monkeypatch.setattr(workers, "_noted", time.monotonic() - 60)
    heartbeat_sent.send(None)
    assert workers.is_any_worker_alive()
    cache.delete(workers.KEY)
