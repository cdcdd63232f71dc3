"""The scheduler leaves a mark; while it is silent, workers send what is due."""

from __future__ import annotations

import os
import signal
import time

import pytest
from django.conf import settings
from django.core.cache import cache

from platform_site.celery import app
from platform_site.management.commands.up import ask_readyz
from platform_site.roof.watched import beat
from tests.running.installation import started, wait


@pytest.fixture(autouse=True)
def silence(monkeypatch):
    cache.clear()
    monkeypatch.setattr(beat, "_noted", 0.0)
    monkeypatch.setattr(beat, "_standing_in", False)
    yield
    cache.clear()


@pytest.fixture
def sent(monkeypatch):
    rows = []
    monkeypatch.setattr(beat.work, "send", lambda task, **_: rows.append(task) or True)
    return rows


def heard(seconds_ago: float) -> None:
    cache.set(beat.KEY, {"host": "north", "process": 7, "at": time.time() - seconds_ago})


def test_every_start_of_the_scheduler_is_watched():
    assert app.conf.beat_scheduler == "platform_site.roof.watched.beat:WatchedScheduler"


def test_a_tick_leaves_a_mark_every_few_seconds(monkeypatch, tmp_path):
    scheduler = beat.WatchedScheduler(app=app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    monkeypatch.setattr(beat.PersistentScheduler, "tick", lambda self: 5.0)
    assert beat.beat_age() is None
    assert scheduler.tick() == 5.0
    assert beat.beat_age() < 5
    first = cache.get(beat.KEY)
    scheduler.tick()
    assert cache.get(beat.KEY) == first


@pytest.mark.parametrize(("age", "silent"), [(None, True), (60.0, False), (60.1, True)])
def test_it_is_silent_after_a_minute(age, silent):
    assert beat.is_silent(age) is silent


def test_nothing_is_sent_while_the_scheduler_lives(sent):
    heard(seconds_ago=30)
    assert beat.stand_in() == 0
    assert sent == []


def test_while_it_is_silent_each_entry_is_sent_once_in_its_interval(sent):
    heard(seconds_ago=61)
    assert beat.stand_in() == len(settings.CELERY_BEAT_SCHEDULE)
    assert set(sent) == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert beat.stand_in() == 0, "another worker, or the next heartbeat"
    cache.delete(f"{beat.STOOD_IN}sweep")  # its interval is over
    assert beat.stand_in() == 1
    assert sent[-1] == "registry.sweep"


def test_standing_in_is_logged_when_it_begins_and_when_it_ends(sent, caplog):
    for age in (0, 61, 61, 0, 0):
        heard(seconds_ago=age)
        beat.stand_in()
    assert [entry.message for entry in caplog.records] == [beat.BEGUN, beat.ENDED]


def test_it_stops_at_the_first_that_the_broker_does_not_take(monkeypatch):
    calls = []
    monkeypatch.setattr(beat.work, "send", lambda task, **_: calls.append(task))
    assert beat.stand_in() == 0
    assert len(calls) == 1


def test_a_cache_that_is_away_hides_the_age_and_stops_nobody(monkeypatch, sent):
    class Away:
        def get(self, *_: object) -> None:
            raise OSError

        set = get

    monkeypatch.setattr(beat, "cache", Away())
    beat.note_beat()
    assert beat.beat_age() is None
    assert beat.stand_in() == 0


@pytest.mark.slow
@pytest.mark.worker
def test_workers_stand_in_for_a_scheduler_that_is_stopped(tmp_path):
    """A real installation: `/readyz` says it within two minutes, the worker sends what is due, and both end with it."""
    with started(tmp_path / "state", "--no-demo") as up:
        port = up.port()
        scheduler = up.leader(" beat ")
        os.kill(scheduler, signal.SIGSTOP)
        try:
            log = tmp_path / "state" / "logs" / "up.log"
            assert wait(lambda: "scheduler for" in ask_readyz(port)[1], seconds=120), ask_readyz(port)
            assert ask_readyz(port)[0] == 503
            assert wait(lambda: beat.BEGUN in log.read_text(), seconds=60), log.read_text()[-2000:]
        finally:
            os.kill(scheduler, signal.SIGCONT)
        assert wait(lambda: ask_readyz(port)[0] == 200, seconds=30)
        assert wait(lambda: beat.ENDED in log.read_text(), seconds=30)
