"""What the scheduler asks for exists, and what it asks for is done."""

from __future__ import annotations

import pytest

from platform_site.celery import app
from platform_site.webhooks.models import Delivery
from platform_site.webhooks.verify import is_from_plumbline
from tests.platform_site.webhooks.conftest import happen, wait

pytestmark = pytest.mark.django_db


def test_every_task_of_the_schedule_exists(settings):
    app.loader.import_default_modules()  # as a worker does
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_an_event_goes_from_the_log_to_the_receiver_by_tasks_alone(webhook, receiver, settings, monkeypatch):
    app.loader.import_default_modules()
    monkeypatch.setattr("platform_site.work.app.send_task", lambda task, args, **_: app.tasks[task](*args))
    scheduled = app.tasks[settings.CELERY_BEAT_SCHEDULE["webhooks"]["task"]]
    receiver.answers.append(503)
    happen()
    scheduled()
    scheduled()
    assert [attempt.status for attempt in Delivery.objects.get().attempts.all()] == [503]
    wait(31)
    scheduled()
    assert [attempt.status for attempt in Delivery.objects.get().attempts.all()] == [503, 204]
    assert all(is_from_plumbline(webhook[1], row.headers, row.body) for row in receiver.posted)
