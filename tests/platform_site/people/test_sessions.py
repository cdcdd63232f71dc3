"""The events of signing in and out."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.people import sessions

pytestmark = pytest.mark.django_db


def last_event() -> tuple[str, str, str, object]:
    event = AuditEvent.objects.first()
    return event.actor, event.action, event.subject, event.content


def test_a_person_is_the_actor_of_their_own_sessions(people):
    sessions.note_sign_in(people["viewer"], address="192.0.2.7")
    signed_in = {"by": "password", "address": "192.0.2.7"}
    assert last_event() == ("viewer", "user.signed_in", "user:viewer", signed_in)
    sessions.note_sign_out(people["viewer"])
    assert last_event() == ("viewer", "user.signed_out", "user:viewer", {})
    sessions.note_new_password(people["viewer"])
    assert last_event() == ("viewer", "user.password_changed", "user:viewer", {})
