"""Overrides and promotion policies over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.overrides import approve_override, reject_override, request_override
from registry.actions.policies import save_policy
from registry.api.serializers.governance import (
    DecideInput,
    OverrideInput,
    OverrideOutput,
    PolicyInput,
    PolicyOutput,
)
from registry.queries import model_versions, overrides, policies

DECIDE_EXAMPLE = OpenApiExample("with a word", request_only=True, value={"reason": "Agreed until the retraining."})


class Overrides(ListEndpoint):
    """`overrides/`"""

    serializer_class = OverrideOutput
    filterset_class = filters(
        records.Override, "state", model="model_version__model__name", version="model_version__version"
    )
    ordering_fields = ("requested_at", "expires_at")

    def rows(self) -> Any:
        return overrides.overrides()

    @extend_schema(summary="List overrides", operation_id="overrides_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Ask to pass what closes the gates of a version now",
        operation_id="overrides_request",
        request=OverrideInput,
        responses={201: OverrideOutput},
        examples=[
            OpenApiExample(
                "until the retraining",
                request_only=True,
                value={
                    "model": "demand_forecast_model",
                    "version": "v2.3.1",
                    "reason": "The retrained model is due on Friday; the difference was looked at.",
                    "expires_at": "2026-12-01T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """It waits for another person. A conflict that comes later is not covered."""
        given = dict(self.read(OverrideInput).validated_data)
        version = model_versions.version(given.pop("model"), given.pop("version"))
        asked = request_override(version, **given, actor=self.actor)
        return Response(OverrideOutput(overrides.override(asked.pk)).data, status=201)


class Override(Endpoint):
    """`overrides/{id}/`"""

    serializer_class = OverrideOutput

    @extend_schema(summary="An override", operation_id="overrides_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(OverrideOutput(overrides.override(pk)).data)


class Approval(Endpoint):
    """`overrides/{id}/approve/`"""

    serializer_class = OverrideOutput
    required_scope = "approve"

    @extend_schema(
        summary="Approve an override that somebody else asked for",
        operation_id="overrides_approve",
        request=DecideInput,
        responses=OverrideOutput,
        examples=[DECIDE_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        """403 for whoever asked, 409 when it is decided already or its time is over."""
        reason = self.read(DecideInput).validated_data["reason"]
        approve_override(overrides.override(pk), reason=reason, actor=self.actor)
        return Response(OverrideOutput(overrides.override(pk)).data)


class Rejection(Endpoint):
    """`overrides/{id}/reject/`"""

    serializer_class = OverrideOutput
    required_scope = "approve"

    @extend_schema(
        summary="Reject an override that somebody else asked for",
        operation_id="overrides_reject",
        request=DecideInput,
        responses=OverrideOutput,
        examples=[DECIDE_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        reason = self.read(DecideInput).validated_data["reason"]
        reject_override(overrides.override(pk), reason=reason, actor=self.actor)
        return Response(OverrideOutput(overrides.override(pk)).data)


class Policies(ListEndpoint):
    """`gate-policies/`"""

    serializer_class = PolicyOutput
    filterset_class = filters(
        records.GatePolicy, "name", "model_type", owner_team="owner_team__slug", subject_team="subject_team__slug"
    )
    search_fields = ("name",)
    ordering_fields = ("name", "number", "saved_at")

    def rows(self) -> Any:
        return policies.policies()

    @extend_schema(summary="List policies, every version of each", operation_id="gate_policies_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Save the next version of a policy",
        operation_id="gate_policies_save",
        request=PolicyInput,
        responses={201: PolicyOutput},
        examples=[
            OpenApiExample(
                "every regression",
                request_only=True,
                value={
                    "name": "regressions",
                    "model_type": "regression",
                    "checks": [{"metric": "mape", "operator": "<=", "threshold": 0.15}],
                    "reason": "What the business can bear.",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        policy = save_policy(**self.read(PolicyInput).validated_data, actor=self.actor)
        return Response(PolicyOutput(policies.policy_version(policy.name, policy.number)).data, status=201)
