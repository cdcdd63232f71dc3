"""A device is known by a signed cookie, for one name, for ninety days."""

from __future__ import annotations

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from platform_site.people.devices import COOKIE, KEPT_S, SALT, device_of, remember_device
from platform_site.people.models import User

ADA = User(username="Ada")


def request_with(cookie: str | None):
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[COOKIE] = cookie
    return request


def remembered(cookie: str | None = None) -> str:
    response = HttpResponse()
    remember_device(request_with(cookie), response, ADA)
    return response.cookies[COOKIE].value


def test_a_remembered_device_is_known_for_its_name_in_any_case():
    cookie = remembered()
    device = device_of(request_with(cookie), "ada")
    assert device
    assert device_of(request_with(cookie), "ADA") == device
    assert device_of(request_with(cookie), "bob") == ""


def test_the_same_device_stays_the_same_and_another_one_is_another():
    first = remembered()
    again, other = remembered(first), remembered()
    known = [device_of(request_with(cookie), "ada") for cookie in (first, again, other)]
    assert known[0] == known[1] != known[2]


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "ada:forged",
        signing.dumps(["ada", "x"], salt="another salt"),
        signing.dumps("ada", salt=SALT),
        signing.dumps(["ada"], salt=SALT),
        signing.dumps(7, salt=SALT),
    ],
)
def test_what_was_not_signed_here_is_no_device(cookie):
    assert device_of(request_with(cookie), "ada") == ""


def test_after_ninety_days_it_is_forgotten(monkeypatch):
    cookie = remembered()
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + KEPT_S - 5)
    assert device_of(request_with(cookie), "ada")
    monkeypatch.setattr(signing.time, "time", lambda: now + KEPT_S + 5)
    assert device_of(request_with(cookie), "ada") == ""


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(settings, secure):
    settings.SESSION_COOKIE_SECURE = secure
    response = HttpResponse()
    remember_device(request_with(None), response, ADA)
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", secure)
    assert cookie["max-age"] == KEPT_S
