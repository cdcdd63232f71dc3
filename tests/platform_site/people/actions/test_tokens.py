"""Tokens from making to ending: by whom, how far, how long, and what the log says of each."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people import actions
from platform_site.people.actions import tokens

pytestmark = pytest.mark.django_db
URL = "/api/v1/tokens/"
EVERYTHING = ("read", "write", "approve", "admin")
WANTED = {"name": "gate in CI", "scopes": ["read"]}


def with_token(text: str) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return caller


def events(action: str) -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action=action).values_list("actor", "subject"))


def test_the_first_use_is_an_event_and_the_next_ones_are_none(people):
    caller = with_token(actions.make_token(people["viewer"], actor=SYSTEM))
    for _ in range(3):
        caller.get("/api/v1/features/")
    assert events("token.first_used") == [("viewer", "user:viewer")]


def test_what_a_token_makes_ends_no_later_than_itself(people):
    caller = with_token(actions.make_token(people["viewer"], scopes=EVERYTHING, expires_in_days=7, actor=SYSTEM))
    longer = [caller.post(URL, WANTED | value, format="json") for value in ({}, {"expires_in_days": 8})]
    assert [(row.status_code, row.json()["errors"][0]["code"]) for row in longer] == [(422, "longer")] * 2
    assert caller.post(URL, WANTED | {"expires_in_days": 6}, format="json").status_code == 201


def test_nobody_holds_more_than_fifty(people, monkeypatch):
    assert tokens.MOST_TOKENS == 50, "as the action and the API's document say"
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    first, _ = (actions.issue_token(people["viewer"], actor=SYSTEM) for _ in range(2))
    with pytest.raises(Refused, match="Revoke one"):
        actions.make_token(people["viewer"], actor=SYSTEM)
    actions.revoke_token(first.token, actor=SYSTEM)
    actions.make_token(people["viewer"], actor=SYSTEM)


def test_one_token_is_revoked_once_and_no_other_with_it(people):
    first, other = (actions.issue_token(people["viewer"], actor=SYSTEM) for _ in range(2))
    for _ in range(2):
        actions.revoke_token(first.token, actor=SYSTEM)
    callers = [with_token(issued.text) for issued in (first, other)]
    assert [caller.get("/api/v1/features/").status_code for caller in callers] == [401, 200]
    assert events("token.revoked") == [("system", "user:viewer")]


def test_nobody_makes_a_token_for_who_is_kept_out(people):
    actions.set_active(people["viewer"], False, actor=SYSTEM)
    with pytest.raises(Refused, match="is deactivated"):
        actions.make_token(people["viewer"], actor=SYSTEM)


def test_a_service_account_makes_no_token_and_has_no_name_that_the_log_keeps_for_itself(bot, people):
    from platform_site.access import actor_of

    with pytest.raises(NotAllowed):
        actions.make_token(bot, actor=actor_of(bot))
    for name in ("system", "Anonymous"):
        with pytest.raises(Invalid, match="no person did"):
            actions.create_service_account(name=name, team="forecasting", actor=SYSTEM)
