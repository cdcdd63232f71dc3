"""The events of signing in and out, and what a failed attempt keeps to itself."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.people import sessions

pytestmark = pytest.mark.django_db


def last_event() -> tuple[str, str, str, object]:
    event = AuditEvent.objects.first()
    return event.actor, event.action, event.subject, event.content


def test_a_person_is_the_actor_of_their_own_sessions(people):
    sessions.note_sign_in(people["viewer"])
    assert last_event() == ("viewer", "user.signed_in", "user:viewer", {"by": "password"})
    sessions.note_sign_out(people["viewer"])
    assert last_event() == ("viewer", "user.signed_out", "user:viewer", {})
    sessions.note_new_password(people["viewer"])
    assert last_event() == ("viewer", "user.password_changed", "user:viewer", {})


@pytest.mark.parametrize(
    ("username", "subject"), [("viewer", "user:viewer"), ("my password", "user:unknown"), ("", "user:unknown")]
)
def test_a_name_that_nobody_has_is_not_stored(username, subject, people):
    sessions.note_failed_sign_in(username, because="no_role")
    assert last_event() == ("anonymous", "user.sign_in_failed", subject, {"because": "no_role"})
    sessions.note_failed_sign_in(username)
    assert last_event() == ("anonymous", "user.sign_in_failed", subject, {})
    sessions.note_lockout(username)
    assert last_event() == ("anonymous", "user.locked_out", subject, {})
