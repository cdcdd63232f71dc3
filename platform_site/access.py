"""Who may do what: one predicate for each permission. Actions ask it, so no page or API can forget to.

Roles are Django groups (G13). Ownership is by team: another team's objects can be read, not changed. An administrator
acts as a member of every team, is recorded like anybody else, and never approves their own request. A service account
acts for a program: by its roles and its team like a person, but it approves nothing, and whoever holds it approves
nothing that it requested.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
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
    """Who acts: the name in the audit log, the roles, the slugs of the teams, and which other accounts are in their hands."""

    name: str
    roles: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    user_id: int | None = None
    is_service: bool = False
    holds: frozenset[str] = (
        frozenset()
    )  # other accounts: owned, made, or given a token or a password link by this person
    password_known: bool = False  # somebody else chose the password, and could be the one who acts
    through: str = ""  # how they act, where that belongs on record: a token that a command made
    door: str = ""  # how they came in, which decisions put on record: a session, or which token

    @property
    def decides_through(self) -> str:
        """How a decision of theirs was made, for its record; empty for a command or a worker."""
        return self.through or self.door

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    def belongs_to(self, team: str) -> bool:
        return team in self.teams or self.is_administrator


A_SESSION = "a session"
SYSTEM = Actor("system", roles=frozenset({Role.ADMINISTRATOR}))  # workers and schedules, never a person


def actor_of(user: Any) -> Actor:
    """The actor behind a signed-in user; read once for each request (one query)."""
    if not hasattr(user, "_actor"):
        held: dict[str, set[str]] = {"role": set(), "team": set(), "account": set()}
        for kind, name in user.list_powers():
            held[kind].add(name)
        if user.is_superuser:
            held["role"].add(Role.ADMINISTRATOR)
        roles, teams, accounts = (frozenset(held[kind]) for kind in ("role", "team", "account"))
        through = getattr(user, "acts_through", "")
        known = getattr(user, "password_known", False)
        door = getattr(user, "came_through", "")
        user._actor = Actor(user.get_username(), roles, teams, user.pk, user.is_service, accounts, known, through, door)
    actor: Actor = user._actor
    return actor


Predicate = Callable[..., bool]
NOT_ONES_OWN = "Nobody changes their own roles and teams. Ask another administrator."
ONLY_ADMINISTRATORS = "Only administrators change people, their roles and the teams that they belong to."


def require(allowed: bool, sentence: str) -> None:
    """Raise `NotAllowed` with the sentence unless allowed."""
    if not allowed:
        raise NotAllowed(sentence)


def is_another(actor: Actor, requested_by: str) -> bool:
    """Whether the actor is another person than whoever requested: neither by name nor through an account they hold."""
    return actor.name != requested_by and requested_by not in actor.holds


def can_decide(actor: Actor) -> bool:
    """Whether somebody decides anything: a person, and with a password that nobody else chose."""
    return not actor.is_service and not actor.password_known


def require_another(actor: Actor, requested_by: str, sentence: str) -> None:
    """Raise `NotAllowed` unless another person acts; the sentence is for whoever requested it under their own name."""
    if actor.name == requested_by:
        raise NotAllowed(sentence, code="own_request")
    if requested_by in actor.holds:
        raise NotAllowed(
            f"{requested_by} requested this, and that account is in your hands: you own or made it, or its token or "
            "password. Another person has to decide it.",
            code="own_request",
        )
    if actor.password_known:
        raise NotAllowed(
            "An administrator chose your password, or made the link that it was set with, and could sign in as you. "
            "Change it on your account page, then decide.",
            code="password_known",
        )


def can_contribute(actor: Actor, team: str) -> bool:
    """Register and change the features, models, snapshots, pins and checks of one's own team."""
    return actor.is_administrator or (Role.CONTRIBUTOR in actor.roles and team in actor.teams)


def can_add_models(actor: Actor) -> bool:
    """Add models of some team: contributors who belong to one."""
    return actor.is_administrator or (Role.CONTRIBUTOR in actor.roles and bool(actor.teams))


def can_edit_details(actor: Actor, owner_team: str) -> bool:
    """Edit owner, description and tags of what a team owns: its contributors, and leads."""
    return can_contribute(actor, owner_team) or can_assess(actor)


def can_hand_over(actor: Actor, owner_team: str, to_team: str) -> bool:
    """Make another team the owner of what can be edited: nobody takes what is another team's for a team of their own. Its
    contributors give it away, and a lead moves it between teams that are not theirs; what has no owner may be taken."""
    return not owner_team or can_contribute(actor, owner_team) or not actor.belongs_to(to_team)


def can_release(actor: Actor, owner_team: str) -> bool:
    """Give a model away from under rules that bind it because its team owns it: a lead of another team."""
    return Role.LEAD in actor.roles and not actor.belongs_to(owner_team)


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
    """Nobody approves their own request or that of an account they hold, and a service account approves nothing."""
    return Role.APPROVER in actor.roles and can_decide(actor) and is_another(actor, requested_by)


def can_approve_request(actor: Actor, requested_by: str, policy_team: str = "") -> bool:
    """An approver decides about a looser policy or a promotion, never one's own request; about a policy that applies to
    other teams' models, an approver or lead who is a member of the team that owns it."""
    if not policy_team:
        return can_approve(actor, requested_by)
    has_role = bool(actor.roles & {Role.APPROVER, Role.LEAD})
    return has_role and policy_team in actor.teams and can_decide(actor) and is_another(actor, requested_by)


