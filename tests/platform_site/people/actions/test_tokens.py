"""Tokens from making to ending: by whom, how far, how long, and what the log says of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.models import KeyedAnswer
from platform_site.people import actions
from platform_site.people.actions import tokens
from platform_site.people.models import ApiToken
from platform_site.people.tasks import note_expired_tokens

pytestmark = pytest.mark.django_db
URL = "/api/v1/tokens/"
EVERYTHING = ("read", "write", "approve", "admin")
WANTED = {"name": "gate in CI", "scopes": ["read"]}


@pytest.fixture
def bot(people):
    return actions.create_service_account(name="ci-bot", team="forecasting", roles=["contributor"], actor=SYSTEM)


def with_token(text: str) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return caller


def events(action: str) -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action=action).values_list("actor", "subject"))


def test_a_token_is_made_shown_once_used_listed_and_revoked(api):
    caller = api("viewer", EVERYTHING)
    made = caller.post(URL, WANTED | {"expires_in_days": 7}, format="json")
    assert made.status_code == 201
    text, pk = made.json()["token"], made.json()["id"]
    assert with_token(text).get("/api/v1/features/").status_code == 200
    listed = next(one for one in caller.get(URL).json()["results"] if one["id"] == pk)
    assert (listed["state"], listed["prefix"], listed["last_used_at"] is None) == ("active", text[:12], False)
    assert text not in caller.get(URL).content.decode() + caller.get(f"{URL}{pk}/").content.decode()
    assert caller.delete(f"{URL}{pk}/").status_code == 204
    assert with_token(text).get("/api/v1/features/").status_code == 401
    assert caller.get(f"{URL}{pk}/").json()["state"] == "revoked"


def test_the_first_use_is_an_event_and_the_next_ones_are_none(people):
    caller = with_token(actions.make_token(people["viewer"], actor=SYSTEM))
    for _ in range(3):
        caller.get("/api/v1/features/")
    assert events("token.first_used") == [("viewer", "user:viewer")]


def test_that_a_token_ended_by_itself_is_on_record_once(people):
    lasting, over, revoked = (
        actions.issue_token(people["viewer"], expires_in_days=days, actor=SYSTEM).token for days in (9, 7, 7)
    )
    actions.revoke_token(revoked, actor=SYSTEM)
    ApiToken.objects.exclude(pk=lasting.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    note_expired_tokens()
    note_expired_tokens()
    assert events("token.expired") == [("system", "user:viewer")]
    assert AuditEvent.objects.get(action="token.expired").content["prefix"] == over.prefix
    assert [over.state, lasting.state] == ["active", "active"]  # as they were read before
    assert ApiToken.objects.get(pk=over.pk).state == "expired"


def test_the_same_key_again_makes_no_second_token_and_shows_the_first_one_no_more(api):
    caller = api("viewer", EVERYTHING)
    first, again = (caller.post(URL, WANTED, format="json", headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert (again["id"], again["token"]) == (first["id"], "")
    assert first["token"] not in "".join(KeyedAnswer.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("by", "scopes", "given", "status"),
    [
        ("viewer", EVERYTHING, {}, 201),
        ("viewer", ("read", "write"), {}, 403),  # a token that may write makes no other
        ("viewer", ("read", "admin"), {"scopes": ["write"]}, 422),  # none that reaches further
        ("viewer", EVERYTHING, {"user": "lead"}, 403),
        ("lead", EVERYTHING, {"user": "ci-bot"}, 403),
        ("admin", EVERYTHING, {"user": "ci-bot"}, 201),
        ("admin", EVERYTHING, {"user": "nobody"}, 404),
        ("viewer", EVERYTHING, {"scopes": []}, 400),
        ("viewer", EVERYTHING, {"scopes": ["fly"]}, 400),
        ("viewer", EVERYTHING, {"expires_in_days": 0}, 400),
        ("viewer", EVERYTHING, {"name": " "}, 400),
    ],
)
def test_who_makes_which_token(api, bot, by, scopes, given, status):
    caller = api(by, scopes)
    before = ApiToken.objects.count()
    assert caller.post(URL, WANTED | given, format="json").status_code == status
    assert ApiToken.objects.count() == before + (status == 201)


def test_what_a_token_makes_ends_no_later_than_itself(people):
    caller = with_token(actions.make_token(people["viewer"], scopes=EVERYTHING, expires_in_days=7, actor=SYSTEM))
    longer = [caller.post(URL, WANTED | given, format="json") for given in ({}, {"expires_in_days": 8})]
    assert [(one.status_code, one.json()["errors"][0]["code"]) for one in longer] == [(422, "longer")] * 2
    assert caller.post(URL, WANTED | {"expires_in_days": 6}, format="json").status_code == 201


def test_one_sees_and_ends_ones_own_and_an_administrator_everybodys(api, people):
    theirs = actions.issue_token(people["lead"], actor=SYSTEM).token
    mine, admin = api("viewer", EVERYTHING), api("admin", EVERYTHING)
    assert {one["user"] for one in mine.get(URL).json()["results"]} == {"viewer"}
    assert [mine.get(f"{URL}{theirs.pk}/").status_code, mine.delete(f"{URL}{theirs.pk}/").status_code] == [404, 404]
    assert {one["user"] for one in admin.get(URL).json()["results"]} == {"viewer", "lead", "admin"}
    assert [one["id"] for one in admin.get(f"{URL}?user=lead").json()["results"]] == [theirs.pk]
    assert admin.delete(f"{URL}{theirs.pk}/").status_code == 204


def test_nobody_holds_more_than_fifty(people, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    first, _ = (actions.issue_token(people["viewer"], actor=SYSTEM) for _ in range(2))
    with pytest.raises(Refused, match="Revoke one"):
        actions.make_token(people["viewer"], actor=SYSTEM)
    actions.revoke_token(first.token, actor=SYSTEM)
    actions.make_token(people["viewer"], actor=SYSTEM)


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
