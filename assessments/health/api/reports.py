"""An assessment's report as a file, over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from assessments.health.queries.reports import KINDS, PlanOf, report_file
from assessments.health.serializers.assessments import ReportOutput
from assessments.organizations.queries import get_assessment
from platform_site.api.views import Endpoint
from platform_site.documents.files import download


class Report(Endpoint):
    """An assessment's report as a file."""

    get_verb = "report"
    serializer_class = ReportOutput
    plan_of: PlanOf | None = None
    parameters = (OpenApiParameter("format", str, enum=list(KINDS), default="json"),)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """`format` names the kind of file here, not a renderer."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        responses={
            (200, "application/json"): ReportOutput,
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "text/html"): OpenApiTypes.STR,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        file = report_file(get_assessment(pk), request.query_params.get("format", "json"), self.plan_of)
        return download(file)
