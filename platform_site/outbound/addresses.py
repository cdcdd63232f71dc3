"""Which IP addresses a request may go to. Pure: standard library alone.

`is_private` and `is_global` of the standard library are not enough: 100.64.0.1 is neither, 64:ff9b::a9fe:a9fe is global
and ends at 169.254.169.254. What tunnels IPv4 inside IPv6 is therefore taken apart, and each part must pass.
Sources: the IANA special-purpose registries, RFC 4291, 3056 (6to4), 4380 (Teredo), 6052 (NAT64), 5214 (ISATAP).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
ISATAP = (0x00005EFE, 0x02005EFE)  # the third 32 bits of an address that carries IPv4 in its last
NEVER_IPV4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))  # protocol assignments, 6to4 relays


def parse(text: str) -> Address:
    """The address of a connected socket, without its zone; ValueError when it is not one."""
    return _bare(ip_address(text.partition("%")[0]))


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """What an administrator allows: `10.1.0.0/16`, `127.0.0.1`, `fd00::/8`; ValueError names the first that is not a network."""
    return tuple(ip_network(word, strict=True) for word in words)


def is_open(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether a request may go there: it and every address inside it are public, or the administrator allowed it.

    >>> is_open(parse("8.8.8.8")), is_open(parse("64:ff9b::a9fe:a9fe"))
    (True, False)
    >>> is_open(parse("::ffff:10.0.0.7"), networks(["10.0.0.0/8"]))
    True
    """
    address = _bare(address)
    if any(address.version == network.version and address in network for network in allowed):
        return True
    return _is_public(address) and all(_is_public(inner) for inner in _inside(address))


def _bare(address: Address) -> Address:
    """A mapped address is IPv4 in another spelling: the operating system connects to that."""
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def _is_public(address: Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    if address.version == 4:
        return not any(address in network for network in NEVER_IPV4)
    return address in GLOBAL_UNICAST or address in NAT64


def _inside(address: Address) -> list[IPv4Address]:
    """Every IPv4 address that an IPv6 address carries."""
    if address.version == 4:
        return []
    number, embedded = int(address), [address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or address in COMPATIBLE or number >> 32 & 0xFFFFFFFF in ISATAP:
        embedded.append(IPv4Address(number & 0xFFFFFFFF))
    return [inner for inner in embedded if inner is not None]
