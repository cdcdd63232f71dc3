"""The page of the workers, and the pages of errors."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory

from platform_site.roof import views, workers


def heard(name: str, walls: list[str] | None, *, seconds_ago: float = 0) -> None:
    mark = {"host": name, "process": 7, "at": time.time() - seconds_ago, "walls": walls}
    cache.set(workers.KEY, (cache.get(workers.KEY) or {}) | {f"{name}:7": mark}, timeout=60)


@pytest.fixture
def page(browser_of):
    """The page of the workers, as HTML."""
    cache.clear()
    yield lambda: " ".join(browser_of("viewer").get("/workers/").content.decode().split())
    cache.clear()


@pytest.mark.django_db
def test_without_a_worker_the_page_says_how_to_start_one(page):
    assert "No worker is running" in page()


@pytest.mark.django_db
def test_each_worker_is_listed_with_the_protections_of_its_sandbox(page):
    heard("one", list(views.EVERY_WALL))
    heard("two", list(views.EVERY_WALL[:-1]))
    heard("three", None)
    heard("gone", [], seconds_ago=61)

    html = page()

    assert html.count("is not offered by this kernel") == 1
    assert html.count("being probed") == 1
    assert [name for name in ("one", "two", "three", "gone") if f">{name}</th>" in html] == ["one", "two", "three"]


@pytest.mark.django_db
def test_the_page_is_for_people_who_are_signed_in(client):
    assert client.get("/workers/").status_code == 302


ERRORS = [
    (views.missing, 404, "not_found", (Exception("none"),)),
    (views.crashed, 500, "crashed", ()),
    (views.forbidden, 403, "not_allowed", (Exception("secret"),)),
    (views.bad_request, 400, "malformed", (Exception("secret"),)),
    (views.csrf_failure, 403, "csrf", ("CSRF cookie not set.",)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("view", "status", "code", "arguments"), ERRORS)
def test_an_error_is_a_problem_for_programs_and_a_page_for_people(view, status, code, arguments):
    for path, content in (("/api/v1/x/", "application/problem+json"), ("/x/", "text/html; charset=utf-8")):
        request = RequestFactory().get(path)
        request.user = AnonymousUser()

        response = view(request, *arguments)

        assert (response.status_code, response["Content-Type"]) == (status, content)
        assert b"secret" not in response.content
        assert (f'"{code}"' in response.content.decode()) == path.startswith("/api/")


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_page():
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "lead"})

    assert (response.status_code, response["Content-Type"]) == (403, "text/html; charset=utf-8")
