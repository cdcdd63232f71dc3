"""Which roles and teams make somebody decide about others: giving one waits for another person. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import NamedTuple

DECIDING_ROLES = frozenset({"approver", "lead", "administrator"})


class Powers(NamedTuple):
    """Roles, and the slugs of teams."""

    roles: AbstractSet[str]
    teams: AbstractSet[str]

    def __bool__(self) -> bool:
        return bool(self.roles or self.teams)


def held_back(before: Powers, after: Powers, policy_teams: AbstractSet[str]) -> Powers:
    """Of what `after` adds, what waits for another person.

    Those are the roles that decide, the teams that own a policy, and what makes a member of such a team a contributor
    of it: a policy is changed by them.

    >>> held_back(Powers({"viewer"}, set()), Powers({"approver", "contributor"}, {"risk"}), {"risk"})
    Powers(roles=frozenset({'approver'}), teams=frozenset({'risk'}))
    >>> held_back(Powers({"viewer"}, {"risk"}), Powers({"contributor"}, {"risk"}), {"risk"})
    Powers(roles=frozenset({'contributor'}), teams=frozenset())
    """
    joined = after.teams - before.teams
    roles = DECIDING_ROLES | ({"contributor"} if before.teams & policy_teams else set())
    return Powers(frozenset((after.roles - before.roles) & roles), frozenset(joined & policy_teams))
