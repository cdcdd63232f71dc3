"""Tokens and service accounts over the API."""

from __future__ import annotations

from typing import Any

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

    One's own; everybody's for an administrator. The text of a token is in no list.
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

        For oneself; for anybody, and for a service account, as administrator. `token` is in this answer alone: with the same Idempotency-Key it comes back empty.
        A token that calls needs the scope `admin`, and gives no scope and no day that it has not got itself.
        """
        fields = dict(self.body)
        name = fields.pop("user", "")
        user = queries.person(name) if name else self.request.user
        made = issue_token(user, **fields, through=self.request.auth, actor=self.actor)
        made.token.text = made.text
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

        It opens nothing any more; that it was there stays on record.
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

        It has no password and approves nothing; `tokens/` makes what its program carries.
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
        """Change its roles or its team, keep it out or let it in."""
        fields = self.body
        change_service_account(queries.service_account(name, self.actor), **fields, actor=self.actor)
        return queries.service_account(name, self.actor)
