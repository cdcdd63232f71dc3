"""Who may do what: one predicate for each permission. Actions ask it, so no page or API can forget to.

Roles are Django groups (G13). Ownership is by team: another team's objects can be read, not changed. An administrator
acts as a member of every team, is recorded like anybody else, and never approves their own request. A service account
acts for a program: by its roles and its team like a person, but it approves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from platform_site.errors import NotAllowed


class Role(StrEnum):
    """A role; the values are the names of Django groups."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    APPROVER = "approver"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """Who acts: the name in the audit log, the roles, the slugs of the teams, and whether it is a service account."""

    name: str
    roles: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    user_id: int | None = None
    is_service: bool = False

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    def belongs_to(self, team: str) -> bool:
        return team in self.teams or self.is_administrator


SYSTEM = Actor("system", roles=frozenset({Role.ADMINISTRATOR}))  # workers and schedules, never a person


def actor_of(user: Any) -> Actor:
    """The actor behind a signed-in user; read once for each request (two queries)."""
    if not hasattr(user, "_actor"):
        roles = set(user.groups.values_list("name", flat=True))
        if user.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        teams = frozenset(user.memberships.values_list("team__slug", flat=True))
        user._actor = Actor(user.get_username(), frozenset(roles), teams, user.pk, user.is_service)
    actor: Actor = user._actor
    return actor


Predicate = Callable[..., bool]
ONLY_ADMINISTRATORS = "Only administrators change people, their roles and the teams that they belong to."


def require(allowed: bool, sentence: str) -> None:
    """Raise `NotAllowed` with the sentence unless allowed."""
    if not allowed:
        raise NotAllowed(sentence)


def can_contribute(actor: Actor, team: str) -> bool:
    """Register and change the features, models, snapshots, pins and checks of one's own team."""
    return actor.is_administrator or (Role.CONTRIBUTOR in actor.roles and team in actor.teams)


def can_edit_details(actor: Actor, owner_team: str) -> bool:
    """Edit owner, description and tags of what a team owns: its contributors, and leads."""
    return can_contribute(actor, owner_team) or can_assess(actor)


def can_release(actor: Actor, owner_team: str) -> bool:
    """Give a model away from under rules that bind it because its team owns it: a lead of another team."""
    return Role.LEAD in actor.roles and owner_team not in actor.teams


def can_describe_data(actor: Actor) -> bool:
    """Describe data sets and source tables, which belong to no single team."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_ask_gate(actor: Actor) -> bool:
    """Anybody with a role may evaluate a gate; the decision is recorded under their name."""
    return bool(actor.roles)


def can_promote(actor: Actor, team: str) -> bool:
    """The owning team promotes its model versions; the gate decides whether it happens."""
    return can_contribute(actor, team)


def can_deploy(actor: Actor, team: str) -> bool:
    """The owning team requests changes of what serves; gate, impact score and a second person decide."""
    return can_contribute(actor, team)


def can_approve(actor: Actor, requested_by: str) -> bool:
    """Nobody approves their own request, and a service account approves nothing."""
    return Role.APPROVER in actor.roles and not actor.is_service and actor.name != requested_by


def can_accept_difference(actor: Actor, registered_by: str) -> bool:
    """An approver or a lead accepts that a feature's new version computes other values, never who registered it."""
    has_role = bool(actor.roles & {Role.APPROVER, Role.LEAD})
    return has_role and not actor.is_service and actor.name != registered_by


def can_set_policy(actor: Actor, owner_team: str | None) -> bool:
    """Leads set the platform's policies; a team and the leads set the team's policies."""
    return can_assess(actor) or (owner_team is not None and can_contribute(actor, owner_team))


def can_keep_policy(actor: Actor, owner_team: str) -> bool:
    """Only its owner changes a policy that applies to other teams' models: no lead or administrator from outside."""
    return owner_team in actor.teams and bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD})


def can_regulate(actor: Actor, owner_team: str, regulated: bool) -> bool:
    """Leads and approvers mark a model as regulated; only those of another team remove the mark."""
    has_role = bool(actor.roles & {Role.LEAD, Role.APPROVER})
    return has_role and (regulated or owner_team not in actor.teams)


def can_run_check(actor: Actor) -> bool:
    """A check reads and records; contributors, approvers and leads may run one."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.APPROVER, Role.LEAD, Role.ADMINISTRATOR})


def can_change_check(actor: Actor, created_by: str, team: str | None) -> bool:
    """A check without a model is changed by who defined it, by the team of its feature, or by a lead."""
    own = can_run_check(actor) and actor.name == created_by
    return own or can_assess(actor) or (team is not None and can_contribute(actor, team))


def can_cancel_run(actor: Actor, requested_by: str, team: str | None) -> bool:
    """A run is cancelled by who requested it, by its team, or by a lead."""
    return can_change_check(actor, requested_by, team)


def can_assess(actor: Actor) -> bool:
    """Change organizations, assessments and policies."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_manage_teams(actor: Actor) -> bool:
    """Add teams, and change what is known of them; only administrators change who belongs to one."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_manage_webhooks(actor: Actor) -> bool:
    """See and change the addresses that events are sent to."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_record_ticket(actor: Actor) -> bool:
    """Everybody who does the work records tickets."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_report_adoption(actor: Actor) -> bool:
    """Everybody who does the work reports training runs, projects, use cases, answers and releases."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_write_postmortem(actor: Actor) -> bool:
    """Everybody who does the work writes postmortems; a lead publishes them."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_administer(actor: Actor) -> bool:
    """Change users, roles, teams, service accounts and other people's tokens."""
    return actor.is_administrator


def can_make_token(actor: Actor, user_id: int) -> bool:
    """Make tokens for oneself, or for anybody as administrator. A service account makes none: a stolen token could renew
    itself for ever."""
    return can_administer(actor) or (actor.user_id == user_id and not actor.is_service)


def can_revoke_token(actor: Actor, user_id: int) -> bool:
    """Revoke one's own token, or anybody's as administrator."""
    return can_administer(actor) or actor.user_id == user_id
