"""Signing in through a provider that really runs the flow: who comes in, as what, and which answers are not believed."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.environment import ImproperlyConfigured, read
from platform_site.errors import NotAllowed, Refused
from platform_site.outbound import addresses
from platform_site.people import actions
from platform_site.people.actions.provider import hand_over
from platform_site.people.models import ProviderIdentity, User
from platform_site.people.provider.settings import Membership
from platform_site.people.provider.settings import Provider as Configured
from tests.people import PASSWORD
from tests.platform_site.people.identity_provider import CLIENT, OTHER, SECRET, serving

pytestmark = pytest.mark.django_db
GROUPS = {
    "ml-leads": Membership(("lead",), ("ml-platform", "brand-new")),
    "data": Membership(("contributor",), ("data-platform",)),
    "admins": Membership(("administrator",)),
}
AWAY, BACK = "/login/provider/", "/login/provider/back/"


@pytest.fixture
def provider(people, settings):
    with serving() as one:
        settings.PROVIDER = Configured(one.issuer, CLIENT, SECRET, GROUPS, name="Example ID")
        settings.PASSWORD_SIGN_IN = "administrators"
        settings.OUTBOUND_ALLOW = addresses.networks(["127.0.0.1"])
        settings.AUTHENTICATION_BACKENDS = [
            *settings.AUTHENTICATION_BACKENDS,
            "platform_site.people.backends.ThroughProvider",
        ]
        cache.clear()
        yield one
        cache.clear()


def at_the_provider(address: str) -> str:
    """Where the provider sends a browser back to."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.headers["Location"]


def sign_in(client, after: str = ""):
    away = client.get(AWAY, {"next": after} if after else {})
    assert away.status_code == 302, away.content.decode()
    back = urlsplit(at_the_provider(away.url))
    assert back.path == BACK
    return client.get(f"{BACK}?{back.query}")


def said(subject: str) -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(subject=subject).order_by("sequence")
    return list(found.values_list("actor", "action"))


def test_somebody_new_comes_in_with_what_their_groups_give(provider, client):
    assert sign_in(client, after="/registry/models/").url == "/registry/models/"
    jane = User.objects.get(username="jane")
    assert jane.role_names == ["lead"]
    assert sorted(str(membership.team) for membership in jane.memberships.all()) == ["brand-new", "ml-platform"]
    assert said("user:jane") == [
        ("sign-in", "user.created"), ("sign-in", "user.linked"), ("sign-in", "user.roles_changed"),
        ("sign-in", "user.teams_changed"), ("jane", "user.signed_in"),
    ]  # fmt: skip
    page = client.get("/account/").content.decode()
    assert "Signed in through the provider" in page
    assert "Change password" not in page
    assert client.session.get_expiry_age() <= 12 * 3600


def test_a_group_that_is_gone_takes_its_role_at_the_next_sign_in(provider, client, django_user_model):
    sign_in(client)
    client.post("/logout/")
    provider.person["groups"] = ["data"]
    sign_in(client)
    jane = User.objects.get(username="jane")
    assert (jane.role_names, jane.is_staff) == (["contributor"], False)
    last = AuditEvent.objects.filter(action="user.roles_changed").first()
    assert (last.subject, last.content) == ("user:jane", {"from": ["lead"], "to": ["contributor"]})


@pytest.mark.parametrize("groups", [[], ["chess"], None, "chess"])
def test_who_is_in_no_group_any_more_loses_every_role_and_stays_outside(provider, client, groups):
    sign_in(client)
    client.post("/logout/")
    provider.person["groups"] = groups
    refused = sign_in(client)
    assert (refused.status_code, "None of your groups" in refused.content.decode()) == (403, True)
    assert User.objects.get(username="jane").role_names == []
    assert client.get("/").status_code == 302


def test_nobody_is_made_who_may_not_come_in(provider, client):
    provider.person["groups"] = ["chess"]
    assert sign_in(client).status_code == 403
    assert not User.objects.filter(username="jane").exists()
    last = AuditEvent.objects.first()
    assert (last.actor, last.action, last.subject, last.content) == (
        "anonymous", "user.sign_in_failed", "user:unknown", {"because": "no_role"},
    )  # fmt: skip


