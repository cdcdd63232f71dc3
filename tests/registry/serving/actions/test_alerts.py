"""Serving that reports a difference, or nothing for too long, has an alert until it reports again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.models import Alert, RegisteredModel
from registry.serving.actions.alerts import look_for_silence
from registry.tasks import look_for_silence as beat
from registry.versions.actions.details import edit_model
from registry.versions.actions.promotion import promote
from registry.versions.queries import gates
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report


@pytest.fixture
def later(monkeypatch):
    """`later(hours)`: that much time goes by."""

    def goes_by(hours):
        then = timezone.now() + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: then)

    return goes_by


def alerts():
    return sorted(Alert.objects.values_list("finding", "environment", "state", "blocking"))


def test_silence_opens_one_alert_that_informs_and_a_report_ends_it(in_production, cora, later):
    report(in_production, cora, orders_3d=DUE)
    assert look_for_silence() == 0
    later(25)
    beat()
    assert look_for_silence() == 0
    assert alerts() == [("silence", "production", "open", False)]
    assert "demand is silent in production" in Alert.objects.get().title
    assert "the limit is 24 hours" in Alert.objects.get().title
    assert gates.deployment_verdict(in_production).proceeds
    report(in_production, cora, orders_3d=DUE)
    assert alerts() == [("silence", "production", "resolved", False)]
    assert look_for_silence() == 0


def test_silence_and_skew_of_one_environment_are_two_alerts(in_production, cora, later):
    report(in_production, cora, orders_3d=CHANGED)
    later(25)
    assert look_for_silence() == 1
    report(in_production, cora, orders_3d=CHANGED)
    assert alerts() == [("silence", "production", "resolved", False), ("skew", "production", "open", False)]


def test_what_is_not_in_production_is_not_missed(in_production, cora, later):
    report(in_production, cora, orders_3d=DUE)
    later(25)
    look_for_silence()
    promote(in_production, "archived", actor=cora)
    assert look_for_silence() == 0
    alert = Alert.objects.get()
    assert (alert.state, "not in production" in alert.resolved_because) == ("resolved", True)


def test_its_team_says_how_long_is_too_long(in_production, model, cora, later):
    report(in_production, cora, orders_3d=DUE)
    edit_model(model, silent_after_hours=48, actor=cora)
    later(25)
    assert look_for_silence() == 0
    edit_model(model, silent_after_hours=2, actor=cora)
    assert look_for_silence() == 1
    assert AuditEvent.objects.filter(action="model.edited").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredModel.objects.update(silent_after_hours=0)


def test_pages_and_api_tell_of_skew_and_silence(in_production, api, browser_of, cora, later):
    ci, viewer = api("contributor"), browser_of("viewer")
    assert "serving has never reported" in viewer.get("/registry/models/demand/").content.decode()
    report(in_production, cora, orders_3d=CHANGED)
    (alert,) = ci.get("/api/v1/alerts/").json()["results"]  # there when the report's answer is
    assert (alert["finding"], alert["state"]) == ("skew", "open")
    for path in ("models/demand/", "models/demand/v1/", "features/orders_3d/"):
        assert f"serves {CHANGED} instead of {DUE}" in viewer.get(f"/registry/{path}").content.decode(), path
    limited = ci.patch("/api/v1/models/demand/", {"silent_after_hours": 3}, format="json")
    assert limited.json()["silent_after_hours"] == 3
    assert ci.patch("/api/v1/models/demand/", {"silent_after_hours": 0}, format="json").status_code == 400
    later(4)
    assert "Silent" in viewer.get("/registry/models/demand/").content.decode()
