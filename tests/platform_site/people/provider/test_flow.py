"""Signing in through a provider that really runs the flow: who comes in, as what, and which answers are not believed."""

from __future__ import annotations

import dataclasses

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.people.models import ProviderIdentity, SignInFailure, User
from tests.platform_site.people.identity_provider import AWAY, BACK, CLIENT, OTHER, sign_in

pytestmark = pytest.mark.django_db


def test_somebody_new_comes_in_with_what_their_groups_give(provider, client):
    assert sign_in(client, after="/registry/models/").url == "/registry/models/"
    jane = User.objects.get(username="jane")
    assert jane.role_names == ["lead"]
    assert sorted(str(membership.team) for membership in jane.memberships.all()) == ["brand-new", "ml-platform"]
    events = AuditEvent.objects.filter(subject="user:jane").order_by("sequence")
    assert list(events.values_list("actor", "action")) == [
        ("sign-in", "user.created"), ("sign-in", "user.linked"), ("sign-in", "user.roles_changed"),
        ("sign-in", "user.teams_changed"), ("jane", "user.signed_in"),
    ]  # fmt: skip
    page = client.get("/account/").content.decode()
    assert "Signed in through the provider" in page
    assert "Change password" not in page
    assert client.session.get_expiry_age() <= 12 * 3600


@pytest.mark.parametrize("groups", [[], ["chess"], "chess"])
def test_who_is_in_no_group_any_more_loses_every_role_and_stays_outside(provider, client, groups):
    sign_in(client)
    client.post("/logout/")
    provider.person["groups"] = groups
    refused = sign_in(client)
    assert (refused.status_code, "None of your groups" in refused.content.decode()) == (403, True)
    assert User.objects.get(username="jane").role_names == []
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("groups", [None, ...])
def test_a_claim_that_was_not_sent_takes_nothing_away(provider, client, groups):
    sign_in(client)
    client.post("/logout/")
    del provider.person["groups"]
    if groups is None:
        provider.person["groups"] = None
    refused = sign_in(client)
    assert (refused.status_code, "sent no claim groups" in refused.content.decode()) == (403, True)
    jane = User.objects.get(username="jane")
    assert jane.role_names == ["lead"]
    assert jane.memberships.count() == 2


def test_a_claim_inside_another_is_found_by_its_path(provider, client, settings):
    settings.PROVIDER = dataclasses.replace(settings.PROVIDER, groups_claim="realm_access.roles")
    del provider.person["groups"]
    provider.person["realm_access"] = {"roles": ["ml-leads"]}
    assert sign_in(client).url == "/"
    assert User.objects.get(username="jane").role_names == ["lead"]
    client.post("/logout/")
    provider.in_userinfo = True
    assert sign_in(client).url == "/", "the userinfo endpoint has it as well"
    client.post("/logout/")
    provider.in_userinfo, provider.person["realm_access"] = False, {}
    assert "sent no claim realm_access.roles" in sign_in(client).content.decode()
    assert User.objects.get(username="jane").role_names == ["lead"]


def test_nobody_is_made_who_may_not_come_in(provider, client):
    provider.person["groups"] = ["chess"]
    assert sign_in(client).status_code == 403
    assert not User.objects.filter(username="jane").exists()
    failure = SignInFailure.objects.get()
    assert (failure.because, failure.user, failure.counts) == ("no_role", None, False)


def test_the_rest_is_asked_for_where_the_identity_says_little(provider, client):
    provider.in_userinfo = True
    assert sign_in(client).url == "/"
    assert "/who" in provider.requests
    client.post("/logout/")
    provider.other_claims = {"sub": "somebody else"}
    assert sign_in(client).status_code == 403


MISBEHAVIOURS = {
    "another sign-in's nonce": {"other_claims": {"nonce": "x"}},
    "another client": {"other_claims": {"aud": "somebody"}},
    "made for another client": {"other_claims": {"aud": [CLIENT, "b"], "azp": "b"}},
    "another issuer": {"other_claims": {"iss": "https://id.example"}},
    "long ago": {"other_claims": {"exp": 1_000_000_000}},
    "from tomorrow": {"other_claims": {"iat": 4_000_000_000}},
    "without an end": {"other_claims": {"exp": None}},
    "another key": {"key": OTHER},
    "not signed": {"algorithm": "none"},
    "signed with what everybody knows": {"algorithm": "HS256"},
    "no name": {"other_claims": {"preferred_username": ""}},
    "a name that is none here": {"other_claims": {"preferred_username": "no name"}},
    "a name that the log keeps for itself": {"other_claims": {"preferred_username": "system"}},
    "groups that are none": {"other_claims": {"groups": {"a": 1}}},
}


@pytest.mark.parametrize("how", MISBEHAVIOURS)
def test_an_answer_that_is_not_to_be_believed_lets_nobody_in(provider, client, how):
    for name, value in MISBEHAVIOURS[how].items():
        setattr(provider, name, value)
    assert sign_in(client).status_code in {403, 422}
    assert client.get("/").status_code == 302
    assert not ProviderIdentity.objects.exists()


@pytest.mark.parametrize("answer", ["error=access_denied", "", "code=forged", "code=x&iss=https://id.example"])
def test_no_code_of_the_providers_is_no_sign_in(provider, client, answer):
    client.get(AWAY)
    state = client.session["provider_sign_in"][0]
    assert client.get(f"{BACK}?state={state}&{answer}").status_code == 403


def test_a_provider_that_changed_its_keys_is_asked_again(provider, client):
    sign_in(client)
    client.post("/logout/")
    provider.kid = "second"
    assert sign_in(client).url == "/"
    assert provider.requests.count("/keys") == 2
