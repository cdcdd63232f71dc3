"""The provider that signs people in, the roles and teams of its groups, and who may still use a password.

Standard library alone, like `platform_site.environment`, whose table takes its kinds of values from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from platform_site.environment.variables import Kind, NotValid, show, show_address, split_address

ROLES = ("viewer", "contributor", "approver", "lead", "administrator")
TEAM = re.compile(r"[a-z][a-z0-9_-]{0,62}\Z")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERYBODY, ADMINISTRATORS, NOBODY = "everybody", "administrators", "nobody"


class Membership(NamedTuple):
    """The roles and teams that one group of the provider gives."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider: each field is the variable ``OIDC_…`` of its name, with its default."""

    issuer: str
    client_id: str
    client_secret: str
    group_map: Mapping[str, Membership]
    name: str = "single sign-on"
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    username_claim: str = "preferred_username"
    session_hours: int = 12

    def membership_of(self, groups: Sequence[str]) -> Membership:
        """Return the roles and teams of a person in these groups; a group that is not in the map gives none.

        >>> leads = {"ml-leads": Membership(("lead",), ("ml-platform",)), "data": Membership((), ("data-platform",))}
        >>> Provider("https://id.example", "plumbline", "s", leads).membership_of(["data", "ml-leads", "chess"])
        Membership(roles=('lead',), teams=('data-platform', 'ml-platform'))
        """
        held = [self.group_map[group] for group in groups if group in self.group_map]
        roles = {role for membership in held for role in membership.roles}
        teams = {team for membership in held for team in membership.teams}
        return Membership(tuple(sorted(roles)), tuple(sorted(teams)))


def _issuer(text: str) -> str:
    parts = split_address(text, "https", "http")
    if parts.query or parts.fragment or (parts.scheme == "http" and parts.hostname not in LOOPBACK):
        raise ValueError(text)
    return text.strip().rstrip("/")


def _scopes(text: str) -> str:
    if "openid" not in text.split():
        raise ValueError(text)
    return " ".join(text.split())


def _group_map(text: str) -> dict[str, Membership]:
    payload = json.loads(text)
    if not isinstance(payload, dict) or not payload:
        raise ValueError(text)
    faults = [fault for group, meaning in payload.items() for fault in _membership_faults(show(group), meaning)]
    if faults:
        raise NotValid(*faults)
    if not any(meaning.get("roles") for meaning in payload.values()):
        raise NotValid(f"no group has a role, so nobody could do anything. {HOW_TO_MAP}")
    return {group: Membership(**{name: tuple(words) for name, words in m.items()}) for group, m in payload.items()}


def _membership_faults(group: str, meaning: Any) -> list[str]:
    lists = meaning.values() if isinstance(meaning, dict) and set(meaning) <= {"roles", "teams"} else [None]
    if not all(isinstance(words, list) and all(isinstance(word, str) for word in words) for words in lists):
        return [f"the group {group} has something else than lists of roles and teams. {HOW_TO_MAP}"]
    roles = [role for role in meaning.get("roles", []) if role not in ROLES]
    teams = [team for team in meaning.get("teams", []) if not TEAM.match(team)]
    return [
        *(f"the group {group} has the role {show(role)}. Choose from {', '.join(ROLES)}." for role in roles),
        *(
            f"the group {group} has the team {show(team)}. Write a small letter, then a-z, 0-9, _ or -."
            for team in teams
        ),
    ]


ISSUER = Kind("an https address without a query, such as https://id.example.com", _issuer, show_address)
SCOPES = Kind("scopes with openid among them, separated by spaces", _scopes)
GROUP_MAP = Kind('JSON such as {"ml-leads": {"roles": ["lead"], "teams": ["ml-platform"]}}', _group_map)
HOW_TO_MAP = f"Write {GROUP_MAP.expects}."