def test_the_last_administrator_loses_the_role_too(provider, client):
    provider.person["groups"] = ["admins"]
    sign_in(client)
    actions.set_active(User.objects.get(username="admin"), False, actor=SYSTEM)
    provider.person["groups"] = ["data"]
    client.post("/logout/")
    sign_in(client)
    assert not User.objects.get(username="jane").is_superuser


def test_a_local_account_is_nobodys_at_the_provider_until_it_is_handed_over(provider, client, people, actor):
    provider.person["preferred_username"] = "Viewer"
    refused = sign_in(client)
    assert (refused.status_code, "hand the account over" in refused.content.decode()) == (403, True)
    with pytest.raises(NotAllowed):
        hand_over(people["viewer"], actor=actor("lead"))
    with pytest.raises(Refused, match="another administrator"):
        hand_over(people["admin"], actor=actor("admin"))
    hand_over(people["viewer"], actor=actor("admin"))
    assert sign_in(client).url == "/"
    assert User.objects.get(username="viewer").role_names == ["lead"]
    assert ("admin", "user.handed_over") in said("user:viewer")


def test_the_admin_hands_over(provider, browser_of, people):
    given = {"action": "hand_over_to_provider", "_selected_action": [people["viewer"].pk, people["lead"].pk]}
    actions.set_roles(people["approver"], ["administrator"], actor=SYSTEM)
    browser_of("admin").post("/admin/people/user/", given)
    assert [User.objects.get(username=name).has_usable_password() for name in ("viewer", "lead")] == [False, False]


def test_a_name_is_one_persons_at_the_provider_and_a_service_accounts_never(provider, client):
    sign_in(client)
    client.post("/logout/")
    provider.person["sub"] = "another person, called jane now"
    assert sign_in(client).status_code == 403
    actions.create_service_account(name="ci-bot", team="forecasting", actor=SYSTEM)
    provider.person["preferred_username"] = "ci-bot"
    assert sign_in(client).status_code == 403
    assert ProviderIdentity.objects.count() == 1


def test_who_is_kept_out_here_stays_outside(provider, client):
    sign_in(client)
    actions.set_active(User.objects.get(username="jane"), False, actor=SYSTEM)
    assert client.get("/").status_code == 302
    assert "is deactivated" in sign_in(client).content.decode()


def test_the_rest_is_asked_for_where_the_identity_says_little(provider, client):
    provider.in_userinfo = True
    assert sign_in(client).url == "/"
    assert "/who" in provider.asked
    client.post("/logout/")
    provider.told = {"sub": "somebody else"}
    assert sign_in(client).status_code == 403


MISBEHAVIOURS = {
    "another sign-in's nonce": {"told": {"nonce": "x"}},
    "another client": {"told": {"aud": "somebody"}},
    "made for another client": {"told": {"aud": [CLIENT, "b"], "azp": "b"}},
    "another issuer": {"told": {"iss": "https://id.example"}},
    "long ago": {"told": {"exp": 1_000_000_000}},
    "from tomorrow": {"told": {"iat": 4_000_000_000}},
    "without an end": {"told": {"exp": None}},
    "another key": {"key": OTHER},
    "not signed": {"algorithm": "none"},
    "signed with what everybody knows": {"algorithm": "HS256"},
    "no name": {"told": {"preferred_username": ""}},
    "a name that is none here": {"told": {"preferred_username": "no name"}},
    "a name that the log keeps for itself": {"told": {"preferred_username": "system"}},
    "groups that are none": {"told": {"groups": {"a": 1}}},
}


@pytest.mark.parametrize("how", MISBEHAVIOURS)
def test_an_answer_that_is_not_to_be_believed_lets_nobody_in(provider, client, how):
    for name, value in MISBEHAVIOURS[how].items():
        setattr(provider, name, value)
    assert sign_in(client).status_code in {403, 422}
    assert client.get("/").status_code == 302
    assert not ProviderIdentity.objects.exists()


