"""What serving shows on the pages of models and model versions."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from registry.models import RegisteredModel
from registry.serving.queries import deployments, reports
from registry.versions.queries.gates import GatedVersion


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The newest report of each environment, for a model in production."""
    return {"heard": reports.latest_reports(model) if cast(Any, model).in_production else []}


def of_version(request: HttpRequest, gated: GatedVersion) -> dict[str, Any]:
    """What serving reported of a version, and the traffic that it has now."""
    return {
        "reports": reports.reports_of(gated.version)[:5],
        "shares": deployments.where_it_serves(gated.version),
    }
