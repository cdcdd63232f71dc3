"""`manage.py import_dbt target/manifest.json`: source tables of a dbt project, and what it promises of their columns."""

from __future__ import annotations

from registry.imports.command import FileCommand
from registry.models import System


class Command(FileCommand):
    help = "Show what an import of a dbt manifest would do; do it with --apply."
    system = System.DBT
