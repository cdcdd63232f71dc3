"""`manage.py import_dbt target/manifest.json`: source tables of a dbt project, and schema checks from its tests."""

from __future__ import annotations

from django.core.management.base import CommandParser

from registry.imports.command import FileCommand
from registry.models import System


class Command(FileCommand):
    help = "Show the plan of an import of a dbt manifest; apply it with --apply."
    system = System.DBT

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", default="", help="the team that will own the source tables that are new")
        super().add_arguments(parser)
