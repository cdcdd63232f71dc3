"""Sessions and tokens end for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.people.actions import make_token
from platform_site.people.actions.endings import end_sessions, revoke_tokens
from platform_site.people.models import ApiToken, User

pytestmark = pytest.mark.django_db


def test_every_open_session_ends_and_nobody_elses(people, browser_of):
    own, other = browser_of("viewer"), browser_of("lead")
    end_sessions(User.objects.get(username="viewer"))
    assert [visitor.get("/account/").status_code for visitor in (own, other)] == [302, 200]


def test_valid_tokens_are_revoked_each_with_its_event(people, actor):
    viewer = people["viewer"]
    for _ in range(2):
        make_token(viewer, scopes=("read",), actor=actor("viewer"))
    assert revoke_tokens(viewer, because="They left.", actor=SYSTEM) == 2
    events = AuditEvent.objects.filter(action="token.revoked", subject="user:viewer")
    assert {event.content["because"] for event in events} == {"They left."}
    assert {event.content["prefix"] for event in events} == set(ApiToken.objects.values_list("prefix", flat=True))
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_what_is_over_already_is_left_as_it_was(people, actor):
    viewer = people["viewer"]
    make_token(viewer, scopes=("read",), actor=actor("viewer"))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert revoke_tokens(viewer, because="They left.", actor=SYSTEM) == 0
    assert ApiToken.objects.get().revoked_at is None


def test_nobody_elses_token_is_revoked(people, actor):
    make_token(people["lead"], scopes=("read",), actor=actor("lead"))
    assert revoke_tokens(people["viewer"], because="They left.", actor=SYSTEM) == 0
