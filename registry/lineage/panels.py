"""What lineage events show on the page of a source table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.lineage.queries import columns, observations
from registry.models import SourceTable

SHOWN = 5


def of_source_table(request: HttpRequest, table: SourceTable) -> dict[str, Any]:
    """What waits for its owners, and where its columns come from."""
    rows = observations.waiting(table)[:SHOWN]
    return {"observations": rows, "traced": columns.traced(table)}
