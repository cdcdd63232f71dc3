"""Who may do what: one predicate per permission, asked by actions, so that no door can forget it.

Roles are Django groups (G13). Ownership is by team: another team's objects can be read, not changed. An administrator
acts as a member of every team, on record like anybody else, and never approves a request of their own. A service account
acts for a program: by its roles and its team like a person, but it approves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from platform_site.errors import NotAllowed


class Role(StrEnum):
    """What a person is here for; the values are the names of Django groups."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    APPROVER = "approver"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """Who acts: a name for the audit log, the roles held and the slugs of the teams belonged to; a person or not."""

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
    return user._actor


Predicate = Callable[..., bool]
ONLY_ADMINISTRATORS = "Only administrators change people, roles and teams."


def require(allowed: bool, sentence: str) -> None:
    """Raise `NotAllowed` with the sentence unless allowed."""
    if not allowed:
        raise NotAllowed(sentence)


def can_contribute(actor: Actor, team: str) -> bool:
    """Features, models, snapshots, pins and checks of one's own team."""
    return actor.is_administrator or (Role.CONTRIBUTOR in actor.roles and team in actor.teams)


def can_describe_data(actor: Actor) -> bool:
    """Data sets and source tables, which belong to no single team."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_ask_gate(actor: Actor) -> bool:
    """Anybody who can read may ask a gate; the answer is recorded under their name."""
    return bool(actor.roles)


def can_promote(actor: Actor, team: str) -> bool:
    """Promotion is the owning team's; the gate decides whether it happens."""
    return can_contribute(actor, team)


def can_deploy(actor: Actor, team: str) -> bool:
    """The owning team asks for what serves; gate, impact and another person decide whether it does."""
    return can_contribute(actor, team)


def can_approve(actor: Actor, requested_by: str) -> bool:
    """Another person's requests alone: nobody approves what they asked for, and a service account nothing at all."""
    return Role.APPROVER in actor.roles and not actor.is_service and actor.name != requested_by


def can_set_policy(actor: Actor, owner_team: str | None) -> bool:
    """The platform's policies are the leads'; a team's are its own and the leads'."""
    return can_assess(actor) or (owner_team is not None and can_contribute(actor, owner_team))


def can_keep_policy(actor: Actor, owner_team: str) -> bool:
    """A policy that is put to other teams' models is its owner's: no lead or administrator from outside changes it."""
    return owner_team in actor.teams and bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD})


def can_regulate(actor: Actor, owner_team: str, regulated: bool) -> bool:
    """Leads and approvers mark a model as regulated; that it is no longer so, only those of another team say."""
    has_role = bool(actor.roles & {Role.LEAD, Role.APPROVER})
    return has_role and (regulated or owner_team not in actor.teams)


def can_run_check(actor: Actor) -> bool:
    """A check reads and records; contributors, approvers and leads may ask for one."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.APPROVER, Role.LEAD, Role.ADMINISTRATOR})


def can_change_check(actor: Actor, created_by: str, team: str | None) -> bool:
    """When a check without a model runs: who defined it, the team of its feature, or a lead."""
    own = can_run_check(actor) and actor.name == created_by
    return own or can_assess(actor) or (team is not None and can_contribute(actor, team))


def can_cancel_run(actor: Actor, requested_by: str, team: str | None) -> bool:
    """One's own run, one of one's own team's, and any as a lead."""
    return can_change_check(actor, requested_by, team)


def can_assess(actor: Actor) -> bool:
    """Organizations, assessments, policies."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_manage_webhooks(actor: Actor) -> bool:
    """Where events are sent to, outside of Plumbline."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_record_ticket(actor: Actor) -> bool:
    """Tickets come from everybody who does the work."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_report_adoption(actor: Actor) -> bool:
    """Training runs, projects, use cases, answers and releases come from everybody who does the work."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_write_postmortem(actor: Actor) -> bool:
    """Incidents are told by everybody who does the work; a lead publishes."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_administer(actor: Actor) -> bool:
    """Users, roles, teams, service accounts and other people's tokens."""
    return actor.is_administrator


def can_make_token(actor: Actor, user_id: int) -> bool:
    """One's own, and anybody's as administrator. A service account makes none: a stolen token would live for ever."""
    return can_administer(actor) or (actor.user_id == user_id and not actor.is_service)


def can_revoke_token(actor: Actor, user_id: int) -> bool:
    """One's own, and anybody's as administrator."""
    return can_administer(actor) or actor.user_id == user_id