def can_revoke_standing_approval(actor: Actor, owner_team: str) -> bool:
    """Any approver and the owning team end a standing approval at once: from then on each change waits for a person."""
    return Role.APPROVER in actor.roles or can_deploy(actor, owner_team)


def can_accept_difference(actor: Actor, registered_by: str) -> bool:
    """An approver or a lead accepts that a feature's new version computes other values, never who registered it."""
    has_role = bool(actor.roles & {Role.APPROVER, Role.LEAD})
    return has_role and can_decide(actor) and is_another(actor, registered_by)


def can_set_policy(actor: Actor, owner_team: str | None) -> bool:
    """Leads set the platform's policies; a team and the leads set the team's policies."""
    return can_assess(actor) or (owner_team is not None and can_contribute(actor, owner_team))


def can_keep_policy(actor: Actor, owner_team: str) -> bool:
    """Only its owner changes a policy that applies to other teams' models: no lead or administrator from outside."""
    return owner_team in actor.teams and bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD})


def can_regulate(actor: Actor, owner_team: str, regulated: bool) -> bool:
    """Leads and approvers mark a model as regulated; only those of another team remove the mark, and an administrator
    acts as a member of every team."""
    has_role = bool(actor.roles & {Role.LEAD, Role.APPROVER})
    return has_role and (regulated or (can_decide(actor) and not actor.belongs_to(owner_team)))


def can_run_check(actor: Actor) -> bool:
    """A check reads and records; contributors, approvers and leads may run one."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.APPROVER, Role.LEAD, Role.ADMINISTRATOR})


def can_change_check(actor: Actor, created_by: str, team: str | None) -> bool:
    """A check without a model is changed by who defined it, by the team of its feature, or by a lead."""
    own = can_run_check(actor) and actor.name == created_by
    return own or can_assess(actor) or (team is not None and can_contribute(actor, team))


def can_loosen_check(actor: Actor, created_by: str, teams: Collection[str]) -> bool:
    """A check that closes gates is made informational, or runs less often, by an approver or lead who did not define it
    and is in none of the teams that it is about: else who is held up by it could silence it before its next run."""
    has_role = bool(actor.roles & {Role.APPROVER, Role.LEAD})
    outside = not any(actor.belongs_to(team) for team in teams)
    return has_role and outside and can_decide(actor) and is_another(actor, created_by)


def can_cancel_run(actor: Actor, requested_by: str, team: str | None) -> bool:
    """A run is cancelled by who requested it, by its team, or by a lead."""
    return can_change_check(actor, requested_by, team)


def can_assess(actor: Actor) -> bool:
    """Change organizations, assessments and policies."""
    return bool(actor.roles & {Role.LEAD, Role.ADMINISTRATOR})


def can_answer_for(actor: Actor, team: str) -> bool:
    """Say for a team what it has of each capability: its own contributors and leads, no administrator from outside."""
    return team in actor.teams and bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD})


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


def can_change_reported(actor: Actor, recorded_by: str, *, in_team: bool) -> bool:
    """Change a ticket, or what is reported about adoption: a contributor who recorded it or is in its team, and leads. What
    nobody is known to have recorded is older than the records of who did: any contributor."""
    return can_assess(actor) or (Role.CONTRIBUTOR in actor.roles and (in_team or recorded_by in ("", actor.name)))


def can_write_postmortem(actor: Actor) -> bool:
    """Everybody who does the work writes postmortems; a lead publishes them."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_propose_initiative(actor: Actor) -> bool:
    """Everybody who does the work proposes work on gaps and comments on it."""
    return bool(actor.roles & {Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR})


def can_change_initiative(actor: Actor, proposed_by: str, owner: str, owner_team: str) -> bool:
    """An initiative is changed by who owns or proposed it, by contributors of the team that owns it, and by leads."""
    own = can_propose_initiative(actor) and actor.name in (proposed_by, owner)
    return own or can_assess(actor) or bool(owner_team and can_contribute(actor, owner_team))


def can_administer(actor: Actor) -> bool:
    """Change users, roles, teams, service accounts and other people's tokens."""
    return actor.is_administrator


def can_make_token(actor: Actor, user_id: int, is_service: bool = False) -> bool:
    """Make tokens for oneself; as administrator for service accounts; in a shell for anybody. Nobody else makes one for
    another person, whom it would act as. A service account makes none: a stolen token could renew itself for ever."""
    own = actor.user_id == user_id and not actor.is_service
    return actor == SYSTEM or own or (is_service and can_administer(actor))


def can_change_powers(actor: Actor, user_id: int) -> bool:
    """Change somebody's roles and teams as administrator, never one's own."""
    return can_administer(actor) and actor.user_id != user_id


def can_decide_access(actor: Actor, requested_by: str, username: str) -> bool:
    """Approvers and administrators decide who gets a role or team that decides: neither who requested it, nor who gets
    it, nor who holds either account."""
    has_role = bool(actor.roles & {Role.APPROVER, Role.ADMINISTRATOR})
    return has_role and can_decide(actor) and is_another(actor, requested_by) and is_another(actor, username)


def can_revoke_token(actor: Actor, user_id: int) -> bool:
    """Revoke one's own token, or anybody's as administrator."""
    return can_administer(actor) or actor.user_id == user_id
