"""Serving reports over the API."""

from __future__ import annotations

from typing import Any

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint
from registry import models as records
from registry.serving.actions.reports import report_serving
from registry.serving.queries import reports as serving
from registry.serving.serializers.reports import ServingReportInput, ServingReportOutput
from registry.versions.queries import model_versions

HOUR = {
    "model": "demand_forecast_model",
    "version": "v2.3.1",
    "environment": "production",
    "window": ["2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z"],
    "features": {"rolling_7d_avg_orders": {"version": "37e8f223574c"}},
    "latency_ms": {"p50": 12.5, "p95": 41},
    "error_rate": 0.002,
    "predictions": 18250,
    "histogram": {"edges": [0, 50, 100, 200], "counts": [12400, 5100, 740], "below": 0, "above": 8, "missing": 2},
}


class ServingReports(ListEndpoint):
    """List serving reports."""

    serializer_class = ServingReportOutput
    filterset_class = filters(
        records.ServingReport, "environment", model="model_version__model__name", version="model_version__version"
    )
    ordering_fields = ("window_end", "reported_at")

    def rows(self) -> Any:
        return serving.reports()

    @Verb("add", takes=ServingReportInput, status=201, examples={"an hour": HOUR})
    def post(self) -> Any:
        """Report what serving really runs.

        `skew` lists where serving computes something other than the model was trained on; it opens or updates the alerts
        of that version, environment and feature. A report of a later window without it resolves them.
        """
        fields = dict(self.body)
        version = model_versions.version(fields.pop("model"), fields.pop("version"))
        return report_serving(version, **fields, actor=self.actor)
