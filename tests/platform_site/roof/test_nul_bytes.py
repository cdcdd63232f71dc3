"""NUL characters in an address."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.test import RequestFactory

from platform_site.roof.nul_bytes import NulByteMiddleware


@pytest.mark.parametrize("address", ["/%00", "/registry/models/a%00/", "/?name=%00", "/?%00=1", "/?a=1&b=x%00y"])
def test_a_nul_character_is_refused_before_anything_is_looked_up(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/%2500", "/?name=%01", "/?name=0"])
def test_other_addresses_pass(address):
    middleware = NulByteMiddleware(lambda request: HttpResponse("passed"))

    assert middleware(RequestFactory().get(address)).content == b"passed"


def test_a_nul_character_in_the_body_is_left_to_the_parser():
    middleware = NulByteMiddleware(lambda request: HttpResponse("passed"))

    assert middleware(RequestFactory().post("/", {"name": "\0"})).content == b"passed"
    with pytest.raises(BadRequest, match="NUL"):
        middleware(RequestFactory().post("/?name=%00", {}))


def test_the_api_answers_with_a_problem(client):
    response = client.get("/api/v1/features/?search=%00")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
