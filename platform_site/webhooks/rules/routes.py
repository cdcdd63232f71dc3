"""Which events a destination gets: by name, by severity, by the teams that own what they are about. Pure: standard library.

>>> route = Route(("alert.*",), ("forecasting",), "error")
>>> accepts(route, ("alert.opened",), "critical", ("forecasting",)), accepts(route, ("alert.opened",), "warning", ("forecasting",))
(True, False)
>>> accepts(route, ("alert.opened",), "critical", ())
False
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from platform_site.webhooks.rules.severity import is_at_least

EVERY_TEAM = "*"  # owns what could not be described: it is sent to everybody rather than to nobody


class Route(NamedTuple):
    """What a destination asks for: names of events, teams (none: every team) and the least severity."""

    events: tuple[str, ...]
    teams: tuple[str, ...]
    severity: str


def wants(patterns: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a pattern matches one of the names: `alert.opened`, `alert.*`, or `*` for every event."""
    wanted, names = set(patterns), tuple(names)
    return "*" in wanted or any(name in wanted or f"{name.partition('.')[0]}.*" in wanted for name in names)


def accepts(route: Route, names: Sequence[str], severity: str, teams: Iterable[str]) -> bool:
    """Whether an event belongs on a route. What no team owns goes only where no team is asked for."""
    owned = not route.teams or bool({*route.teams, EVERY_TEAM} & {*teams})
    return owned and is_at_least(severity, route.severity) and wants(route.events, names)
