"""Look at the views behind source tables: what a database computes there changes without anybody telling Plumbline."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.errors import NotReady
from platform_site.work import for_each
from registry.compute.engines.row_source import Unreadable
from registry.compute.engines.tables import Code, Table
from registry.compute.upstream import Upstream, UpstreamKind, ancestor, from_code, from_dict
from registry.compute.upstream_change import sentence
from registry.data.actions.source_tables import record_observed_source
from registry.data.queries import locations
from registry.data.queries.source_tables import read_from_databases
from registry.models import SourceTable, SourceTableVersion

DIALECT = "postgres"


def look_at_views() -> int:
    """Read the SQL of every view that a source table reads, and add a version of the table where it changed; how many.

    A table whose upstream something else supplied, such as dbt, is left to that. A view that cannot be read is recorded
    with the reason; what was known of it stays.
    """
    return for_each(read_from_databases(), _look, on_failure=_look_failed)


def _look(version: SourceTableVersion) -> bool:
    try:
        code = _code(version)
    except (NotReady, Unreadable) as problem:
        _note(version.source_table, str(problem))
        return False
    seen = _upstream(code)
    before = from_dict(version.upstream)
    added = False
    if (seen and seen.digest) != (before and before.digest):
        source = version.source._replace(upstream=seen.as_dict() if seen else None)
        added = record_observed_source(version, source, reason=_reason(version, before, seen))
    _note(version.source_table, "")
    return added


def _code(version: SourceTableVersion) -> Sequence[Code]:
    data = locations.of(version.dataset) if version.dataset else None
    if data is not None and not isinstance(data, Table):
        raise Unreadable("What computes a table behind Spark is not read: state its upstream yourself.")
    return data.computed_by() if isinstance(data, Table) else ()


def _upstream(code: Sequence[Code]) -> Upstream | None:
    """What computes a view; None for an ordinary table, of which nothing is known."""
    if not code:
        return None
    own, *others = code
    built_on = [ancestor(part.name, part.text, dialect=DIALECT) for part in others]
    return from_code(UpstreamKind.VIEW, own.name, own.text, dialect=DIALECT, ancestors=built_on, identity=own.name)


def _reason(version: SourceTableVersion, before: Upstream | None, seen: Upstream | None) -> str:
    name = (seen or before or Upstream("", version.source_table.name, "")).name
    if before is None:
        return f"The SQL of the view {name} was read from the database for the first time."
    if seen is None:
        return f"The view {name} is a table now: what computes it is not known."
    return f"The view {name} was changed in the database: {sentence(before, seen)}."


def _look_failed(version: SourceTableVersion, error: Exception) -> None:
    _note(version.source_table, f"The look at the database failed unexpectedly ({type(error).__name__}).")


def _note(table: SourceTable, problem: str) -> None:
    """Keep when it was looked at and what kept it from being read; a problem that comes or goes is an audit event."""
    with transaction.atomic():
        noted = SourceTable.objects.filter(pk=table.pk, look_problem=table.look_problem)
        if noted.update(look_problem=problem, looked_at=timezone.now()) and bool(table.look_problem) != bool(problem):
            verb = "source_table.view_unreadable" if problem else "source_table.view_readable"
            payload = {"problem": problem or table.look_problem}
            record(verb, subject=f"source_table:{table.name}", actor=SYSTEM, payload=payload)
