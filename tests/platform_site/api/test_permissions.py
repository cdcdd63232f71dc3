"""Which requests the scopes of a token allow."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from platform_site.api.permissions import SignedInWithScope

USER = SimpleNamespace(is_authenticated=True)


def allowed(method: str, scopes: list[str] | None, *, user=USER, **view: str) -> bool:
    token = None if scopes is None else SimpleNamespace(scopes=scopes)
    request = SimpleNamespace(user=user, auth=token, method=method)
    return SignedInWithScope().has_permission(request, SimpleNamespace(**view))


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_somebody_who_is_not_signed_in_may_not_even_read(user):
    assert not allowed("GET", None, user=user)
    assert not allowed("GET", ["read"], user=user)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_needs_the_scope_read(method):
    assert allowed(method, ["read"])
    assert not allowed(method, ["write", "approve"])
    assert allowed(method, ["read"], required_scope="approve")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_changing_needs_the_scope_of_the_endpoint(method):
    assert allowed(method, ["write"])
    assert not allowed(method, ["read"])
    assert allowed(method, ["approve"], required_scope="approve")
    assert not allowed(method, ["read", "write"], required_scope="approve")


def test_a_person_in_a_browser_has_no_scopes():
    assert allowed("POST", None, required_scope="approve")
    assert not allowed("POST", [])
