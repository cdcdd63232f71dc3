"""A message whose acknowledgement failed frees its slot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery.worker.request import Request
from kombu import Connection, Producer, Queue
from kombu.utils.imports import symbol_by_name

from platform_site.celery import app
from platform_site.roof.late_ack import FreeingRequest


@pytest.fixture
def channel() -> Iterator:
    """A channel of a broker in memory, which hands out one message at a time."""
    with Connection("memory://") as connection, connection.channel() as opened:
        opened.basic_qos(0, 1, False)
        yield opened


def received(channel, kind: type[Request]) -> Request:
    """A request that holds the only slot."""
    queue = Queue("late", channel=channel)
    queue.declare()
    sent = app.amqp.as_task_v2("1", "celery.ping")
    Producer(channel).publish(sent.body, headers=sent.headers, routing_key="late", serializer="json")
    message = queue.get()
    request = kind(
        message, app=app, task=app.tasks["celery.backend_cleanup"], on_ack=message.ack_log_error,
        on_reject=message.reject_log_error, connection_errors=(ConnectionResetError,),
    )  # fmt: skip
    assert not channel.qos.can_consume()
    return request


def lose_the_broker(channel, monkeypatch) -> None:
    def reset(*_: object, **__: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(channel, "basic_ack", reset)
    monkeypatch.setattr(channel, "basic_reject", reset)


@pytest.mark.parametrize("end", ["acknowledge", "reject"])
def test_a_slot_is_free_after_the_broker_was_lost(channel, monkeypatch, end):
    request = received(channel, FreeingRequest)
    lose_the_broker(channel, monkeypatch)

    getattr(request, end)()

    assert channel.qos.can_consume()


def test_without_this_the_slot_would_stay_taken(channel, monkeypatch):
    request = received(channel, Request)
    lose_the_broker(channel, monkeypatch)

    request.acknowledge()

    assert not channel.qos.can_consume()


@pytest.mark.parametrize("end", ["acknowledge", "reject"])
def test_with_a_broker_one_slot_is_freed_once(channel, end):
    request = received(channel, FreeingRequest)

    getattr(request, end)()

    assert len(channel.qos._delivered) - len(channel.qos._dirty) == 0


def test_every_task_of_the_site_uses_it():
    assert symbol_by_name(app.Task.Request) is FreeingRequest
