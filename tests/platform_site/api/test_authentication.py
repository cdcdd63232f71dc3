"""Tokens: how they are kept, how far they reach, when they end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people import actions
from platform_site.people.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform_site.api.doors")]
URL = "/api/v1/events/"


def with_header(text: str) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=text)
    return caller


def test_a_token_is_shown_once_and_kept_as_a_digest(people, django_assert_num_queries):
    text = actions.make_token(people["viewer"], scopes=["read"], actor=SYSTEM)
    assert re.fullmatch(r"plb_[A-Za-z0-9_-]{43}", text)
    api_token = ApiToken.objects.get()
    assert api_token.digest == actions.digest_of(text)
    assert text[:12] == api_token.prefix
    assert text not in str(list(ApiToken.objects.values()))
    assert text[12:] not in str(list(AuditEvent.objects.values_list("payload")))


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer plb_nothing", "Bearer é", "bearer  x y", "Bearer " + "x" * 9000]
)
def test_an_unknown_token_is_401_in_the_same_words(people, header):
    response = with_header(header).get(URL)
    assert (response.status_code, response.json()["detail"]) == (401, "The token is unknown, expired or revoked.")


@pytest.mark.parametrize("header", ["Basic bGVhZDpsZWFk", "plb_x", "Token plb_x", ""])
def test_another_scheme_is_nobody(people, header):
    assert with_header(header).get(URL).json()["code"] == "not_authenticated"


def test_an_expired_a_revoked_and_a_deactivated_token_open_nothing(people):
    text = actions.make_token(people["viewer"], expires_in_days=1, actor=SYSTEM)
    caller, token = with_header(f"Bearer {text}"), ApiToken.objects.get()
    assert caller.get(URL).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert caller.get(URL).status_code == 401
    ApiToken.objects.update(expires_at=None)
    actions.set_active(people["viewer"], False, actor=SYSTEM)
    assert caller.get(URL).status_code == 401
    actions.set_active(people["viewer"], True, actor=SYSTEM)
    actions.revoke_token(token, actor=SYSTEM)
    assert caller.get(URL).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "get", "post", "approve"),
    [
        (["read"], 200, 403, 403),
        (["write"], 403, 400, 403),
        (["read", "write"], 200, 400, 403),
        (["approve"], 403, 403, 200),
        (["admin"], 403, 403, 403),
        ([], 403, 403, 403),
    ],
)
def test_a_token_reaches_as_far_as_its_scopes(api, scopes, get, post, approve):
    caller = api("lead", tuple(scopes))
    assert caller.get(URL).status_code == get
    assert caller.post("/api/v1/reading/", {}, format="json").status_code == post
    assert caller.post("/api/v1/approving/", {}, format="json").status_code == approve


def test_the_browsers_session_reaches_as_far_as_its_person(browser_of):
    assert browser_of("lead").get(URL).status_code == 200
    assert browser_of("lead").post("/api/v1/approving/").json() == {"as": "lead"}


def test_use_is_noted_at_most_once_a_minute(people):
    caller = with_header(f"Bearer {actions.make_token(people['viewer'], actor=SYSTEM)}")
    caller.get(URL)
    first = ApiToken.objects.get().last_used_at
    caller.get(URL)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    caller.get(URL)
    assert ApiToken.objects.get().last_used_at >= first


def test_nobody_makes_the_token_of_another_and_administrators_revoke_it(people, actor):
    actions.make_token(people["viewer"], actor=actor("viewer"))
    actions.make_token(people["viewer"], actor=SYSTEM)
    for maker, owner in (("lead", "admin"), ("admin", "viewer"), ("admin", "approver")):
        with pytest.raises(NotAllowed):
            actions.make_token(people[owner], actor=actor(maker))
    with pytest.raises(NotAllowed):
        actions.revoke_token(ApiToken.objects.first(), actor=actor("lead"))
    assert ApiToken.objects.filter(revoked_at=None).count() == 2


def test_every_fault_of_a_token_is_named(people):
    with pytest.raises(Invalid) as refused:
        actions.make_token(people["viewer"], scopes=["read", "fly"], expires_in_days=0, actor=SYSTEM)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("scopes", "unknown"),
        ("expires_in_days", "out_of_range"),
    ]


def test_the_command_prints_the_token_alone(people, capsys):
    call_command("token", "viewer", "--scope", "read", "--scope", "write", "--expires-in-days", "7")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert with_header(f"Bearer {lines[0]}").get(URL).status_code == 200
    assert ApiToken.objects.get().scopes == ["read", "write"]


@pytest.mark.parametrize("arguments", [["nobody"], ["viewer", "--scope", "fly"], ["viewer", "--expires-in-days", "0"]])
def test_the_command_used_wrongly_makes_no_token(people, arguments):
    with pytest.raises(CommandError) as wrong:
        call_command("token", *arguments)
    assert wrong.value.returncode == 2
    assert not ApiToken.objects.exists()
