"""What checks show on the pages of data sets, features, models, model versions and teams."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from platform_site.pages import Figure, address_of
from platform_site.people.models import Team
from registry.checks.queries import checks
from registry.models import Dataset, Feature, RegisteredModel
from registry.versions.queries.gates import GatedVersion


def of_dataset(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """The checks that read a data set."""
    return {"checks": checks.over(dataset)[:50]}


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The alerts about a feature and the newest runs of its checks."""
    return {
        "alerts": checks.alerts_about(feature),
        "runs": checks.runs().filter(check_definition__feature=feature)[:10],
    }


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The open alerts of a model."""
    return {"alerts": checks.open_alerts().filter(model=model)}


def of_version(request: HttpRequest, gated: GatedVersion) -> dict[str, Any]:
    """The open alerts of a version's model."""
    return {"alerts": checks.open_alerts().filter(model=gated.version.model)}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The open alerts of a team's models, newest first, and how many there are."""
    rows = checks.open_alerts().filter(model__owner_team=team)
    address = address_of("registry:alerts", {"state": checks.UNRESOLVED, "team": team.slug})
    return {"alerts": rows[:50], "glance": [Figure("Open alerts", rows.count(), address)]}
