"""How large each table of this installation is for each of its rows, with its indexes: what a day adds is rows times that."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

SMALLEST = 1_000  # rows: below, pages that are hardly filled would be taken for rows
OF_SQLITE = "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = %s)"
OF_POSTGRESQL = "SELECT pg_total_relation_size(%s::regclass)"


def run(say: Any, *, small: bool) -> None:
    """Measure this installation, which is only read; ``small`` leaves out what is below a megabyte."""
    say(f"{'table':40}{'rows':>14}{'MB':>10}{'bytes a row':>13}")
    for size, rows, table in sorted(map(_measured, apps.get_models()), reverse=True):
        if rows < SMALLEST or (small and size < 1_000_000):
            continue
        say(f"{table:40}{rows:14,}{size / 1e6:10,.1f}{size / rows:13,.0f}")


def _measured(kind: type[Model]) -> tuple[int, int, str]:
    table = kind._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(OF_POSTGRESQL if connection.vendor == "postgresql" else OF_SQLITE, [table])
        return cursor.fetchone()[0] or 0, kind._base_manager.count(), table
