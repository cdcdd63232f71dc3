"""An organization's strategy over the API: read, decided in parts, and the rehearsals that answer its last question."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.actions.strategy import decide_strategy, record_rehearsal
from assessments.api.serializers.strategy import RehearsalInput, RehearsalOutput, StrategyInput, StrategyOutput
from assessments.queries.assessments import organization
from assessments.queries.strategy import rehearsals_of, strategy_of
from platform_site.api.views import Endpoint, ListEndpoint

DECIDED = {
    "sourcing": {
        "Training": {"choice": "open_source", "own_part": "", "reason": "The team runs the scheduler already."},
        "Serving": None,
    },
    "recovery": {"compute_scaling": {"keeper": "managed", "reason": "Quota by ticket takes days."}},
}
REHEARSAL = {
    "model": "delay_forecast", "version": "v2.3.1", "rehearsed_on": "2026-11-12", "rebuilt": True, "hours": 3.25,
    "newcomer": "nora",
}  # fmt: skip


class Strategy(Endpoint):
    """`organizations/{slug}/strategy/`"""

    serializer_class = StrategyOutput

    @extend_schema(summary="What the rules advise an organization", operation_id="organizations_strategy_read")
    def get(self, request: Request, slug: str) -> Response:
        """Each piece of advice names its rule and the figures behind it. What nobody knows is asked for: answer with
        PATCH on the organization."""
        return Response(StrategyOutput(strategy_of(organization(slug))).data)

    @extend_schema(
        summary="Decide parts of a strategy otherwise than proposed",
        operation_id="organizations_strategy_decide",
        request=StrategyInput,
        responses=StrategyOutput,
        examples=[OpenApiExample("one group, one capability", request_only=True, value=DECIDED)],
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Everything or nothing. The proposal stays beside what is decided; null goes back to it."""
        given = self.read(StrategyInput).validated_data
        decided = decide_strategy(organization(slug), **given, actor=self.actor)
        return Response(StrategyOutput(strategy_of(decided)).data)


class Rehearsals(ListEndpoint):
    """`organizations/{slug}/rehearsals/`"""

    serializer_class = RehearsalOutput
    ordering_fields = ("rehearsed_on", "hours")

    def rows(self) -> Any:
        return rehearsals_of(organization(self.kwargs["slug"]))

    @extend_schema(summary="Rehearsals of rebuilding a model", operation_id="organizations_rehearsals_list")
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Record a rehearsal",
        operation_id="organizations_rehearsals_record",
        request=RehearsalInput,
        responses={201: RehearsalOutput},
        examples=[OpenApiExample("under four hours", request_only=True, value=REHEARSAL)],
    )
    def post(self, request: Request, slug: str) -> Response:
        """It is written once: a mistake is corrected by the next one."""
        given = self.read(RehearsalInput).validated_data
        return Response(
            RehearsalOutput(record_rehearsal(organization(slug), **given, actor=self.actor)).data, status=201
        )
