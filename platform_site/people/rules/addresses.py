"""The address of whoever calls, behind as many proxies as the installation trusts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

Trusted = int | Sequence[IPv4Network | IPv6Network]


def client_address(peer: str, forwarded: str, trusted: Trusted) -> str:
    """The address of the client: ``peer`` made the connection, ``forwarded`` is the header `X-Forwarded-For`.

    ``trusted`` is how many proxies stand in front, or their networks. What an untrusted hop wrote into the header counts
    for nothing: anybody can write it.

    >>> client_address("10.0.0.1", "203.0.113.9, 198.51.100.4", 1), client_address("10.0.0.1", "203.0.113.9", 0)
    ('198.51.100.4', '10.0.0.1')
    >>> from ipaddress import ip_network
    >>> client_address("10.0.0.1", "203.0.113.9, 10.0.0.7", [ip_network("10.0.0.0/8")])
    '203.0.113.9'
    """
    hops = [_bare(peer), *(_bare(hop) for hop in reversed(forwarded.split(",")) if hop.strip())]
    address = hops[0]
    for number, hop in enumerate(hops):
        if not hop:
            break  # an unreadable hop, and everything beyond it, is nobody's word
        address = hop
        if not _is_trusted(hop, number, trusted):
            break
    return address


def _is_trusted(hop: str, number: int, trusted: Trusted) -> bool:
    if isinstance(trusted, int):
        return number < trusted
    return any(ip_address(hop) in network for network in trusted)


def _bare(hop: str) -> str:
    """An address without port and brackets; empty for what is none."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
