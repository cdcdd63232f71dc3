"""What serving shows on the pages of models, model versions and teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone

from platform_site.pages import Figure
from platform_site.people.models import Team
from platform_site.text.wording import age
from registry.models import RegisteredModel
from registry.serving.queries import change_requests, deployments, reports
from registry.versions.queries.gates import GatedVersion
from registry.versions.rules.scorecard import Fact

REHEARSED_WITHIN = timedelta(days=90)

SHOWN = 50  # of each kind of request


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The newest report of each environment, for a model in production; and the lines of its scorecard that serving answers."""
    heard = reports.latest_reports(model) if cast(Any, model).in_production else []
    return {
        "heard": heard,
        "serving_facts": [_reports(cast(Any, model), heard), _rollback(cast(Any, model))],
    }


def _reports(model: Any, heard: list[reports.LatestReport]) -> Fact:
    title, page = "Serving reports", resolve_url("registry:serving", model.name)
    if not model.in_production:
        return Fact(title, None, "No version is in the stage production.")
    silent = [latest.report.environment for latest in heard if latest.silent]
    if heard and not silent:
        return Fact(title, True, "Every environment has reported within the limit.")
    sentence = f"Silent: {', '.join(silent)}." if silent else "Serving has never reported."
    return Fact(title, False, sentence, "Open serving", page)


def _rollback(model: Any) -> Fact:
    title, page = "Rollback rehearsed", resolve_url("registry:serving", model.name)
    if not model.in_production:
        return Fact(title, None, "No version is in the stage production.")
    last = deployments.last_rollback(model)
    if last and timezone.now() - last <= REHEARSED_WITHIN:
        return Fact(title, True, f"A rollback was made or rehearsed {age(last, now=timezone.now())}.")
    since = "never" if last is None else "not in the last 90 days"
    return Fact(title, False, f"A rollback was {since} made or rehearsed.", "Rehearse a rollback", page)


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
