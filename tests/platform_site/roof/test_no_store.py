"""No cache keeps an answer, unless a view says otherwise."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from platform_site.roof.no_store import PUBLIC, NoStoreMiddleware


def passed(answer: HttpResponse, name: str | None) -> HttpResponse:
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(url_name=name) if name else None
    return NoStoreMiddleware(lambda _: answer)(request)


@pytest.mark.parametrize("name", ["dashboard", None])
def test_an_answer_that_says_nothing_is_not_stored(name):
    assert passed(HttpResponse(), name)["Cache-Control"] == "no-store"


def test_what_a_view_says_stays():
    assert passed(HttpResponse(headers={"Cache-Control": "max-age=60"}), "dashboard")["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_is_open_to_everybody_may_be_stored(name):
    assert not passed(HttpResponse(), name).has_header("Cache-Control")


@pytest.mark.parametrize("path", ["/login/", "/api/v1/", "/nowhere/"])
def test_it_holds_for_every_answer_of_the_site(client, db, path):
    assert "no-store" in client.get(path)["Cache-Control"]
