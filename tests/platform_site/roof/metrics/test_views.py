"""`GET /metrics`: who may read it, in how many queries, and what it answers when the database is away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from platform_site.roof.metrics import views
from registry.checks.actions.execution import execute
from registry.models import CheckRun
from registry.versions.actions.overrides import approve_override, request_override
from tests.registry.conftest import register, source_changed
from tests.registry.features.queries.test_parity_evidence import SUM_BY_COUNT

PROMETHEUS = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5"
MOST_QUERIES = 10  # with the one for the token; seven of them find what is blocked


def test_a_token_that_reads_is_enough(api):
    answer = api("viewer", ("read",)).get("/metrics", HTTP_ACCEPT=PROMETHEUS)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"# HELP plumbline_gate_decisions_total ")


def test_without_a_token_there_are_no_figures(db, api):
    for caller in (APIClient(), APIClient(headers={"Authorization": "Bearer plb_none"})):
        answer = caller.get("/metrics", HTTP_ACCEPT=PROMETHEUS)
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert api("viewer", ("write",)).get("/metrics").status_code == 403
    assert api("viewer").post("/metrics").status_code == 405


@pytest.mark.postgresql
def test_its_queries_are_bounded(in_production, second, published, orders, cora, people, actor, api):
    """With everything that asks one more: definitions that differ, parity that holds, a source table that moved twice and an
    override."""
    register(SUM_BY_COUNT, cora)
    execute(CheckRun.objects.get().pk)
    source_changed(orders, cora, event_time="order_id")
    until = timezone.now() + timedelta(days=1)
    override = request_override(in_production, reason="Known.", expires_at=until, actor=cora)
    approve_override(override, actor=actor("approver"))
    source_changed(orders, cora, entity_key=["order_id"])
    caller = api("viewer")
    caller.get("/metrics")  # the first use of a token is noted
    with CaptureQueriesContext(connection) as captured:
        answer = caller.get("/metrics")
    blocked = re.findall(rb"^plumbline_production_model_versions_blocked{.*} (\d+)$", answer.content, re.MULTILINE)
    assert sum(map(int, blocked)) == 2
    assert len(captured) <= MOST_QUERIES


def test_a_database_that_is_away_is_a_503_and_no_half_page(api, monkeypatch):
    def away():
        raise OperationalError("gone")

    caller = api("viewer")
    monkeypatch.setattr(views, "families", away)
    answer = caller.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
