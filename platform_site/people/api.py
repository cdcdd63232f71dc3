"""Tokens and service accounts over the API."""

from __future__ import annotations

from typing import Any, cast

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read
from platform_site.people import queries
from platform_site.people.actions import change_service_account, create_service_account, issue_token, revoke_token
from platform_site.people.models import ApiToken, User
from platform_site.people.serializers import (
    NewTokenOutput,
    ServiceAccountChange,
    ServiceAccountInput,
    ServiceAccountOutput,
    TokenInput,
    TokenOutput,
)

TOKEN = {"name": "gate in CI", "scopes": ["read", "write"], "expires_in_days": 90, "user": "ci-forecasting"}
ACCOUNT = {"name": "ci-forecasting", "team": "forecasting", "roles": ["contributor"]}


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

        For yourself; as an administrator also for others and for service accounts. `token` is only in this answer: with the same Idempotency-Key it comes back empty.
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

        It has no password and cannot approve. Make its token with `POST tokens/`.
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
        """Change the roles or the team of a service account, deactivate or activate it."""
        fields = self.body
        change_service_account(queries.service_account(name, self.actor), **fields, actor=self.actor)
        return queries.service_account(name, self.actor)
