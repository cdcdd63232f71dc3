"""Tokens and service accounts over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
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


class Tokens(ListEndpoint):
    """`tokens/`"""

    serializer_class = TokenOutput
    filterset_class = filters(ApiToken, user="user__username")
    ordering_fields = ("created_at", "last_used_at", "expires_at")
    required_scope = "admin"
    shown_once = ("token",)

    def rows(self) -> Any:
        return queries.tokens(self.actor)

    @extend_schema(summary="List tokens", operation_id="tokens_list")
    def get(self, request: Request) -> Response:
        """One's own; everybody's for an administrator. The text of a token is in no list."""
        return self.list(request)

    @extend_schema(
        summary="Make a token",
        operation_id="tokens_make",
        request=TokenInput,
        responses={201: NewTokenOutput},
        examples=[
            OpenApiExample(
                "pipeline",
                request_only=True,
                value={
                    "name": "gate in CI",
                    "scopes": ["read", "write"],
                    "expires_in_days": 90,
                    "user": "ci-forecasting",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """For oneself; for anybody, and for a service account, as administrator. `token` is in this answer alone: with the same Idempotency-Key it comes back empty.
        A token that calls needs the scope `admin`, and gives no scope and no day that it has not got itself."""
        given = dict(self.read(TokenInput).validated_data)
        name = given.pop("user", "")
        user = queries.person(name) if name else request.user
        made = issue_token(user, **given, through=request.auth, actor=self.actor)
        made.token.text = made.text
        return Response(NewTokenOutput(made.token).data, status=201)


class Token(Endpoint):
    """`tokens/{id}/`"""

    serializer_class = TokenOutput
    required_scope = "admin"

    @extend_schema(summary="A token", operation_id="tokens_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(TokenOutput(queries.token(pk, self.actor)).data)

    @extend_schema(summary="Revoke a token", operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """It opens nothing any more; that it was there stays on record."""
        revoke_token(queries.token(pk, self.actor), actor=self.actor)
        return Response(status=204)


class ServiceAccounts(ListEndpoint):
    """`service-accounts/`"""

    serializer_class = ServiceAccountOutput
    filterset_class = filters(User, active="is_active", team="memberships__team__slug")
    required_scope = "admin"

    def rows(self) -> Any:
        return queries.service_accounts(self.actor)

    @extend_schema(summary="List service accounts", operation_id="service_accounts_list")
    def get(self, request: Request) -> Response:
        """For administrators."""
        return self.list(request)

    @extend_schema(
        summary="Add a service account",
        operation_id="service_accounts_add",
        request=ServiceAccountInput,
        responses={201: ServiceAccountOutput},
        examples=[
            OpenApiExample(
                "ci",
                request_only=True,
                value={"name": "ci-forecasting", "team": "forecasting", "roles": ["contributor"]},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """It has no password and approves nothing; `tokens/` makes what its program carries."""
        made = create_service_account(**self.read(ServiceAccountInput).validated_data, actor=self.actor)
        found = queries.service_account(made.username, self.actor)
        return Response(ServiceAccountOutput(found).data, status=201)


class ServiceAccount(Endpoint):
    """`service-accounts/{name}/`"""

    serializer_class = ServiceAccountOutput
    required_scope = "admin"

    @extend_schema(summary="A service account", operation_id="service_accounts_read")
    def get(self, request: Request, name: str) -> Response:
        return Response(ServiceAccountOutput(queries.service_account(name, self.actor)).data)

    @extend_schema(
        summary="Change its roles or its team, keep it out or let it in",
        operation_id="service_accounts_change",
        request=ServiceAccountChange,
        responses=ServiceAccountOutput,
        examples=[OpenApiExample("out", request_only=True, value={"active": False})],
    )
    def patch(self, request: Request, name: str) -> Response:
        given = self.read(ServiceAccountChange).validated_data
        change_service_account(queries.service_account(name, self.actor), **given, actor=self.actor)
        return Response(ServiceAccountOutput(queries.service_account(name, self.actor)).data)
