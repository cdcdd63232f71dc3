"""Features over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.features import register_feature, set_current
from registry.api.serializers.features import (
    CurrentInput,
    DefinitionInput,
    FeatureInput,
    FeatureOutput,
    FeatureVersionOutput,
    ImpactOutput,
    ProposalOutput,
    RegisteredOutput,
)
from registry.queries import features, impact

EXAMPLE = OpenApiExample(
    "a seven-day average",
    request_only=True,
    value={
        "name": "rolling_7d_avg_orders",
        "description": "Average daily orders of a customer over the last seven days.",
        "owner_team": "data-platform",
        "computation_logic": "AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date "
        "ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
        "null_handling": "forward_fill",
        "data_type": "float32",
        "source_table": "orders_daily",
        "reason": "First definition.",
    },
)


class Features(ListEndpoint):
    """`features/`"""

    serializer_class = FeatureOutput
    filterset_class = filters(records.Feature, owner_team="owner_team__slug")
    search_fields = ("name", "description")
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return features.features()

    @extend_schema(summary="List features", operation_id="features_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Register a definition",
        operation_id="features_register",
        request=FeatureInput,
        responses={201: RegisteredOutput, 200: RegisteredOutput},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """201 for a new version, 200 when this very definition is registered already."""
        registered = register_feature(**self.read(FeatureInput).arguments(), actor=self.actor)
        return Response(RegisteredOutput(registered).data, status=201 if registered.created else 200)


class Feature(Endpoint):
    """`features/{name}/`"""

    serializer_class = FeatureOutput

    @extend_schema(summary="A feature", operation_id="features_read")
    def get(self, request: Request, name: str) -> Response:
        return Response(FeatureOutput(features.feature(name)).data)


class Versions(ListEndpoint):
    """`features/{name}/versions/`"""

    serializer_class = FeatureVersionOutput

    def rows(self) -> Any:
        return features.versions(features.feature(self.kwargs["name"]))

    @extend_schema(summary="The versions of a feature", operation_id="feature_versions_list")
    def get(self, request: Request, name: str) -> Response:
        return self.list(request)


class Version(Endpoint):
    """`features/{name}/versions/{version}/`"""

    serializer_class = FeatureVersionOutput

    @extend_schema(summary="One version of a feature", operation_id="feature_versions_read")
    def get(self, request: Request, name: str, version: str) -> Response:
        return Response(FeatureVersionOutput(features.version(features.feature(name), version)).data)


class Current(Endpoint):
    """`features/{name}/current/`"""

    serializer_class = FeatureVersionOutput

    @extend_schema(
        summary="Make a version current, back or forward",
        operation_id="feature_current_set",
        request=CurrentInput,
        responses=FeatureVersionOutput,
        examples=[
            OpenApiExample(
                "back",
                request_only=True,
                value={"version": "37e8f223574c", "reason": "The latency fix changed the values."},
            )
        ],
    )
    def post(self, request: Request, name: str) -> Response:
        given = self.read(CurrentInput).validated_data
        feature = features.feature(name)
        version = features.version(feature, given["version"])
        return Response(
            FeatureVersionOutput(set_current(feature, version, reason=given["reason"], actor=self.actor)).data
        )


class Impact(Endpoint):
    """`features/{name}/impact/`"""

    serializer_class = ImpactOutput

    @extend_schema(
        summary="What a version touches",
        operation_id="feature_impact_read",
        parameters=[OpenApiParameter("version", str, description="A version's name; the current one when left out.")],
    )
    def get(self, request: Request, name: str) -> Response:
        feature = features.feature(name)
        wanted = request.query_params.get("version") or (feature.current.name if feature.current else "")
        version = features.version(feature, wanted)
        touched = {
            "feature": feature.name,
            "version": version.name,
            "trained_on": impact.trained_on(version),
            "would_block": impact.would_block(feature, version.equivalence),
        }
        return Response(ImpactOutput(touched).data)

    @extend_schema(
        summary="What registering a definition would do",
        operation_id="feature_impact_of_a_proposal",
        request=DefinitionInput,
        responses=ProposalOutput,
        examples=[
            OpenApiExample(
                "a latency fix",
                request_only=True,
                value={
                    "computation_logic": "AVG(COALESCE(order_count, 0)) OVER (PARTITION BY customer_id ORDER BY date "
                    "ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
                    "null_handling": "zero_fill",
                    "data_type": "float32",
                    "source_table": "orders_daily",
                },
            )
        ],
    )
    def post(self, request: Request, name: str) -> Response:
        """Nothing is registered: whom the gate would block, and what changes against the current version."""
        given = self.read(DefinitionInput)
        return Response(ProposalOutput(impact.of_proposal(name, given.definition())).data)
