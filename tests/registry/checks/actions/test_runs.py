"""The row is the truth: whatever happens to messages and workers, a run is worked on by one and recorded once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site import work
from platform_site.audit.models import AuditEvent
from platform_site.errors import Refused
from registry.checks.actions import runs
from registry.checks.actions.checks import cancel_run, queue_run
from registry.checks.actions.execution import execute
from registry.checks.actions.runs import RUNS, Ending
from registry.models import Alert, CheckResult, CheckRun
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql


PASSED = Ending("passed", "All 7 rows are equal.", rows=7, content={"rows": 7})


FAILED = Ending("failed", "3 of 7 rows differ.", rows=7, content={"rows": 7})


@pytest.fixture
def run(in_production, cora):
    """The parity run that a changed definition asked for."""
    return register(FIXED, cora).run


def let_the_lease_end(run):
    CheckRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def reread(run):
    return CheckRun.objects.get(pk=run.pk)


def test_a_run_is_claimed_by_one_worker_alone(run):
    assert work.claim(RUNS, run.pk)
    assert work.claim(RUNS, run.pk) is None
    assert reread(run).attempts == 1


def test_a_run_whose_worker_fell_silent_is_claimed_anew_and_the_old_worker_writes_nothing(run):
    first = work.claim(RUNS, run.pk)
    let_the_lease_end(run)
    second = work.claim(RUNS, run.pk)
    assert second not in (None, first)
    assert work.renew(first) is False
    assert runs.finish(first, PASSED) is False
    assert runs.finish(second, FAILED) is True
    assert reread(run).outcome == "failed"
    assert CheckResult.objects.count() == 1


def test_an_end_is_recorded_once(run):
    claim = work.claim(RUNS, run.pk)
    assert [runs.finish(claim, PASSED) for _ in range(2)] == [True, False]
    assert AuditEvent.objects.filter(action="check_run.finished").count() == 1


def test_progress_is_reported_and_the_lease_renewed(run):
    claim = work.claim(RUNS, run.pk)
    let_the_lease_end(run)
    assert work.renew(claim, progress_done=1, progress_total=3, progress_what="Computing")
    seen = reread(run)
    assert (seen.progress_done, seen.progress_total, seen.progress_what) == (1, 3, "Computing")
    assert seen.lease_until > timezone.now()


def test_a_run_that_waits_too_long_is_sent_again(run):
    CheckRun.objects.filter(pk=run.pk).update(sent_at=timezone.now() - timedelta(minutes=1))
    runs.sweep()
    assert timezone.now() - reread(run).sent_at < timedelta(seconds=10)


def test_a_run_that_kills_its_worker_three_times_ends_as_errored_with_what_to_do(run):
    for _ in range(3):
        assert work.claim(RUNS, run.pk)
        let_the_lease_end(run)
    assert work.claim(RUNS, run.pk) is None
    assert runs.sweep() == 1
    seen = reread(run)
    assert (seen.state, seen.outcome) == ("finished", "errored")
    assert "memory" in seen.error


@pytest.mark.parametrize(
    "fails", ["registry.checks.actions.kinds.work", "registry.checks.actions.runs.open_or_resolve_alerts"]
)
def test_a_run_that_meets_an_unexpected_error_ends_as_errored_with_a_sentence(run, monkeypatch, caplog, fails):
    with monkeypatch.context() as broken:
        failing = iter([UnicodeEncodeError("utf-8", "secret", 0, 1, "x")])
        broken.setattr(fails, lambda *_: raise_first(failing))
        execute(run.pk)
    seen = reread(run)
    assert (seen.state, seen.outcome, seen.attempts) == ("finished", "errored", 1)
    assert seen.error == runs.CRASHED.format(pk=run.pk)
    assert "Traceback" in caplog.text
    assert not CheckResult.objects.exists()


def raise_first(errors):
    """Fail once: what fails while a result is stored does not fail for the sentence that ends the run."""
    for error in errors:
        raise error


def test_a_queued_run_is_cancelled_at_once(run, cora):
    assert cancel_run(run, actor=cora).state == "cancelled"
    assert work.claim(RUNS, run.pk) is None


def test_a_running_run_hears_of_its_cancellation_at_the_next_beat(run, cora):
    claim = work.claim(RUNS, run.pk)
    cancel_run(run, actor=cora)
    assert work.renew(claim) is False
    assert runs.stop_cancelled(claim)
    assert reread(run).state == "cancelled"


def test_a_cancelled_run_whose_worker_died_ends_as_cancelled(run, cora):
    work.claim(RUNS, run.pk)
    cancel_run(run, actor=cora)
    let_the_lease_end(run)
    runs.sweep()
    assert reread(run).state == "cancelled"


def test_a_run_that_is_over_is_not_cancelled(run, cora):
    runs.finish(work.claim(RUNS, run.pk), PASSED)
    with pytest.raises(Refused):
        cancel_run(run, actor=cora)


def test_a_failed_check_opens_one_alert_for_the_model_and_the_next_pass_resolves_it(run, cora):
    check = run.check_definition
    for ending, states in ((FAILED, ["open"]), (FAILED, ["open"]), (PASSED, ["resolved"])):
        again = queue_run(check, actor=cora)
        runs.finish(work.claim(RUNS, again.pk), ending)
        assert list(Alert.objects.values_list("state", flat=True)) == states


def test_a_crash_neither_opens_nor_resolves_an_alert(run, cora):
    runs.finish(work.claim(RUNS, run.pk), FAILED)
    again = queue_run(run.check_definition, actor=cora)
    runs.finish(work.claim(RUNS, again.pk), Ending("errored", "It crashed.", error="memory"))
    assert Alert.objects.get().state == "open"


def test_a_passed_check_makes_a_waiting_version_current(feature, cora):
    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    waiting = register(FIXED, cora)
    runs.finish(work.claim(RUNS, waiting.run.pk), PASSED)
    feature.refresh_from_db()
    assert feature.current == waiting.version


def test_a_failed_check_leaves_a_waiting_version_waiting(feature, cora):
    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    waiting = register(FIXED, cora)
    runs.finish(work.claim(RUNS, waiting.run.pk), FAILED)
    feature.refresh_from_db()
    assert feature.current.number == 1


def test_a_laxer_parity_check_does_not_make_a_waiting_version_current(feature, cora):
    from registry.checks.actions.checks import define_parity

    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    waiting = register(FIXED, cora).version
    lax = define_parity(feature.current, waiting, parameters={"limit": 1.0}, name="lax", actor=cora)
    run = queue_run(lax, actor=cora)
    runs.finish(work.claim(RUNS, run.pk), Ending("passed", "Within the limit.", rows=7, content={}))
    feature.refresh_from_db()
    assert feature.current.number == 1


def test_of_two_waiting_versions_the_one_whose_check_passed_becomes_current(feature, cora):
    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    older, newer = register(FIXED, cora), register(FIXED._replace(null_handling="drop"), cora)
    assert older.version.number < newer.version.number
    runs.finish(work.claim(RUNS, older.run.pk), PASSED)
    feature.refresh_from_db()
    assert feature.current == older.version


def test_a_check_against_an_older_version_that_passed_does_not_make_that_one_current(feature, cora):
    from registry.checks.actions.checks import define_parity

    older, current = feature.current, register(FIXED, cora).version
    feature.refresh_from_db()
    assert feature.current == current
    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    run = queue_run(define_parity(current, older, parameters={}, name="backwards", actor=cora), actor=cora)
    runs.finish(work.claim(RUNS, run.pk), PASSED)
    feature.refresh_from_db()
    assert feature.current == current
