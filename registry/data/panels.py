"""What source tables show on the page of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from platform_site.people.models import Team
from registry.models import SourceTable

SHOWN = 20


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The source tables that a team owns, the first of them by name, and how many there are."""
    rows = SourceTable.objects.filter(owner_team=team).select_related("current__dataset").order_by("name")
    return {"source_tables": rows[:SHOWN], "source_table_count": rows.count()}
