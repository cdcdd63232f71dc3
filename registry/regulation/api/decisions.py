"""Reported decisions over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read
from registry import models as records
from registry.regulation.actions.decisions import report_decisions
from registry.regulation.queries import decisions
from registry.regulation.serializers import decisions as shapes
from registry.versions.api.models import VersionEndpoint
from registry.versions.queries import model_versions

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
    """List reported decisions."""

    noun = "decisions"
    serializer_class = shapes.ReportedDecisionOutput
    filterset_class = filters(records.ReportedDecision, "environment", "method", "external_id")
    ordering_fields = ("decided_at", "reported_at")

    def rows(self) -> Any:
        return decisions.decisions(model_versions.version(self.kwargs["name"], self.kwargs["version"]))

    @Verb(
        "report",
        takes=shapes.decisions_input,
        shape=DECISIONS,
        gives=shapes.ReportedOutput,
        status=(201, 200),
        examples={"a decision": EXAMPLE},
    )
    def post(self, name: str, version: str) -> Any:
        """Report a decision, or a list of up to 1,000.

        All are stored or none, each once by its `external_id`; 200 if all of them were already on record.

        For a regulated model, a decision without an explanation is refused. Each fault names its row.
        """
        model_version = model_versions.version(name, version)
        rows = self.body if isinstance(self.body, list) else [self.body]
        result = report_decisions(model_version, rows, actor=self.actor)
        return Response(result._asdict(), status=201 if result.recorded else 200)


class Decision(VersionEndpoint, Read):
    """A reported decision."""

    noun = "decisions"
    serializer_class = shapes.ReportedDecisionOutput

    def content(self, name: str, version: str, pk: int) -> Any:
        return decisions.decision(self.model_version, pk)
