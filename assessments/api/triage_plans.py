"""Plans for the tickets over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions.triage_plans import make_plan
from assessments.api.serializers.triage_plans import OutcomeOutput, PlanInput, PlanOutput
from assessments.queries import triage_plans
from assessments.queries.assessments import assessment
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint


class Plans(ListEndpoint):
    """`tickets/plans/`"""

    serializer_class = PlanOutput
    filterset_class = filters(records.TriagePlan, assessment="assessment__id")
    ordering_fields = ("made_at",)

    def rows(self) -> Any:
        return triage_plans.plans()

    @extend_schema(summary="List plans for the tickets", operation_id="tickets_plans_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Keep a simulation as the plan of an assessment",
        operation_id="tickets_plans_make",
        request=PlanInput,
        responses={201: PlanOutput},
        examples=[
            OpenApiExample("automate access", request_only=True, value={"assessment": 1, "reductions": {"access": 0.8}})
        ],
    )
    def post(self, request: Request) -> Response:
        given = self.read(PlanInput).validated_data
        plan = make_plan(
            assessment(given["assessment"]),
            reductions=given["reductions"],
            start=given.get("from"),
            end=given.get("to"),
            actor=self.actor,
        )
        return Response(PlanOutput(plan).data, status=201)


class Plan(Endpoint):
    """`tickets/plans/{id}/`"""

    serializer_class = OutcomeOutput

    @extend_schema(summary="A plan against what happened since", operation_id="tickets_plans_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(OutcomeOutput(triage_plans.outcome(triage_plans.plan(pk))).data)
