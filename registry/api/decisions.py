"""Reported decisions over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import ListEndpoint
from registry import models as records
from registry.actions.decisions import report_decisions
from registry.api.models import VersionEndpoint
from registry.api.serializers import decisions as shapes
from registry.queries import decisions, model_versions

DECISIONS = PolymorphicProxySerializer(
    component_name="Decisions",
    serializers=[shapes.DecisionInput, shapes.DecisionInput(many=True)],
    resource_type_field_name=None,
    many=False,
)
EXAMPLE = {
    "external_id": "application-20931",
    "decided_at": "2026-11-23T08:14:00Z",
    "environment": "production",
    "inputs_digest": "0123456789abcdef" * 4,
    "prediction": 0.41,
    "outcome": "declined",
    "explanation": {
        "method": "shap",
        "base_value": 0.52,
        "contributions": {"income": 0.03, "debt_ratio": -0.14},
    },
}


class Decisions(ListEndpoint):
    """`models/{name}/versions/{version}/decisions/`"""

    serializer_class = shapes.ReportedDecisionOutput
    filterset_class = filters(records.ReportedDecision, "environment", "method", "external_id")
    ordering_fields = ("decided_at", "reported_at")

    def rows(self) -> Any:
        return decisions.decisions(model_versions.version(self.kwargs["name"], self.kwargs["version"]))

    @extend_schema(summary="List reported decisions", operation_id="decisions_list")
    def get(self, request: Request, name: str, version: str) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Report a decision, or a list of up to 1,000",
        operation_id="decisions_report",
        request=DECISIONS,
        responses={201: shapes.ReportedOutput, 200: shapes.ReportedOutput},
        examples=[OpenApiExample("a decision", request_only=True, value=EXAMPLE)],
    )
    def post(self, request: Request, name: str, version: str) -> Response:
        """All or none, each once by its `external_id`; 200 where every one was on record already.

        Of a regulated model a decision without an explanation is refused. Faults name the row they are in.
        """
        found = model_versions.version(name, version)
        given = self.read(shapes.decisions_input).validated_data
        rows = given if isinstance(given, list) else [given]
        done = report_decisions(found, rows, actor=self.actor)
        return Response(done._asdict(), status=201 if done.recorded else 200)


class Decision(VersionEndpoint):
    """`models/{name}/versions/{version}/decisions/{id}/`"""

    serializer_class = shapes.ReportedDecisionOutput

    @extend_schema(summary="A reported decision", operation_id="decisions_read")
    def get(self, request: Request, name: str, version: str, pk: int) -> Response:
        return Response(shapes.ReportedDecisionOutput(decisions.decision(self.model_version, pk)).data)
