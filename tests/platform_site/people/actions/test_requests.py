"""Requests for roles and teams that decide about others: asked once, ended once, each with its event."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.people.actions.requests import end, request_access
from platform_site.people.models import AccessRequest
from platform_site.people.rules.powers import Powers

pytestmark = pytest.mark.django_db
APPROVER = Powers({"approver"}, {"ml-platform", "data-platform"})
State = AccessRequest.State


def actions() -> list[str]:
    return [
        *AuditEvent.objects.filter(action__startswith="access_request")
        .order_by("sequence")
        .values_list("action", flat=True)
    ]


def test_a_request_is_stored_with_what_it_asks_for_and_until_when(people, actor, settings):
    settings.CHANGE_REQUEST_DAYS = 3
    request = request_access(people["viewer"], APPROVER, actor=actor("lead"))
    assert (request.roles, request.teams, request.requested_by) == (
        ["approver"],
        ["data-platform", "ml-platform"],
        "lead",
    )
    assert request.expires_at - request.requested_at == timedelta(days=3)
    event = AuditEvent.objects.get(action="access_request.requested")
    assert (event.subject, event.content["access_request"]) == ("user:viewer", request.pk)


def test_the_same_again_waits_already_and_something_else_is_another_request(people, actor):
    first = request_access(people["viewer"], APPROVER, actor=actor("lead"))
    assert request_access(people["viewer"], APPROVER, actor=actor("admin")) == first
    assert request_access(people["viewer"], Powers({"approver"}, set()), actor=actor("lead")) != first
    assert request_access(people["contributor"], APPROVER, actor=actor("lead")) != first
    assert len(actions()) == 3


@pytest.mark.parametrize("change", [{"state": State.WITHDRAWN}, {"expires_at": timezone.now() - timedelta(days=1)}])
def test_one_that_no_longer_waits_is_asked_for_anew(people, actor, change):
    first = request_access(people["viewer"], APPROVER, actor=actor("lead"))
    AccessRequest.objects.filter(pk=first.pk).update(**change)
    assert request_access(people["viewer"], APPROVER, actor=actor("lead")) != first


def test_a_request_ends_once(people, actor):
    request = request_access(people["viewer"], APPROVER, actor=actor("lead"))
    assert end(request, State.APPROVED, reason="Needed.", actor=actor("admin"))
    assert (request.state, request.decided_by, request.decision_reason) == ("approved", "admin", "Needed.")
    assert not end(request, State.REJECTED, actor=actor("admin"))
    assert AccessRequest.objects.get().state == State.APPROVED
    assert actions() == ["access_request.requested", "access_request.approved"]
