"""The way to the provider and back: one answer for one attempt of one browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.platform_site.people.identity_provider import AWAY, BACK, at_the_provider, sign_in

pytestmark = pytest.mark.django_db


def test_an_answer_counts_once_and_for_the_browser_that_asked(provider, client):
    away = client.get(AWAY)
    back = f"{BACK}?{urlsplit(at_the_provider(away.url)).query}"
    assert type(client)().get(back).url == "/login/", "another browser began nothing"
    assert client.get(back).url == "/"
    client.post("/logout/")
    assert client.get(back).url == "/login/", "the same answer again"
    client.get(AWAY)
    assert client.get(back).status_code == 403, "an answer to an earlier question"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(provider, client, elsewhere):
    assert sign_in(client, after=elsewhere).url == "/"


def test_a_provider_inside_is_reached_only_where_an_administrator_allowed_it(provider, client, settings):
    settings.OUTBOUND_ALLOW = ()
    away = client.get(AWAY)
    assert (away.status_code, "OUTBOUND_ALLOW" in away.content.decode()) == (503, True)
    assert provider.requests == []


def test_a_provider_that_is_away_is_said_to_be(provider, client, settings):
    provider.shutdown()
    provider.server_close()
    assert client.get(AWAY).status_code == 503
    assert client.get("/login/").status_code == 200


def test_without_a_provider_there_is_no_such_door(client, settings):
    assert settings.PROVIDER is None
    assert [client.get(path).status_code for path in (AWAY, BACK)] == [404, 404]
    assert "Sign in with" not in client.get("/login/").content.decode()


def test_who_is_signed_in_already_is_not_sent_to_the_provider(provider, browser_of):
    assert browser_of("admin").get(AWAY).url == "/"
    assert provider.requests == []


def test_neither_page_takes_a_form(provider, client):
    assert [client.post(path).status_code for path in (AWAY, BACK)] == [405, 405]