def test_an_answer_counts_once_and_for_the_browser_that_asked(provider, client):
    away = client.get(AWAY)
    back = f"{BACK}?{urlsplit(at_the_provider(away.url)).query}"
    assert type(client)().get(back).url == "/login/", "another browser began nothing"
    assert client.get(back).url == "/"
    client.post("/logout/")
    assert client.get(back).url == "/login/", "the same answer again"
    client.get(AWAY)
    assert client.get(back).status_code == 403, "an answer to an earlier question"


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
    assert provider.asked.count("/keys") == 2


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(provider, client, elsewhere):
    assert sign_in(client, after=elsewhere).url == "/"


def test_a_provider_inside_is_reached_only_where_an_administrator_allowed_it(provider, client, settings):
    settings.OUTBOUND_ALLOW = ()
    away = client.get(AWAY)
    assert (away.status_code, "OUTBOUND_ALLOW" in away.content.decode()) == (503, True)
    assert provider.asked == []


def test_a_provider_that_is_away_is_said_to_be(provider, client, settings):
    provider.shutdown()
    provider.server_close()
    assert client.get(AWAY).status_code == 503
    assert client.get("/login/").status_code == 200


def test_passwords_are_for_administrators_then(provider, client, people, settings):
    page = client.get("/login/").content.decode()
    assert "Sign in with Example ID" in page
    assert "for administrators" in page
    given = {"username": "viewer", "password": PASSWORD}
    assert client.post("/login/", given).status_code == 200
    assert client.post("/login/", given | {"username": "admin"}).url == "/"
    settings.PASSWORD_SIGN_IN = "nobody"
    assert client.get("/").status_code == 302, "a session by password ends with the permission"
    assert client.post("/login/", given | {"username": "admin"}).status_code == 200
    assert 'type="password"' not in client.get("/login/").content.decode()


def test_without_a_provider_there_is_no_such_door(client, settings):
    assert settings.PROVIDER is None
    assert [client.get(path).status_code for path in (AWAY, BACK)] == [404, 404]
    assert "Sign in with" not in client.get("/login/").content.decode()


WHOLE = {
    "OIDC_ISSUER": "https://id.example.com/", "OIDC_CLIENT_ID": "plumbline", "OIDC_CLIENT_SECRET": "hunter2",
    "OIDC_GROUP_MAP": json.dumps({"ml-leads": {"roles": ["lead"], "teams": ["ml-platform"]}}),
}  # fmt: skip


def test_what_is_given_is_what_holds(tmp_path):
    found = read(WHOLE | {"STATE_DIR": str(tmp_path)}, base_dir=tmp_path)
    assert (found.provider.issuer, found.password_sign_in) == ("https://id.example.com", "administrators")
    assert found.provider.membership_of(["ml-leads"]) == Membership(("lead",), ("ml-platform",))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OIDC_ISSUER": "https://id.example.com"}, ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_GROUP_MAP"]),
        ({"OIDC_CLIENT_ID": "x", "OIDC_NAME": "y"}, ["OIDC_CLIENT_ID", "OIDC_NAME"]),
        ({"PASSWORD_SIGN_IN": "nobody"}, ["PASSWORD_SIGN_IN"]),
        ({"PASSWORD_SIGN_IN": "some"}, ["PASSWORD_SIGN_IN"]),
        (WHOLE | {"OIDC_ISSUER": "http://id.example.com"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_ISSUER": "https://id.example.com/?a=1"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_ISSUER": "https://[::1"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_SESSION_HOURS": "0", "OIDC_SCOPES": "profile"}, ["OIDC_SCOPES", "OIDC_SESSION_HOURS"]),
        (WHOLE | {"OIDC_GROUP_MAP": "ml-leads=lead"}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": "[]"}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"roles": ["king"], "teams": ["The Team"]}}'}, ["OIDC_GROUP_MAP"] * 2),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"roles": "lead"}}'}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": ["lead"]}'}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"teams": ["ml-platform"]}}'}, ["OIDC_GROUP_MAP"]),
    ],
)
def test_a_provider_that_is_described_wrongly_does_not_start(given, named, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(given, base_dir=tmp_path)
    assert [fault.split(":")[0] for fault in refusal.value.faults] == named
    assert "hunter2" not in str(refusal.value)
    assert not list(Path(tmp_path).iterdir())
