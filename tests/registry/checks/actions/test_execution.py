"""A worker renews its claim while it works, stops when the run is cancelled, and ends every failure with a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site import work
from registry.checks.actions import kinds
from registry.checks.actions.checks import cancel_run, queue_run
from registry.checks.actions.execution import Heartbeat, execute
from registry.checks.actions.runs import RUNS
from registry.compute.sandbox.outcomes import SandboxCancelled
from registry.models import CheckResult, CheckRun, SourceTable
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql


@pytest.fixture
def run(feature, cora):
    return register(FIXED, cora).run


def test_progress_is_stored_at_most_a_few_times_a_second(run):
    heartbeat = Heartbeat(work.claim(RUNS, run.pk))
    heartbeat.report(1, 9, "first")
    heartbeat.report(2, 9, "second")
    run.refresh_from_db()
    assert (run.progress_done, run.progress_total, run.progress_what) == (1, 9, "first")


def test_a_lease_is_renewed_once_a_part_of_it_is_over(run, settings):
    heartbeat = Heartbeat(work.claim(RUNS, run.pk))
    lapsed = timezone.now() - timedelta(seconds=1)
    CheckRun.objects.filter(pk=run.pk).update(lease_until=lapsed)
    assert heartbeat.beat() is False
    assert CheckRun.objects.get(pk=run.pk).lease_until == lapsed
    settings.RUN_LEASE_S = 0
    assert heartbeat.beat() is False
    assert CheckRun.objects.get(pk=run.pk).lease_until > timezone.now()


def test_a_run_that_waits_is_cancelled_at_once_and_one_that_works_by_its_worker(run, cora):
    other = queue_run(run.check_definition, actor=cora)
    assert cancel_run(other, actor=cora).state == "cancelled"
    work.claim(RUNS, run.pk)
    assert cancel_run(run, actor=cora).state == "running"


def test_work_stops_at_the_next_report_or_beat_after_a_cancellation(run, cora, settings):
    claim = work.claim(RUNS, run.pk)
    cancel_run(run, actor=cora)
    with pytest.raises(SandboxCancelled):
        Heartbeat(claim).report(1, 2, "Computing")
    settings.RUN_LEASE_S = 0
    assert Heartbeat(claim).beat() is True


def test_a_run_that_is_cancelled_while_it_works_ends_as_cancelled_without_a_result(run, cora, monkeypatch):
    real = kinds.work

    def cancelled_first(run, heartbeat):
        cancel_run(run, actor=cora)
        return real(run, heartbeat)

    monkeypatch.setattr(kinds, "work", cancelled_first)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.outcome) == ("cancelled", "")
    assert not CheckResult.objects.exists()


def test_a_refusal_ends_the_run_as_errored_with_what_to_do(run):
    SourceTable.objects.update(current=None)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.outcome, run.error) == ("errored", "Source table orders is not bound to a data set. Bind it first.")


def test_a_run_that_another_worker_has_is_let_alone(run):
    work.claim(RUNS, run.pk)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("running", 1)
