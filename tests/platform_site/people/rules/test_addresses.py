"""The client's address behind proxies: what a stranger writes into the header counts for nothing."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from platform_site.people.rules.addresses import client_address

PROXY = "10.0.0.1"
INSIDE = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        (PROXY, "", 0, PROXY),
        (PROXY, "203.0.113.9", 0, PROXY),
        (PROXY, "203.0.113.9", 1, "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9", 2, "198.51.100.1"),
        (PROXY, "203.0.113.9", 5, "203.0.113.9"),
        (PROXY, "203.0.113.9:4711", 1, "203.0.113.9"),
        (PROXY, "[2001:db8::1]:4711", 1, "2001:db8::1"),
        (PROXY, "2001:db8::1", 1, "2001:db8::1"),
        (PROXY, "unknown", 1, PROXY),
        (PROXY, "203.0.113.9, <script>", 2, PROXY),
        (PROXY, "203.0.113.9,, ,", 1, "203.0.113.9"),
        ("", "203.0.113.9", 1, ""),
        (PROXY, "198.51.100.1, 203.0.113.9, 10.0.0.2", INSIDE, "203.0.113.9"),
        (PROXY, "10.0.0.3, 10.0.0.2", INSIDE, "10.0.0.3"),
        ("192.0.2.1", "203.0.113.9", INSIDE, "192.0.2.1"),
        ("fd00::1", "2001:db8::9", INSIDE, "2001:db8::9"),
    ],
)
def test_the_nearest_hop_that_is_not_trusted_is_the_client(peer, forwarded, trusted, address):
    assert client_address(peer, forwarded, trusted) == address
