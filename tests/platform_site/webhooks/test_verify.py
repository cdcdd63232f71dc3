"""The lines that a receiver copies to tell a forgery."""

from __future__ import annotations

import pytest

from platform_site.webhooks.messages import signed_headers
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
        ({"X-Plumbline-Delivery": "13"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Timestamp": "1772366401"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Timestamp": "soon"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Signature": "sha256="}, b"{}", SECRET, 0, False),
    ],
)
def test_the_lines_that_the_page_shows_tell_a_forgery(change, body, secret, seconds_later, genuine):
    headers = signed_headers(SECRET, delivery=12, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    assert is_from_plumbline(secret, headers | change, body, now=1_772_366_400 + seconds_later) is genuine


def test_a_delivery_without_its_headers_is_not_taken_for_one():
    with pytest.raises(KeyError):
        is_from_plumbline(SECRET, {}, b"{}")
