"""An organization's own levels over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.actions.rubrics import make_rubric
from assessments.api.serializers.rubrics import RubricInput, RubricOutput, levels_of
from assessments.queries.assessments import organization
from assessments.queries.rubrics import rubrics_of
from platform_site.api.views import ListEndpoint

LEVELS = [
    {"level": "1", "label": "Reproducible", "requires": ["artifact_store", "lineage"]},
    {"level": "2", "label": "Watched", "requires": ["artifact_store", "lineage", "baseline_monitoring"]},
]


class Rubrics(ListEndpoint):
    """`organizations/{slug}/rubrics/`"""

    serializer_class = RubricOutput
    ordering_fields = ("number",)

    def rows(self) -> Any:
        return rubrics_of(organization(self.kwargs["slug"]))

    @extend_schema(summary="The versions of an organization's own levels", operation_id="organizations_rubrics_list")
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Set an organization's own levels",
        operation_id="organizations_rubrics_make",
        request=RubricInput,
        responses={201: RubricOutput},
        examples=[
            OpenApiExample(
                "two levels", request_only=True, value={"reason": "Agreed with the leads.", "levels": LEVELS}
            )
        ],
    )
    def post(self, request: Request, slug: str) -> Response:
        """A level contains the one below it. Assessments begun before keep the levels that judged them."""
        given = self.read(RubricInput)
        reason = given.validated_data["reason"]
        made = make_rubric(organization(slug), levels=levels_of(given), reason=reason, actor=self.actor)
        return Response(RubricOutput(made).data, status=201)
