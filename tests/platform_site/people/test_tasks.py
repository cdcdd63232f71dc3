"""The scheduled record of tokens that have expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.celery import app
from platform_site.people import actions
from platform_site.people.models import ApiToken
from platform_site.people.tasks import note_expired_tokens

pytestmark = pytest.mark.django_db


def test_that_a_token_ended_by_itself_is_on_record_once(people):
    lasting, over, revoked = (
        actions.issue_token(people["viewer"], expires_in_days=days, actor=SYSTEM).token for days in (9, 7, 7)
    )
    actions.revoke_token(revoked, actor=SYSTEM)
    ApiToken.objects.exclude(pk=lasting.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    note_expired_tokens()
    note_expired_tokens()
    assert list(AuditEvent.objects.filter(action="token.expired").values_list("actor", "subject")) == [
        ("system", "user:viewer")
    ]
    assert AuditEvent.objects.get(action="token.expired").content["prefix"] == over.prefix
    assert [over.state, lasting.state] == ["active", "active"]  # as they were read before
    assert ApiToken.objects.get(pk=over.pk).state == "expired"


def test_the_scheduler_runs_it(settings):
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    assert "people.note_expired_tokens" in tasks & app.tasks.keys()


def test_a_token_is_over_at_the_moment_of_its_expiry_and_not_before(people):
    token = actions.issue_token(people["viewer"], expires_in_days=1, actor=SYSTEM).token
    assert actions.note_expired(now=token.expires_at - timedelta(microseconds=1)) == 0
    assert actions.note_expired(now=token.expires_at) == 1
    assert actions.note_expired(now=token.expires_at) == 0
