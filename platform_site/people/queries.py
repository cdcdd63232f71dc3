"""Queries over people: tokens, service accounts, sign-ins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit import queries as audit
from platform_site.errors import Refused, Unknown
from platform_site.people import signals
from platform_site.people.models import AccessRequest, ApiToken, Membership, SignInFailure, Team, User
from platform_site.people.rules.power_words import SENTENCES, name_of, sentence_of

SIGN_INS = ("user.signed_in", "user.sign_in_failed", "user.locked_out", "user.lock_reset")


class SignIn(NamedTuple):
    """One attempt to sign in: its result, when, by which method, and from where."""

    action: str
    at: datetime
    by: str
    address: str = ""


class PowerChange(NamedTuple):
    """A change of who may do what: the sentence, whom it is about, by whom, and when."""

    sentence: str
    subject: str
    actor: str
    at: datetime


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens, newest first; everybody's for an administrator."""
    rows = ApiToken.objects.select_related("user")
    return rows if access.can_administer(actor) else rows.filter(user_id=actor.user_id or 0)


def own_tokens(user: User) -> QuerySet[ApiToken]:
    """Somebody's tokens, newest first."""
    return ApiToken.objects.filter(user=user).select_related("user")


def token(pk: int, actor: Actor) -> ApiToken:
    """A token that the actor may see; Unknown for any other, as if there were none."""
    row = tokens(actor).filter(pk=pk).first()
    if row is None:
        raise Unknown(f"You have no token {pk}.")
    return row


def person(username: str) -> User:
    """The person or service account of that name; Unknown when there is none."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Unknown(f"There is no user {username}.")
    return user


def people(actor: Actor) -> QuerySet[User]:
    """Every person by name, with roles and teams; for administrators."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    memberships = Prefetch("memberships", Membership.objects.select_related("team"))
    return User.objects.filter(is_service=False).prefetch_related("groups", memberships).order_by("username")


def service_accounts(actor: Actor) -> QuerySet[User]:
    """Every service account by name, with roles, team and the number of valid tokens; for administrators."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    opens = Q(api_tokens__revoked_at=None) & (
        Q(api_tokens__expires_at=None) | Q(api_tokens__expires_at__gt=timezone.now())
    )
    memberships = Prefetch("memberships", Membership.objects.select_related("team"))
    accounts = User.objects.filter(is_service=True).annotate(open_tokens=Count("api_tokens", filter=opens))
    return accounts.select_related("owner").prefetch_related("groups", memberships).order_by("username")


def service_account(name: str, actor: Actor) -> User:
    """One service account; for administrators."""
    account = service_accounts(actor).filter(username=name).first()
    if account is None:
        raise Unknown(f"There is no service account {name}.")
    return account


def teams() -> QuerySet[Team]:
    """Every team by its slug."""
    return Team.objects.select_related("organization").order_by("slug")


def teams_with_members() -> QuerySet[Team]:
    """The same with their members and the roles of each; three more queries."""
    users = User.objects.prefetch_related("groups")
    members = Prefetch(
        "memberships", Membership.objects.order_by("user__username").prefetch_related(Prefetch("user", users))
    )
    return teams().prefetch_related(members)


def team(slug: str) -> Team:
    """One team with its members; Unknown when there is none."""
    row = teams_with_members().filter(slug=slug).first()
    if row is None:
        raise Unknown(f"There is no team {slug}.")
    return row


def policy_teams() -> frozenset[str]:
    """The slugs of the teams that own a policy, by the word of the apps that have policies."""
    return frozenset(slug for _, slugs in signals.policy_teams.send(None) for slug in cast("set[str]", slugs))


def access_requests() -> QuerySet[AccessRequest]:
    """Every request for a role or team, newest first."""
    return AccessRequest.objects.select_related("user")


def access_request(pk: int) -> AccessRequest:
    """One of them; Unknown when there is none."""
    request = access_requests().filter(pk=pk).first()
    if request is None:
        raise Unknown(f"There is no access request {pk}.")
    return request


def waiting_access_requests() -> QuerySet[AccessRequest]:
    """Those that wait for another person and have not expired."""
    return access_requests().filter(state=AccessRequest.State.WAITING, expires_at__gt=timezone.now())


def power_changes(days: int = 7, most: int = 5) -> list[PowerChange]:
    """The latest changes of who may do what, who may come in, or what goes out by webhooks, newest first."""
    since = (timezone.now() - timedelta(days=days)).isoformat(timespec="microseconds")
    events = audit.events().filter(action__in=tuple(SENTENCES), at__gte=since)[:most]
    return [
        PowerChange(
            sentence_of(event.action, name_of(event.subject), event.content),
            event.subject,
            event.actor,
            datetime.fromisoformat(event.at),
        )
        for event in events
    ]


def require_owner(requested_by: str) -> None:
    """Refused for the request of a service account that nobody answers for: who is another person then?"""
    account = User.objects.filter(username=requested_by, is_service=True).select_related("owner").first()
    if account is not None and not (account.owner and account.owner.is_active):
        raise Refused(
            "no_owner",
            f"{requested_by} is a service account without an owner. An administrator names one under Service accounts.",
        )


def sign_in_failures() -> QuerySet[SignInFailure]:
    """Attempts to come in that failed, newest first."""
    return SignInFailure.objects.select_related("user")


def sign_ins(username: str, most: int = 10) -> list[SignIn]:
    """The latest sign-ins of somebody, successful or not, newest first."""
    events = audit.events().filter(subject=f"user:{username}", action__in=SIGN_INS)[:most]
    rows = [
        SignIn(
            event.action,
            datetime.fromisoformat(event.at),
            event.content.get("by", ""),
            event.content.get("address", ""),
        )
        for event in events
    ]
    failed = SignInFailure.objects.filter(user__username=username)[:most]
    rows += [SignIn("user.sign_in_failed", row.at, row.because, row.address) for row in failed]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:most]


def organizations(*, of: Team | None = None) -> QuerySet[Any]:
    """Every organization that a team can belong to, by name: those not archived, and the one that it has."""
    model: Any = Team._meta.get_field("organization").related_model
    possible: QuerySet[Any] = model.objects.filter(Q(archived_at=None) | Q(pk=of.organization_id if of else None))
    return possible.order_by("name")


def only_organization() -> Any:
    """The organization that every team belongs to, where exactly one is not archived; else None."""
    active = list(organizations()[:2])
    return active[0] if len(active) == 1 else None
