"""How many wrong passwords are too many, and for how long: by device or address with a name, by address, by name. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import NamedTuple

WINDOW = timedelta(minutes=15)
LONGEST_DELAY_S = 60


class Scope(StrEnum):
    """What failures are counted by."""

    PAIR = "name and address"
    ADDRESS = "address"
    NAME = "name"


LIMITS = {Scope.PAIR: 10, Scope.ADDRESS: 50, Scope.NAME: 20}


class Failures(NamedTuple):
    """How many failed within the window, and when the last one did."""

    number: int
    last: datetime | None


def closed_until(scope: Scope, failures: Failures) -> datetime | None:
    """Until when nobody is let in there; None while the door is open.

    A name alone is only slowed down, by doubling delays: whoever guesses from many addresses keeps nobody out for long.

    >>> at = datetime(2026, 11, 30, 8, 0)
    >>> closed_until(Scope.PAIR, Failures(9, at)), closed_until(Scope.PAIR, Failures(10, at))
    (None, datetime.datetime(2026, 11, 30, 8, 15))
    >>> [closed_until(Scope.NAME, Failures(count, at)).second for count in (20, 22)]
    [1, 4]
    """
    over = failures.number - LIMITS[scope]
    if failures.last is None or over < 0:
        return None
    if scope is Scope.NAME:
        return failures.last + timedelta(seconds=min(2 ** min(over, 10), LONGEST_DELAY_S))
    return failures.last + WINDOW


def place_of(address: str) -> str:
    """What counts as one address: that address, or the network of 64 bits in which whoever has one has all.

    >>> place_of("192.0.2.7"), place_of("2001:db8::1:2"), place_of("::ffff:192.0.2.7"), place_of("")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7', '')
    """
    if not address:
        return ""
    parsed = ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 4 or mapped:
        return str(mapped or parsed)
    return str(ip_network(f"{address.partition('%')[0]}/64", strict=False))
