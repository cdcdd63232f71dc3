"""Keys that do not fit what is stored, a head that is not the newest event, an installation that nobody enters."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit import queries
from platform_site.audit.heads import note_head
from platform_site.audit.models import AuditHead
from platform_site.audit.record import record
from platform_site.outbound.sealing import seal
from platform_site.people.models import User
from platform_site.roof.doctor import keys
from platform_site.roof.doctor.findings import State
from platform_site.webhooks.models import Webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    with transaction.atomic():
        return record("model.described", subject="model:demand", actor=SYSTEM)


def states(examination) -> list[State]:
    return [state for state, _ in examination()]


def test_a_key_that_did_not_seal_the_newest_event_is_named(event, settings):
    assert states(keys.audit_key) == [State.WELL]
    own, other = settings.AUDIT_KEYS[0], "another key of more than 32 characters"
    settings.AUDIT_KEYS = [other, own]
    ((state, sentence),) = keys.audit_key()
    assert (state, "run `manage.py rotate_keys`" in sentence) == (State.UNCERTAIN, True)
    settings.AUDIT_KEYS = [other]
    ((state, sentence),) = keys.audit_key()
    assert (state, "none of these keys sealed event" in sentence) == (State.ILL, True)


def test_an_empty_log_says_nothing_of_a_key():
    assert states(keys.audit_key) == [State.UNCERTAIN]


def test_webhook_secrets_that_cannot_be_read_are_counted(settings):
    assert states(keys.secret_key) == [State.WELL]
    settings.SECRET_KEY = "another key of more than 32 characters"
    hidden = seal("whsec")
    settings.SECRET_KEY = "a third key of more than 32 characters"
    fields = {"sealed_url": hidden, "sealed_secret": hidden, "kind": "json", "from_sequence": 0}
    Webhook.objects.bulk_create([Webhook(created_at=timezone.now(), owner="lead", events="*", **fields)])
    ((state, sentence),) = keys.secret_key()
    assert (state, "sealed 2 webhook secrets" in sentence) == (State.ILL, True)
    settings.SECRET_KEY_FALLBACKS = ["another key of more than 32 characters"]
    ((state, sentence),) = keys.secret_key()
    assert (state, "Run `manage.py rotate_keys`" in sentence) == (State.UNCERTAIN, True)


def test_the_head_is_held_to_the_newest_event_and_to_what_was_noted(event, settings, tmp_path):
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.jsonl"
    assert states(keys.chain_head) == [State.WELL, State.UNCERTAIN]
    settings.AUDIT_HEADS_FILE.touch()
    assert states(keys.chain_head) == [State.WELL, State.UNCERTAIN]
    note_head(settings.AUDIT_HEADS_FILE)
    assert states(keys.chain_head) == [State.WELL, State.WELL]
    with settings.AUDIT_HEADS_FILE.open("a") as noted:
        noted.write(json.dumps({"sequence": queries.head().sequence + 5, "hash": "0" * 64}) + "\n")
    assert states(keys.chain_head) == [State.WELL, State.ILL]
    AuditHead.objects.update(sequence=0)
    assert states(keys.chain_head) == [State.ILL]
    AuditHead.objects.all().delete()
    assert states(keys.chain_head) == [State.ILL]


def test_somebody_can_sign_in_and_somebody_administers(people):
    assert states(keys.accounts) == [State.WELL]
    User.objects.filter(groups__name="administrator").update(is_active=False)
    assert "No active person is an administrator" in next(iter(keys.accounts()))[1]
    User.objects.update(is_active=False)
    assert "Nobody can sign in" in next(iter(keys.accounts()))[1]
