"""What imports show on the page of a source table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.imports.queries import plans as imports
from registry.imports.rules.candidates import RecordKind
from registry.models import SourceTable


def of_source_table(request: HttpRequest, table: SourceTable) -> dict[str, Any]:
    """Where a source table was imported from, and what is known of it there."""
    return {"record": imports.origin_record(RecordKind.SOURCE_TABLE, table.name)}
