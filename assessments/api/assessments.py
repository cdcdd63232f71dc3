"""Assessments over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions.assessments import begin_assessment, change_assessment, publish_assessment
from assessments.api.serializers.assessments import (
    AssessmentChange,
    AssessmentInput,
    AssessmentOutput,
    SummaryOutput,
)
from assessments.queries import assessments
from assessments.queries.rubrics import rubric_of
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint

ITEMS = [
    {"capability": "artifact_store", "status": "implemented", "notes": "S3, versioned."},
    {"capability": "model_registry", "status": "partial"},
]


class Assessments(ListEndpoint):
    """`assessments/`"""

    serializer_class = AssessmentOutput
    filterset_class = filters(records.Assessment, "state", organization="organization__slug")
    ordering_fields = ("assessed_on", "created_at")

    def rows(self) -> Any:
        return assessments.assessments()

    @extend_schema(summary="List assessments", operation_id="assessments_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Begin an assessment",
        operation_id="assessments_begin",
        request=AssessmentInput,
        responses={201: AssessmentOutput},
        examples=[
            OpenApiExample(
                "a first one",
                request_only=True,
                value={
                    "organization": "exampleco",
                    "assessed_on": "2026-01-05",
                    "model_count": 5,
                    "team_count": 3,
                    "items": ITEMS,
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = dict(self.read(AssessmentInput).validated_data)
        organization = assessments.organization(given.pop("organization"))
        corrects = given.pop("corrects")
        if "rubric" in given:
            given["rubric"] = rubric_of(organization, given["rubric"])
        corrected = assessments.assessment(corrects) if corrects else None
        begun = begin_assessment(organization, **given, corrects=corrected, actor=self.actor)
        return Response(AssessmentOutput(assessments.assessment(begun.pk)).data, status=201)


class Assessment(Endpoint):
    """`assessments/{id}/`"""

    serializer_class = AssessmentOutput

    @extend_schema(summary="An assessment", operation_id="assessments_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(AssessmentOutput(assessments.assessment(pk)).data)

    @extend_schema(
        summary="Change a draft",
        operation_id="assessments_change",
        request=AssessmentChange,
        responses=AssessmentOutput,
        examples=[OpenApiExample("one capability", request_only=True, value={"items": ITEMS[:1]})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """409 for a published assessment: a correction is a new one."""
        found, changed = assessments.assessment(pk), dict(self.read(AssessmentChange).validated_data)
        if "rubric" in changed:
            changed["rubric"] = rubric_of(found.organization, changed["rubric"])
        change_assessment(found, **changed, actor=self.actor)
        return Response(AssessmentOutput(assessments.assessment(pk)).data)


class Publication(Endpoint):
    """`assessments/{id}/publish/`"""

    serializer_class = AssessmentOutput

    @extend_schema(
        summary="Publish an assessment, for good",
        operation_id="assessments_publish",
        request=None,
        responses=AssessmentOutput,
    )
    def post(self, request: Request, pk: int) -> Response:
        """409 when it is published already."""
        publish_assessment(assessments.assessment(pk), actor=self.actor)
        return Response(AssessmentOutput(assessments.assessment(pk)).data)


class Summary(Endpoint):
    """`assessments/{id}/summary/`"""

    serializer_class = SummaryOutput

    @extend_schema(summary="What an assessment adds up to", operation_id="assessments_summary")
    def get(self, request: Request, pk: int) -> Response:
        return Response(SummaryOutput(assessments.summary_of(assessments.assessment(pk)).as_dict()).data)
