"""The conditions that call for a platform, over the API: of given facts, and of an organization."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.actions.triggers import keep_evaluation
from assessments.api.serializers.triggers import FactsInput, TriggersOutput, TriggerStandingOutput
from assessments.domain.triggers import evaluate
from assessments.queries.assessments import organization
from assessments.queries.triggers import standing
from platform_site.api.views import Endpoint

FACTS_EXAMPLE = {
    "production_models": 4,
    "shipping_teams": 3,
    "ships_demand_or_fraud": True,
    "skew_or_drift_incidents_12m": 1,
    "teams_with_own_tooling": 3,
}


class Triggers(Endpoint):
    """`triggers/evaluate/`: reads facts and keeps nothing"""

    serializer_class = TriggersOutput
    required_scope = "read"

    @extend_schema(
        summary="Whether these facts call for a platform",
        operation_id="triggers_evaluate",
        request=FactsInput,
        responses=TriggersOutput,
        examples=[OpenApiExample("four models, three teams", request_only=True, value=FACTS_EXAMPLE)],
    )
    def post(self, request: Request) -> Response:
        return Response(TriggersOutput(evaluate(self.read(FactsInput).facts()).as_dict()).data)


class Standing(Endpoint):
    """`organizations/{slug}/triggers/`"""

    serializer_class = TriggerStandingOutput

    @extend_schema(summary="Whether an organization needs a platform", operation_id="organizations_triggers_read")
    def get(self, request: Request, slug: str) -> Response:
        """What the registry knows fills what nobody said; what moved is told since the evaluation kept last."""
        return Response(_told(slug))

    @extend_schema(
        summary="Keep the evaluation as it is now",
        operation_id="organizations_triggers_keep",
        request=None,
        responses={201: TriggerStandingOutput},
    )
    def post(self, request: Request, slug: str) -> Response:
        keep_evaluation(organization(slug), actor=self.actor)
        return Response(_told(slug), status=201)


def _told(slug: str) -> dict[str, Any]:
    found = standing(organization(slug))
    facts = found.facts._asdict()
    return TriggerStandingOutput(
        {
            "measured": sorted(facts.pop("measured")),
            "facts": facts,
            "moved": found.moved,
            "kept_at": found.kept.evaluated_at if found.kept else None,
            **found.now.as_dict(),
        }
    ).data
