"""What features show on the page of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from platform_site.pages import Figure
from platform_site.people.models import Team
from registry.features.queries import features

SHOWN = 20


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The features that a team owns, the first of them by name, and how many there are."""
    rows = features.features().filter(owner_team=team)
    count, address = rows.count(), f"{reverse('registry:features')}?owner_team={team.slug}"
    return {"features": rows[:SHOWN], "feature_count": count, "glance": [Figure("Features", count, address)]}
