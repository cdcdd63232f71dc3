"""What serving shows on the pages of models, model versions and teams."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from platform_site.people.models import Team
from registry.models import RegisteredModel
from registry.serving.queries import change_requests, deployments, reports
from registry.versions.queries import overrides
from registry.versions.queries.gates import GatedVersion


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """What serves and what runs as shadow; the newest report of each environment, for a model in production."""
    return {
        "heard": reports.latest_reports(model) if cast(Any, model).in_production else [],
        "shares": deployments.what_serves(model),
    }


def of_version(request: HttpRequest, gated: GatedVersion) -> dict[str, Any]:
    """What serving reported of a version, and the traffic that it has now."""
    return {
        "reports": reports.reports_of(gated.version)[:5],
        "shares": deployments.where_it_serves(gated.version),
    }


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The changes and overrides of a team's models that wait for a decision."""
    return {
        "changes": change_requests.waiting().filter(model__owner_team=team)[:50],
        "passes": overrides.waiting().filter(model_version__model__owner_team=team)[:50],
    }
