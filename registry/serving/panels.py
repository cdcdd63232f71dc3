"""What serving shows on the pages of models, model versions and teams."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from platform_site.pages import Figure
from platform_site.people.models import Team
from registry.models import RegisteredModel
from registry.serving.queries import change_requests, deployments, reports
from registry.versions.queries.gates import GatedVersion

SHOWN = 50  # of each kind of request


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
    """What waits for a decision about a team's models and policies."""
    waiting = change_requests.all_waiting().of_team(team)
    shown = {name: list(rows[:SHOWN]) for name, rows in waiting._asdict().items()}
    count = sum(map(len, shown.values()))
    return shown | {"glance": [Figure("Approvals waiting", count, "#waiting" if count else "")]}
