"""Serving that reports nothing for too long is told of, and what a feature was set back from raises nothing any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.checks.actions.alerts import acknowledge, look_for_silence
from registry.checks.actions.checks import propose, queue_run
from registry.checks.actions.execution import execute
from registry.checks.queries import checks
from registry.features.actions import set_current
from registry.models import Alert, CheckRun, RegisteredModel
from registry.serving.actions.reports import set_silence_limit
from registry.tasks import look_for_silence as beat
from registry.versions.actions.promotion import promote
from registry.versions.queries import gates
from tests.registry.conftest import FIXED, contributor, register
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
    assert "24 hours are the limit" in Alert.objects.get().title
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
    told = Alert.objects.get()
    assert (told.state, "not in production" in told.resolved_because) == ("resolved", True)


def test_its_team_says_how_long_is_too_long(in_production, model, cora, later):
    report(in_production, cora, orders_3d=DUE)
    set_silence_limit(model, 48, actor=cora)
    later(25)
    assert look_for_silence() == 0
    set_silence_limit(model, 2, actor=cora)
    assert look_for_silence() == 1
    assert AuditEvent.objects.filter(action="model.silence_limit_set").count() == 2
    with pytest.raises(NotAllowed):
        set_silence_limit(model, 2, actor=contributor("data-platform"))
    with pytest.raises(Invalid):
        set_silence_limit(model, 0, actor=cora)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredModel.objects.update(silent_after_hours=0)


def test_pages_and_api_tell_of_skew_and_silence(in_production, api, browser_of, cora, later):
    ci, viewer = api("contributor"), browser_of("viewer")
    assert "nobody reports what serving runs" in viewer.get("/registry/models/demand/").content.decode()
    report(in_production, cora, orders_3d=CHANGED)
    (alert,) = ci.get("/api/v1/alerts/").json()["results"]  # there when the report's answer is
    assert (alert["finding"], alert["state"]) == ("skew", "open")
    for path in ("models/demand/", "models/demand/v1/", "features/orders_3d/"):
        assert f"serves {CHANGED} where {DUE} is due" in viewer.get(f"/registry/{path}").content.decode(), path
    limited = ci.patch("/api/v1/models/demand/", {"silent_after_hours": 3}, format="json")
    assert limited.json()["silent_after_hours"] == 3
    assert ci.patch("/api/v1/models/demand/", {"silent_after_hours": 0}, format="json").status_code == 400
    later(4)
    assert "Silent" in viewer.get("/registry/models/demand/").content.decode()


@pytest.fixture
def changed(in_production, cora):
    """The feature has another definition, and the check of the two has failed."""
    registered = register(FIXED, cora)
    execute(registered.run.pk)
    return registered


def test_an_alert_walks_through_its_states_by_run_page_and_api(changed, in_production, api, browser_of):
    (alert,) = api("viewer").get("/api/v1/alerts/?state=open").json()["results"]
    assert (alert["finding"], alert["check_run"], alert["model"]) == ("check", changed.run.pk, "demand")
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    browser_of("contributor").post(f"/registry/alerts/{alert['id']}/acknowledge/", {"until": until})
    assert api("viewer").get(f"/api/v1/alerts/{alert['id']}/").json()["state"] == "acknowledged"
    assert "Acknowledged" in browser_of("viewer").get("/registry/features/orders_3d/").content.decode()
    Alert.objects.update(blocking=True)
    assert any("blocking alert" in reason for reason in gates.deployment_verdict(in_production).reasons)
    execute(queue_run(changed.run.check_definition, actor=contributor("forecasting")).pk)
    assert Alert.objects.get().state == "acknowledged"  # the same finding, and the same alert


def test_going_back_ends_what_the_check_raised_and_going_forward_runs_it_again(changed, in_production, cora):
    assert alerts() == [("check", "", "open", False)]
    Alert.objects.update(blocking=True)
    acknowledge(Alert.objects.get(), until=timezone.now() + timedelta(days=1), actor=cora)
    first = in_production.snapshot.entries.get().feature_version
    set_current(first.feature, first, reason="The null rule changed.", actor=cora)
    ended = Alert.objects.get()
    assert (ended.state, ended.resolved_because) == ("resolved", f"orders_3d is no longer computed by {CHANGED}.")
    assert gates.deployment_verdict(in_production).proceeds
    assert AuditEvent.objects.filter(action="alert.resolved").get().content["because"] == ended.resolved_because
    execute(queue_run(changed.run.check_definition, actor=cora).pk)
    assert not checks.open_alerts().exists()  # nobody serves what it compares
    set_current(first.feature, changed.version, reason="Forward.", actor=cora)
    (again,) = CheckRun.objects.filter(state="queued")
    assert (again.check_definition, again.requested_by) == (changed.run.check_definition, "system")
    execute(again.pk)
    assert checks.open_alerts().count() == 1


def test_a_proposal_that_differs_is_no_alert(in_production, feature, cora):
    feature.refresh_from_db()
    run = propose(feature, FIXED, actor=cora)
    execute(run.pk)
    run.refresh_from_db()
    assert run.outcome == "failed"
    assert not Alert.objects.exists()
