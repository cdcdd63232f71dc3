"""When each team registered its first model version."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Min

from registry.models import ModelVersion


class Arrival(NamedTuple):
    """A team's first registered model version, by its day."""

    team: str
    day: date


def arrivals(organization_id: int | None) -> list[Arrival]:
    """The first registration of each team of an organization, oldest first; one query."""
    rows = (
        ModelVersion.objects.filter(model__owner_team__organization=organization_id)
        .order_by()
        .values_list("model__owner_team__slug")
        .annotate(first=Min("registered_at"))
        .order_by("first")
    )
    return [Arrival(team, first.date()) for team, first in rows]
