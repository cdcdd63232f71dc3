"""Where a request may go: public places, whatever the spelling, and what the administrator listed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.outbound.addresses import is_open, networks, parse

CLOSED = [
    ("127.0.0.1", "loopback"),
    ("0.0.0.0", "this machine"),
    ("10.0.0.1", "private"),
    ("172.16.0.1", "private"),
    ("192.168.1.1", "private"),
    ("169.254.169.254", "link-local, where clouds answer"),
    ("100.64.0.1", "shared with the provider"),
    ("192.0.0.9", "protocol assignments, which newer standard libraries call global"),
    ("192.88.99.1", "relay of 6to4"),
    ("192.0.2.1", "documentation"),
    ("198.18.0.1", "benchmarks"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("::", "this machine"),
    ("::1", "loopback"),
    ("::7f00:1", "IPv4-compatible loopback"),
    ("::808:808", "IPv4-compatible, which nobody routes"),
    ("::ffff:127.0.0.1", "mapped loopback"),
    ("::ffff:169.254.169.254", "mapped link-local"),
    ("64:ff9b::a9fe:a9fe", "NAT64 of link-local"),
    ("64:ff9b::7f00:1", "NAT64 of loopback"),
    ("64:ff9b:1::808:808", "local NAT64"),
    ("2002:7f00:1::", "6to4 of loopback"),
    ("2002:a00:1::1", "6to4 of private"),
    ("2001:0:4136:e378:8000:63bf:80ff:fffe", "Teredo of loopback"),
    ("2606:4700::5efe:7f00:1", "ISATAP of loopback"),
    ("2606:4700::200:5efe:a00:1", "ISATAP of private"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local with its zone"),
    ("fec0::1", "site-local"),
    ("fc00::1", "private"),
    ("fd00::1", "private"),
    ("ff02::1", "multicast"),
    ("ff0e::1", "global multicast"),
    ("2001:db8::1", "documentation"),
    ("4000::1", "assigned to nobody"),
]
OPEN = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize(("text", "why"), CLOSED)
def test_what_is_not_public_is_closed(text, why):
    assert not is_open(parse(text)), why


@pytest.mark.parametrize("text", OPEN)
def test_what_is_public_is_open(text):
    assert is_open(parse(text))


@pytest.mark.parametrize(
    ("text", "listed", "expected"),
    [
        ("127.0.0.1", ["127.0.0.1"], True),
        ("127.0.0.2", ["127.0.0.1"], False),
        ("10.2.3.4", ["10.0.0.0/8"], True),
        ("::ffff:10.2.3.4", ["10.0.0.0/8"], True),
        ("64:ff9b::a00:1", ["10.0.0.0/8"], False),
        ("::1", ["127.0.0.0/8"], False),
        ("fd12::9", ["127.0.0.1", "fd12::/16"], True),
    ],
)
def test_the_administrators_list_opens_what_it_names_and_no_more(text, listed, expected):
    assert is_open(parse(text), networks(listed)) is expected


@pytest.mark.parametrize("word", ["localhost", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_a_list_that_is_none_is_refused(word):
    with pytest.raises(ValueError):
        networks([word])


@given(st.ip_addresses(v=4))
def test_every_tunnel_is_as_closed_as_its_inside(inside):
    number = int(inside)
    tunnels = {
        "mapped": IPv6Address(0xFFFF << 32 | number),
        "6to4": IPv6Address(0x2002 << 112 | number << 80),
        "NAT64": IPv6Address(0x64FF9B << 96 | number),
        "ISATAP": IPv6Address(0x26064700 << 96 | 0x5EFE << 32 | number),
    }
    if not is_open(inside):
        assert [name for name, address in tunnels.items() if is_open(address)] == []
    assert is_open(tunnels["mapped"]) == is_open(inside)


@given(st.ip_addresses(v=4))
def test_open_is_never_wider_than_global(address):
    assert not is_open(address) or (address.is_global and not address.is_multicast)
    assert isinstance(address, IPv4Address)
