"""Every task of the registry that settings schedule exists, and calls its action."""

from __future__ import annotations

import pytest
from django.conf import settings

from registry import tasks

NAMES = {
    "registry.run_check", "registry.run_what_is_due", "registry.sweep", "registry.reopen_alerts",
    "registry.look_after_change_requests", "registry.advance_rollouts",
    "registry.look_for_silence", "registry.look_at_views", "registry.mail_approval_link",
    "registry.handle_mlflow_event", "registry.sweep_mlflow_events", "registry.import_mlflow_servers",
    "registry.follow_for_lineage", "registry.send_lineage",
}  # fmt: skip


def test_the_names_that_messages_carry_stay():
    own = {task.name for task in vars(tasks).values() if hasattr(task, "delay")}
    assert own == NAMES


def test_every_scheduled_task_of_the_registry_exists():
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {name for name in scheduled if name.startswith("registry.")} <= NAMES


@pytest.mark.parametrize(
    "name",
    sorted(
        NAMES
        - {"registry.run_check", "registry.mail_approval_link", "registry.send_lineage", "registry.handle_mlflow_event"}
    ),
)
def test_a_task_over_an_empty_registry_does_nothing(db, name):
    by_name = {getattr(task, "name", ""): task for task in vars(tasks).values()}
    assert by_name[name]() is None


def test_a_run_is_executed_by_its_number(monkeypatch):
    executed = []
    monkeypatch.setattr(tasks.execution, "execute", executed.append)
    tasks.run_check(7)
    assert executed == [7]
