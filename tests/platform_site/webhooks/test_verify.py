"""The lines that a receiver copies to tell a forgery."""

from __future__ import annotations

import base64

import pytest

from platform_site.webhooks.signatures import new_secret, signed_headers
from platform_site.webhooks.verify import is_from_plumbline

SECRET = "a secret of thirty-two characters"


@pytest.mark.parametrize(
    ("change", "body", "secret", "seconds_later", "genuine"),
    [
        ({}, b"{}", SECRET, 0, True),
        ({}, b"{}", SECRET, 299, True),
        ({}, b"{}", SECRET, 300, False),
        ({}, b"{}", SECRET, -299, True),
        ({}, b"{}", SECRET, -300, False),
        ({}, b"{ }", SECRET, 0, False),
        ({}, b"{}", SECRET + "x", 0, False),
        ({"webhook-id": "delivery_13"}, b"{}", SECRET, 0, False),
        ({"webhook-timestamp": "1772366401"}, b"{}", SECRET, 0, False),
        ({"webhook-timestamp": "soon"}, b"{}", SECRET, 0, False),
        ({"webhook-signature": "v1,"}, b"{}", SECRET, 0, False),
        ({"webhook-signature": ""}, b"{}", SECRET, 0, False),
    ],
)
def test_the_lines_that_the_page_shows_tell_a_forgery(change, body, secret, seconds_later, genuine):
    headers = signed_headers(SECRET, delivery=12, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    assert is_from_plumbline(secret, headers | change, body, now=1_772_366_400 + seconds_later) is genuine


def test_a_delivery_without_its_headers_is_not_taken_for_one():
    with pytest.raises(KeyError):
        is_from_plumbline(SECRET, {}, b"{}")


@pytest.mark.parametrize("secret", [SECRET, new_secret(), "whsec_" + base64.b64encode(b"k" * 24).decode()])
def test_they_hold_for_both_kinds_of_secret_and_any_case_of_the_headers(secret):
    headers = signed_headers(secret, delivery=12, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    shouted = {name.upper(): value for name, value in headers.items()}
    assert is_from_plumbline(secret, shouted, b"{}", now=1_772_366_400)
    two = headers | {"webhook-signature": f"v1,bm9uZQ== {headers['webhook-signature']}"}
    assert is_from_plumbline(secret, two, b"{}", now=1_772_366_400)
