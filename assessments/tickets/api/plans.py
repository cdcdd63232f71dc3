"""Plans for the tickets over the API."""

from __future__ import annotations

from typing import Any

from assessments import models as records
from assessments.organizations.api import OfOneOrganization
from assessments.organizations.queries import get_assessment
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.queries import plans as triage_plans
from assessments.tickets.serializers.plans import OutcomeOutput, PlanInput, PlanOutput
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read


class Plans(OfOneOrganization, ListEndpoint):
    """List plans for the tickets."""

    noun = "tickets_plans"
    serializer_class = PlanOutput
    filterset_class = filters(records.TriagePlan, assessment="assessment__id")
    ordering_fields = ("made_at",)

    def rows(self) -> Any:
        return triage_plans.plans(self.organization)

    @Verb(
        "make",
        takes=PlanInput,
        status=201,
        examples={"automate access": {"assessment": 1, "reductions": {"access": 0.8}}},
    )
    def post(self) -> Any:
        """Store a simulation as the plan of an assessment."""
        fields = self.body
        return make_plan(
            get_assessment(fields["assessment"]),
            reductions=fields["reductions"],
            start=fields.get("from"),
            end=fields.get("to"),
            actor=self.actor,
        )


class Plan(Read):
    """A plan against what happened since."""

    noun = "tickets_plans"
    serializer_class = OutcomeOutput

    def content(self, pk: int) -> Any:
        return triage_plans.outcome(triage_plans.plan(pk))
