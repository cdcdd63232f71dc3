"""Signed events over HTTP: taken once, and everything else refused."""

from __future__ import annotations

import time

from registry.models import MlflowEvent
from tests.registry.imports.receivers.conftest import ADDRESS, body_of, send

BODY = body_of("model_version", "created", name="Churn Model", version="1")


def test_without_a_secret_it_says_what_to_set(client, db, settings):
    settings.MLFLOW_SERVERS = {}
    answer = client.post(ADDRESS, BODY, content_type="application/json")
    assert answer.status_code == 404
    assert "Set MLFLOW_WEBHOOK_SECRET" in answer.json()["detail"]


def test_a_signed_delivery_is_taken_once(client, db, server):
    first, again = send(client, BODY), send(client, BODY)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    assert MlflowEvent.objects.count() == 1


def test_a_forged_a_missing_and_an_old_signature_are_refused(client, db, server):
    now = time.time()
    refused = [
        send(client, BODY, signed="v1,AAAA"), send(client, BODY, signed=""), send(client, BODY, at=now - 400),
        send(client, BODY, at=now + 400), client.post(ADDRESS, BODY, content_type="application/json"),
    ]  # fmt: skip
    assert [answer.status_code for answer in refused] == [401] * 5
    assert {answer.json()["code"] for answer in refused} == {"bad_signature", "stale_signature"}
    assert not MlflowEvent.objects.exists()


def test_another_method_another_form_and_too_much_are_refused(client, db, server):
    assert client.get(ADDRESS).status_code == 405
    assert send(client, b"[]").status_code == 400
    assert send(client, b" " * 300_000).status_code == 413


def test_what_says_nothing_about_a_version_is_done_at_once(client, db, server):
    assert send(client, body_of("prompt", "created", name="greeting")).json()["state"] == "done"


def test_no_more_are_taken_than_workers_can_do(client, db, server, monkeypatch):
    monkeypatch.setattr("registry.imports.receivers.events.MOST_WAITING", 1)
    assert send(client, BODY).status_code == 202
    refused = send(client, BODY, delivery="d-2")
    assert (refused.status_code, refused.json()["code"]) == (503, "too_many_events")  # MLflow sends it again
