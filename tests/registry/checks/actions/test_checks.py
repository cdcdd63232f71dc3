"""Checks are defined once, changed by those who may, run when they are due and queued within a limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.checks.actions.checks import (
    change_check,
    define_check,
    propose,
    queue_run,
    request_run,
    run_what_is_due,
)
from registry.models import Check, CheckRun, Feature
from tests.registry.conftest import FIXED, contributor, drift, register, run_of

pytestmark = pytest.mark.postgresql


LEAD, VIEWER = Actor("lena", frozenset({Role.LEAD})), Actor("vera", frozenset({Role.VIEWER}))


@pytest.fixture
def orders_run(in_production, cora):
    """The parity run that a changed definition asked for."""
    return register(FIXED, cora).run


def test_the_same_check_twice_is_one_and_another_of_its_name_is_refused(events, cora):
    assert drift(cora) == drift(cora)
    with pytest.raises(Refused):
        drift(cora, minimum_rows=7)
    assert Check.objects.count() == 1


def test_a_proposal_for_a_feature_without_a_current_version_says_so(feature, cora):
    Feature.objects.update(current=None)
    with pytest.raises(Invalid) as refused:
        propose(Feature.objects.get(), FIXED, actor=cora)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("feature", "no_current_version")]


def test_a_check_from_before_a_parameter_existed_is_the_same_check(events, cora):
    check = drift(cora)
    older = {name: value for name, value in check.parameters.items() if name not in ("threshold", "estimate")}
    Check.objects.filter(pk=check.pk).update(parameters=older)
    assert drift(cora) == check
    with pytest.raises(Refused):
        drift(cora, minimum_rows=7)


def test_a_schedule_asks_for_a_run_when_its_time_has_come_and_once(events, cora):
    check = drift(cora, name="nightly")
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora)
    assert run_what_is_due() == 0
    Check.objects.filter(pk=check.pk).update(next_due_at=timezone.now() - timedelta(days=3))
    assert [run_what_is_due(), run_what_is_due()] == [1, 0]
    check.refresh_from_db()
    assert timezone.now() < check.next_due_at <= timezone.now() + timedelta(days=1)
    assert check.runs.get().requested_by == "system"


def test_a_check_that_cannot_be_asked_for_holds_up_no_other_and_is_asked_for_at_its_next_time(
    events, cora, monkeypatch
):
    broken, unreadable, sound = (drift(cora, name=name) for name in ("broken", "unreadable", "sound"))
    Check.objects.update(schedule="0 3 * * *", next_due_at=timezone.now() - timedelta(days=1))
    Check.objects.filter(pk=broken.pk).update(next_due_at=timezone.now() - timedelta(days=2))
    Check.objects.filter(pk=unreadable.pk).update(schedule="soon")

    def fail_for_one(check, **arguments):
        if check.pk == broken.pk:
            raise KeyError
        return queue_run(check, **arguments)

    monkeypatch.setattr("registry.checks.actions.checks.queue_run", fail_for_one)
    assert run_what_is_due() == 1
    assert sound.runs.count() == 1
    assert all(moment > timezone.now() for moment in Check.objects.values_list("next_due_at", flat=True))


def test_a_check_that_still_runs_is_not_asked_for_again(events, cora):
    check = drift(cora)
    change_check(check, schedule="* * * * *", blocking=False, actor=cora)
    for _ in range(2):
        Check.objects.filter(pk=check.pk).update(next_due_at=datetime(2024, 1, 1, tzinfo=UTC))
        run_what_is_due()
    assert check.runs.count() == 1


def test_whoever_looked_at_another_schedule_overwrites_none(events, cora):
    check = drift(cora)
    seen = check.how_it_runs
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora, seen=seen)
    with pytest.raises(Refused, match=r"Nothing was saved\. Now: at 0 3 \* \* \*, informational\.") as refused:
        change_check(check, schedule="", blocking=False, actor=cora, seen=seen)
    assert refused.value.code == "changed"
    check.refresh_from_db()
    assert check.schedule == "0 3 * * *"


def test_a_check_on_a_model_is_its_teams(events, in_production, cora):
    values = {"parameters": {"dataset": "events"}, "name": "x"}
    with pytest.raises(NotAllowed):
        define_check("schema", **values, model=in_production.model, actor=contributor("marketing", name="mo"))
    check = define_check("schema", **values, model=in_production.model, actor=cora)
    with pytest.raises(NotAllowed):
        change_check(check, schedule="", blocking=True, actor=contributor("marketing", name="mo"))


def test_a_check_that_blocks_whatever_is_computed_from_its_data_is_a_leads(events, cora):
    values = {"parameters": {"dataset": "events"}, "name": "x", "blocking": True}
    with pytest.raises(NotAllowed):
        define_check("schema", **values, actor=cora)
    assert define_check("schema", **values, actor=LEAD).blocking


def test_what_is_defined_changed_and_found_is_audited(events, cora):
    check = drift(cora)
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora)
    run_of(check, cora)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"check.defined", "check.changed", "check_run.queued", "check_run.finished"} <= actions


def test_one_person_cannot_fill_the_queue(orders_run, cora, monkeypatch):
    monkeypatch.setattr("registry.checks.actions.checks.OPEN_RUNS_LIMIT", 2)
    queue_run(orders_run.check_definition, actor=cora)
    with pytest.raises(Refused):
        queue_run(orders_run.check_definition, actor=cora)
    assert Check.objects.count() == 1


def test_one_team_cannot_fill_the_queue_whoever_asks(feature, cora, monkeypatch):
    monkeypatch.setattr("registry.checks.actions.checks.TEAM_RUNS_LIMIT", 1)
    run = register(FIXED, cora).run
    with pytest.raises(Refused, match="data-platform: 1 run is queued or running, the limit is 1"):
        queue_run(run.check_definition, actor=contributor("data-platform", name="carl"))
    assert queue_run(run.check_definition, actor=SYSTEM).pk != run.pk


def test_a_run_that_waits_already_is_not_queued_twice(orders_run, cora):
    check = orders_run.check_definition
    first = request_run(check, actor=cora)
    assert request_run(check, actor=contributor("data-platform", name="carl")) == first
    CheckRun.objects.filter(pk=first.pk).update(state="cancelled")
    assert request_run(check, actor=cora) != first
    with pytest.raises(NotAllowed):
        request_run(check, actor=VIEWER)
