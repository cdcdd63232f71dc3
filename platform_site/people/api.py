"""Tokens, teams, service accounts and requests for access over the API."""

from __future__ import annotations

from typing import Any, cast

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.people import models, queries
from platform_site.people.actions import (
    approve_access,
    change_service_account,
    change_team,
    create_service_account,
    create_team,
    issue_token,
    reject_access,
    revoke_token,
    withdraw_access,
)
from platform_site.people.models import ApiToken, User
from platform_site.people.serializers import (
    AccessDecisionInput,
    AccessRequestOutput,
    NewTokenOutput,
    ServiceAccountChange,
    ServiceAccountInput,
    ServiceAccountOutput,
    TeamChange,
    TeamInput,
    TeamOutput,
    TokenInput,
    TokenOutput,
)

TOKEN = {"name": "gate in CI", "scopes": ["read", "write"], "expires_in_days": 90, "user": "ci-forecasting"}
TEAM = {"slug": "returns", "name": "Returns", "on_platform": True, "onboarded_on": "2026-10-05"}
ACCOUNT = {"name": "ci-forecasting", "team": "forecasting", "roles": ["contributor"], "owner": "lead"}
WITH_A_REASON = {"with a reason": {"reason": "I know her, and she leads the team from Monday."}}


class Tokens(ListEndpoint):
    """List tokens.

    Your own tokens; as an administrator everybody's. No list has the text of a token.
    """

    serializer_class = TokenOutput
    filterset_class = filters(ApiToken, user="user__username")
    ordering_fields = ("created_at", "last_used_at", "expires_at")
    required_scope = "admin"
    shown_once = ("token",)

    def rows(self) -> Any:
        return queries.tokens(self.actor)

    @Verb("make", takes=TokenInput, gives=NewTokenOutput, status=201, examples={"pipeline": TOKEN})
    def post(self) -> Any:
        """Make a token.

        For yourself; as an administrator also for service accounts, never for another person. `token` is only in this answer: with the same Idempotency-Key it comes back empty.
        A token that makes tokens needs the scope `admin`. The new token has no scope that it lacks, and does not outlive it.
        """
        fields = dict(self.body)
        name = fields.pop("user", "")
        user = queries.person(name) if name else cast(User, self.request.user)
        through = cast("ApiToken | None", self.request.auth)
        made = issue_token(user, **fields, through=through, actor=self.actor)
        setattr(made.token, "text", made.text)  # noqa: B010 - not a field of the record
        return made.token


class Token(Read):
    """A token."""

    serializer_class = TokenOutput
    required_scope = "admin"

    def content(self, pk: int) -> Any:
        return queries.token(pk, self.actor)

    @Verb("revoke", status=204)
    def delete(self, pk: int) -> None:
        """Revoke a token.

        It stops working at once. The audit log keeps its history.
        """
        revoke_token(queries.token(pk, self.actor), actor=self.actor)


class Teams(ListEndpoint):
    """List teams."""

    serializer_class = TeamOutput
    filterset_class = filters(models.Team, "on_platform", organization="organization__slug")
    search_fields = ("slug", "name")
    ordering_fields = ("slug", "name", "onboarded_on")

    def rows(self) -> Any:
        return queries.teams_with_members()

    @Verb("add", takes=TeamInput, status=201, examples={"a team": TEAM})
    def post(self) -> Any:
        """Add a team.

        For leads and administrators. An administrator sets who belongs to it.
        """
        return queries.team(create_team(**self.body, actor=self.actor).slug)


class Team(Read):
    """A team."""

    serializer_class = TeamOutput

    def content(self, slug: str) -> Any:
        return queries.team(slug)

    @Verb("change", takes=TeamChange, examples={"on the platform": {"on_platform": True, "onboarded_on": "2026-10-05"}})
    def patch(self, slug: str) -> Any:
        """Change a team's name, its organization, whether it works on the platform, and since when.

        For leads and administrators. The slug stays.
        """
        change_team(queries.team(slug), **self.body, actor=self.actor)
        return queries.team(slug)


class ServiceAccounts(ListEndpoint):
    """List service accounts.

    For administrators.
    """

    serializer_class = ServiceAccountOutput
    filterset_class = filters(User, active="is_active", team="memberships__team__slug")
    required_scope = "admin"

    def rows(self) -> Any:
        return queries.service_accounts(self.actor)

    @Verb("add", takes=ServiceAccountInput, status=201, examples={"ci": ACCOUNT})
    def post(self) -> Any:
        """Add a service account.

        It has no password and cannot approve. Its owner, you by default, answers for it, and decides nothing that it requests. Make its token with `POST tokens/`.
        The role `lead`, and a team that owns a policy, wait for another person under `access-requests/`.
        """
        made = create_service_account(**self.body, actor=self.actor)
        return queries.service_account(made.username, self.actor)


class ServiceAccount(Read):
    """A service account."""

    serializer_class = ServiceAccountOutput
    required_scope = "admin"

    def content(self, name: str) -> Any:
        return queries.service_account(name, self.actor)

    @Verb("change", takes=ServiceAccountChange, examples={"out": {"active": False}})
    def patch(self, name: str) -> Any:
        """Change the roles, the team or the owner of a service account, deactivate or activate it."""
        fields = self.body
        change_service_account(queries.service_account(name, self.actor), **fields, actor=self.actor)
        return queries.service_account(name, self.actor)


class AccessRequests(ListEndpoint):
    """List requests for access.

    Each is about a role or team that decides about others, which an administrator wants to give to somebody.
    """

    serializer_class = AccessRequestOutput
    filterset_class = filters(models.AccessRequest, "state", "requested_by", user="user__username")
    ordering_fields = ("requested_at", "expires_at")

    def rows(self) -> Any:
        return queries.access_requests()


class AccessRequest(Read):
    """A request for access."""

    serializer_class = AccessRequestOutput

    def content(self, pk: int) -> Any:
        return queries.access_request(pk)


class AccessApproval(Endpoint):
    """Approve that somebody gets a role or team.

    For approvers and administrators. 403 for who requested it, who gets it, and who made or owns that account; 409 once it is decided or expired.
    """

    serializer_class = AccessRequestOutput
    required_scope = "approve"

    @Verb("approve", takes=AccessDecisionInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        return approve_access(queries.access_request(pk), reason=self.body["reason"], actor=self.actor)


class AccessRejection(Endpoint):
    """Reject that somebody gets a role or team."""

    serializer_class = AccessRequestOutput
    required_scope = "approve"

    @Verb("reject", takes=AccessDecisionInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        return reject_access(queries.access_request(pk), reason=self.body["reason"], actor=self.actor)


class AccessWithdrawal(Endpoint):
    """Withdraw your own request for access."""

    serializer_class = AccessRequestOutput
    required_scope = "admin"

    @Verb("withdraw", takes=AccessDecisionInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        return withdraw_access(queries.access_request(pk), reason=self.body["reason"], actor=self.actor)
