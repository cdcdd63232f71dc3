"""What models and their versions show on the pages of a feature and of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from platform_site.pages import Figure
from platform_site.people.models import Team
from registry.models import Feature, ModelVersion
from registry.versions.queries import model_versions, overrides
from registry.versions.queries.blocked import blocked_in_production

SHOWN = 20


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The overrides in force that cover a conflict of a feature."""
    return {"overrides": overrides.of_feature(feature)}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The models that a team owns, the first of them by name, how many there are, and the versions that a gate blocks."""
    rows = model_versions.models().filter(owner_team=team)
    blocked = blocked_in_production(ModelVersion.objects.filter(model__owner_team=team))
    address = f"{reverse('registry:models')}?owner_team={team.slug}"
    count = rows.count()
    closed = "Their gate refuses a deployment." if blocked else "No gate blocks a version."
    figures = [
        Figure("Models", count, address),
        Figure("Blocked versions", len(blocked), "#blocked" if blocked else "", closed),
    ]
    return {"models": rows[:SHOWN], "model_count": count, "blocked": blocked, "glance": figures} | {
        "blocked_models": {version.model_id for version in blocked}
    }
