"""What models and their versions show on the pages of a feature and of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from platform_site.people.models import Team
from registry.models import Feature
from registry.versions.queries import model_versions, overrides

SHOWN = 20


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The overrides in force that cover a conflict of a feature."""
    return {"overrides": overrides.of_feature(feature)}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The models that a team owns, the first of them by name, and how many there are."""
    rows = model_versions.models().filter(owner_team=team)
    return {"models": rows[:SHOWN], "model_count": rows.count()}
