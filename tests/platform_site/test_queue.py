"""Tasks are sent by the configured application, from any thread, and only what was committed is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import transaction

from platform_site import queue


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr("platform_site.queue.app.send_task", lambda task, **options: sent.append((task, options)))
    return sent


def test_every_thread_sends_by_the_configured_application():
    with ThreadPoolExecutor(1) as pool:
        name, broker = pool.submit(lambda: (queue.app.main, queue.app.conf.broker_url)).result()
    assert (name, broker) == ("plumbline", settings.CELERY_BROKER_URL)


def test_a_task_is_sent_after_the_commit(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue.after_commit("a.task", 7)
        assert sent == []
    assert sent == [("a.task", {"args": (7,), "priority": settings.IN_TURN, "retry": False})]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_sent(sent):
    with transaction.atomic():
        queue.after_commit("a.task")
        transaction.set_rollback(True)
    assert sent == []


def test_what_cannot_wait_is_sent_ahead(sent):
    assert queue.send("a.task", soon=True)
    assert sent[0][1]["priority"] == settings.SOON != settings.IN_TURN


def test_a_broker_that_is_away_is_no_error(monkeypatch, caplog):
    def away(*_, **__):
        raise ConnectionError("refused")

    monkeypatch.setattr("platform_site.queue.app.send_task", away)
    assert queue.send("a.task", 7) is False
    assert "a.task(7,)" in caplog.text
