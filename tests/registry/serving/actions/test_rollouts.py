"""A change in steps: approved once, taken by one worker, stopped by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.celery import app
from platform_site.errors import NotAllowed, Refused
from registry import tasks  # noqa: F401 - what the schedule names
from registry.models import Alert, Deployment, Rollout
from registry.serving.actions import rollouts
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.reports import report_serving
from registry.serving.actions.rollouts import abort_rollout, advance_rollouts, resume_rollout
from registry.serving.queries.deployments import serving_now
from tests.registry.conftest import FIXED, contributor, register
from tests.registry.serving.story import ANN, STEPS, ask

pytestmark = pytest.mark.postgresql


@pytest.fixture
def clock(monkeypatch):
    """`clock(10)`: ten minutes later."""
    moment = timezone.now()

    def later(minutes: float) -> None:
        nonlocal moment
        moment += timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    later(0)
    return later


@pytest.fixture
def begun(serving, second, cora, clock):
    """v2 at 5 %, in the first of three steps."""
    approve_change(ask(second, cora, steps=STEPS, thresholds={"alarm": 0.6}).request, actor=ANN)
    return Rollout.objects.get()


def weights():
    (revision,) = serving_now()
    return revision.configuration.weights


def verbs():
    events = AuditEvent.objects.filter(action__startswith="rollout.").order_by("sequence")
    return [event.action.removeprefix("rollout.") for event in events]


def open_alert(version, cora, blocking=True):
    now = timezone.now()
    report_serving(version, environment="production", window=(now, now + timedelta(1)), features={}, actor=cora)
    Alert.objects.update(blocking=blocking)
    return Alert.objects.get()


def test_one_approval_covers_every_step_and_each_waits_for_its_time(begun, clock):
    assert (weights(), begun.state, begun.position) == ({"v1": 95, "v2": 5}, "running", 1)
    seen = []
    for minutes in (9, 1, 19, 1, 60):
        clock(minutes)
        seen.append((advance_rollouts(), weights()["v2"]))
    assert seen == [(0, 5), (1, 50), (0, 50), (1, 100), (0, 100)]
    begun.refresh_from_db()
    assert (begun.state, verbs()) == ("finished", ["begun", "advanced", "advanced", "finished"])
    steps = Deployment.objects.filter(kind="rollout_step").order_by("pk")
    assert {step.revision.covered_by for step in steps} == {begun.change_request}
    assert [step.arrives for step in steps] == [True, False, False]
    assert steps.last().revision.thresholds == {"alarm": 0.6}


@pytest.mark.parametrize("blocking", [True, False])
def test_a_blocking_alert_stops_it_before_its_time_and_is_named(begun, second, cora, clock, blocking):
    alert = open_alert(second, cora, blocking)
    clock(1)
    assert advance_rollouts() == int(blocking)
    begun.refresh_from_db()
    assert (begun.state, weights()["v2"]) == ("stopped" if blocking else "running", 5)
    if blocking:
        assert alert.title in begun.stopped_because
        assert AuditEvent.objects.get(action="rollout.stopped").content["alerts"] == [f"alert:{alert.pk}"]


def test_a_gate_that_closed_stops_it_at_its_next_step(begun, cora, clock):
    register(FIXED, cora)
    clock(10)
    assert (advance_rollouts(), weights()["v2"]) == (1, 5)
    begun.refresh_from_db()
    assert "orders_3d" in begun.stopped_because


def test_a_person_goes_on_once_the_gate_is_open_and_the_hold_begins_anew(begun, second, cora, clock):
    alert = open_alert(second, cora)
    advance_rollouts()
    with pytest.raises(Refused, match="gate is closed"):
        resume_rollout(begun, actor=cora)
    Alert.objects.filter(pk=alert.pk).update(state="resolved")
    resume_rollout(begun, reason="fixed", actor=cora)
    clock(9)
    assert advance_rollouts() == 0
    clock(1)
    assert (advance_rollouts(), weights()["v2"]) == (1, 50)
    with pytest.raises(Refused, match="Only a stopped rollout"):
        resume_rollout(begun, actor=cora)


def test_a_person_ends_it_where_it_stands(begun, cora, clock):
    abort_rollout(begun, reason="enough", actor=cora)
    clock(60)
    assert (advance_rollouts(), weights()["v2"], verbs()[-1]) == (0, 5, "aborted")
    with pytest.raises(Refused, match="already aborted"):
        abort_rollout(begun, actor=cora)


def test_nothing_else_is_changed_while_it_is_under_way_but_a_rollback_ends_it(begun, serving, second, cora):
    with pytest.raises(Refused, match="under way"):
        ask(second, cora, percent=6)
    rollback(serving, to_revision=1, reason="Errors.", actor=cora)
    begun.refresh_from_db()
    assert (begun.state, weights()) == ("aborted", {"v1": 100})


def test_a_step_is_taken_once_whoever_comes_twice(begun, clock, monkeypatch):
    clock(10)
    read = Rollout.objects.select_related("model_version__model__owner_team").get()
    advance_rollouts()
    state = rollouts.lock_serving(read.model_version, "production")
    step = rollouts._step(read, read.position, state, ANN)._replace(decision=read.deployments.first().gate_decision)
    with transaction.atomic():
        assert rollouts._take_step(step, read) is None
    assert (weights()["v2"], Deployment.objects.filter(kind="rollout_step").count()) == (50, 2)


def test_a_rollout_that_somebody_ended_meanwhile_is_not_stopped_once_more(begun, cora):
    read = Rollout.objects.get()
    abort_rollout(begun, actor=cora)
    events = AuditEvent.objects.count()
    assert rollouts._stop(read, "An alert was opened.", {}) is False
    read.refresh_from_db()
    assert (read.state, read.stopped_because, AuditEvent.objects.count()) == ("aborted", "", events)


@pytest.mark.parametrize("error", [KeyError("secret"), Refused("taken", "Another one was faster.")])
def test_a_step_that_meets_an_error_stops_the_rollout_with_a_sentence(begun, clock, cora, monkeypatch, error):
    def fail(*_):
        raise error

    clock(10)
    with monkeypatch.context() as broken:
        broken.setattr(rollouts, "_take_step", fail)
        advance_rollouts()
    begun.refresh_from_db()
    sentence = getattr(error, "message", rollouts.FAILED.format(pk=begun.pk))
    assert (begun.state, begun.stopped_because, verbs()[-1]) == ("stopped", sentence, "stopped")
    resume_rollout(begun, actor=cora)
    clock(10)
    assert (advance_rollouts(), weights()["v2"]) == (1, 50)


def test_the_schedule_takes_steps_and_looks_after_what_waits(begun, clock, settings):
    clock(10)
    for name in ("rollouts", "change-requests"):
        app.tasks[settings.CELERY_BEAT_SCHEDULE[name]["task"]]()
    assert weights()["v2"] == 50


def test_only_the_models_team_resumes_and_ends_it(begun):
    for act in (resume_rollout, abort_rollout):
        with pytest.raises(NotAllowed):
            act(begun, actor=contributor("data-platform"))


def test_a_small_rollout_begins_at_once_and_a_plan_is_kept_by_the_database(serving, second, cora, clock):
    approve_change(ask(second, cora, percent=50).request, actor=ANN)
    steps = [{"percent": 60, "hold_minutes": 1}, {"percent": 70, "hold_minutes": 0}]
    begun = ask(second, cora, steps=steps).deployment
    assert (begun.kind, begun.revision.covered_by, begun.rollout.change_request) == ("rollout_step", None, None)
    clock(1)
    assert (advance_rollouts(), weights()["v2"]) == (1, 70)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rollout.objects.update(steps=[])
