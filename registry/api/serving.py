"""Serving reports over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import ListEndpoint
from registry import models as records
from registry.actions.serving import report_serving
from registry.api.serializers.serving import ServingReportInput, ServingReportOutput
from registry.queries import model_versions, serving


class ServingReports(ListEndpoint):
    """`serving-reports/`"""

    serializer_class = ServingReportOutput
    filterset_class = filters(
        records.ServingReport, "environment", model="model_version__model__name", version="model_version__version"
    )
    ordering_fields = ("window_end", "reported_at")

    def rows(self) -> Any:
        return serving.reports()

    @extend_schema(summary="List serving reports", operation_id="serving_reports_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Tell what serving really runs",
        operation_id="serving_reports_add",
        request=ServingReportInput,
        responses={201: ServingReportOutput},
        examples=[
            OpenApiExample(
                "an hour",
                request_only=True,
                value={
                    "model": "demand_forecast_model",
                    "version": "v2.3.1",
                    "environment": "production",
                    "window": ["2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z"],
                    "features": {"rolling_7d_avg_orders": {"version": "37e8f223574c"}},
                    "latency_ms": {"p50": 12.5, "p95": 41},
                    "error_rate": 0.002,
                    "predictions": 18250,
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """`skew` says where serving computes something else than the model was trained on; that opens an alert."""
        given = dict(self.read(ServingReportInput).validated_data)
        version = model_versions.version(given.pop("model"), given.pop("version"))
        report = report_serving(version, **given, actor=self.actor)
        return Response(ServingReportOutput(report).data, status=201)
