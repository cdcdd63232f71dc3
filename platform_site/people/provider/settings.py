"""Which provider signs people in, what its groups mean here, and who may still use a password.

Standard library alone, like `platform_site.environment`, which asks here: the launcher reads both before Django is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROLES = ("viewer", "contributor", "approver", "lead", "administrator")
TEAM = re.compile(r"[a-z][a-z0-9_-]{0,62}\Z")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERYBODY, ADMINISTRATORS, NOBODY = "everybody", "administrators", "nobody"
HOW_TO_MAP = 'write {"ml-leads": {"roles": ["lead"], "teams": ["ml-platform"]}}.'
NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_GROUP_MAP")
OTHERS = ("OIDC_NAME", "OIDC_SCOPES", "OIDC_GROUPS_CLAIM", "OIDC_USERNAME_CLAIM", "OIDC_SESSION_HOURS")
LONGEST_SESSION_H = 168


class Membership(NamedTuple):
    """What one group of the provider means here."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider, and how its words are read."""

    issuer: str
    client_id: str
    client_secret: str
    group_map: Mapping[str, Membership]
    name: str = "single sign-on"
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    username_claim: str = "preferred_username"
    session_hours: int = 12

    def held(self, groups: Sequence[str]) -> Membership:
        """The roles and the teams of somebody in these groups; a group that nobody mapped means nothing.

        >>> leads = {"ml-leads": Membership(("lead",), ("ml-platform",)), "data": Membership((), ("data-platform",))}
        >>> Provider("https://id.example", "plumbline", "s", leads).held(["data", "ml-leads", "chess"])
        Membership(roles=('lead',), teams=('data-platform', 'ml-platform'))
        """
        found = [self.group_map[group] for group in groups if group in self.group_map]
        roles, teams = ({word for one in found for word in words(one)} for words in (_roles_of, _teams_of))
        return Membership(tuple(sorted(roles)), tuple(sorted(teams)))


def read(environ: Mapping[str, str], faults: list[str], *, production: bool) -> tuple[Provider | None, str]:
    """The provider, if one is named, and who may sign in with a password; every fault goes to ``faults``."""
    issuer = environ.get("OIDC_ISSUER", "").strip().rstrip("/")
    passwords = environ.get("PASSWORD_SIGN_IN", "").strip() or (ADMINISTRATORS if issuer else EVERYBODY)
    if passwords not in (EVERYBODY, ADMINISTRATORS, NOBODY):
        faults.append(f"PASSWORD_SIGN_IN is {passwords!r}: write everybody, administrators or nobody.")
    if not issuer:
        faults += [f"{name} is set without OIDC_ISSUER." for name in (*NEEDED, *OTHERS) if environ.get(name)]
        if passwords == NOBODY:
            faults.append("PASSWORD_SIGN_IN is nobody without OIDC_ISSUER: then nobody comes in at all.")
        return None, passwords
    faults += _issuer_faults(issuer, production)
    faults += [f"{name} is missing: OIDC_ISSUER needs it." for name in NEEDED if not environ.get(name, "").strip()]
    hours = environ.get("OIDC_SESSION_HOURS", "").strip() or "12"
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= LONGEST_SESSION_H):
        faults.append(f"OIDC_SESSION_HOURS is {hours!r}: write a whole number from 1 to {LONGEST_SESSION_H}.")
        hours = "12"
    scopes = " ".join(environ.get("OIDC_SCOPES", "").split()) or "openid profile email"
    if "openid" not in scopes.split():
        faults.append("OIDC_SCOPES lacks openid: without it the provider says nothing of who came.")
    provider = Provider(
        issuer=issuer,
        client_id=environ.get("OIDC_CLIENT_ID", "").strip(),
        client_secret=environ.get("OIDC_CLIENT_SECRET", "").strip(),
        group_map=_group_map(environ.get("OIDC_GROUP_MAP", ""), faults),
        name=environ.get("OIDC_NAME", "").strip() or "single sign-on",
        scopes=scopes,
        groups_claim=environ.get("OIDC_GROUPS_CLAIM", "").strip() or "groups",
        username_claim=environ.get("OIDC_USERNAME_CLAIM", "").strip() or "preferred_username",
        session_hours=int(hours),
    )
    return provider, passwords


def _issuer_faults(issuer: str, production: bool) -> list[str]:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        return ["OIDC_ISSUER is no address: write https://id.example.com."]
    plain = parts.scheme == "http" and host in LOOPBACK and not production
    if not host or parts.query or parts.fragment or not (parts.scheme == "https" or plain):
        return ["OIDC_ISSUER is no https address: write https://id.example.com, as the provider calls itself."]
    return []


def _group_map(text: str, faults: list[str]) -> dict[str, Membership]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except ValueError as error:
        faults.append(f"OIDC_GROUP_MAP is no JSON ({error}): {HOW_TO_MAP}")
        return {}
    if not isinstance(given, dict) or not given:
        faults.append(f"OIDC_GROUP_MAP maps no group: {HOW_TO_MAP}")
        return {}
    found = {group: _membership(group, meaning, faults) for group, meaning in given.items()}
    if not any(one.roles for one in found.values()):
        faults.append(f"OIDC_GROUP_MAP gives nobody a role: {HOW_TO_MAP}")
    return found


def _membership(group: str, given: Any, faults: list[str]) -> Membership:
    if not isinstance(given, dict) or set(given) - {"roles", "teams"}:
        faults.append(f"OIDC_GROUP_MAP says of {group!r} neither roles nor teams: {HOW_TO_MAP}")
        return Membership()
    roles, teams = given.get("roles", []), given.get("teams", [])
    if not all(isinstance(words, list) and all(isinstance(word, str) for word in words) for words in (roles, teams)):
        faults.append(f"OIDC_GROUP_MAP gives {group!r} no lists of words: {HOW_TO_MAP}")
        return Membership()
    faults += [
        f"OIDC_GROUP_MAP gives {group!r} the role {word!r}: choose of {', '.join(ROLES)}."
        for word in roles
        if word not in ROLES
    ]
    faults += [
        f"OIDC_GROUP_MAP gives {group!r} the team {word!r}, which is no slug." for word in teams if not TEAM.match(word)
    ]
    return Membership(tuple(roles), tuple(teams))


def _roles_of(membership: Membership) -> tuple[str, ...]:
    return membership.roles


def _teams_of(membership: Membership) -> tuple[str, ...]:
    return membership.teams
