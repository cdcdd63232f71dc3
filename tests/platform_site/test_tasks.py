"""The site's housekeeping: each task is known to the scheduler, and does its work."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site import tasks
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.models import KeyedAnswer
from tests.platform_site.outbound.receiver import receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(settings, tmp_path):
    """The sequence of the last event; heads go to a file of the test and, at first, to no address."""
    settings.AUDIT_HEADS_FILE, settings.AUDIT_HEADS_URL = tmp_path / "heads.jsonl", ""
    return record("pin.set", subject="model:eta", actor=SYSTEM).sequence


def test_every_task_of_the_site_is_scheduled_by_its_name(settings):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.prune.name, tasks.note_audit_head.name} <= scheduled


def test_answers_older_than_a_day_are_forgotten(people):
    for key, age in (("old", timedelta(days=1, minutes=1)), ("new", timedelta(hours=23, minutes=59))):
        KeyedAnswer.objects.create(
            user=people["viewer"], key=key, request_digest="0" * 64, status=201, created_at=timezone.now() - age
        )
    tasks.prune()
    assert list(KeyedAnswer.objects.values_list("key", flat=True)) == ["new"]


def test_the_head_is_noted_and_without_an_address_sent_nowhere(settings, head):
    with receiving() as server:
        tasks.note_audit_head()
        assert server.posted == []
    assert json.loads(settings.AUDIT_HEADS_FILE.read_text())["sequence"] == head


def test_the_head_is_sent_to_the_address_that_is_set(settings, head):
    with receiving() as server:
        settings.AUDIT_HEADS_URL, settings.AUDIT_HEADS_SECRET = server.url, "secret"
        tasks.note_audit_head()
        (sent,) = server.posted
    assert json.loads(sent.body)["sequence"] == head
