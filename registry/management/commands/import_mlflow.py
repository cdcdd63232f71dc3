"""`manage.py import_mlflow URL --team TEAM`: models and versions of an MLflow tracking server."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from registry.imports.actions import propose_server_import
from registry.imports.command import ImportCommand
from registry.models import Import
from registry.versions.command import shell_actor


class Command(ImportCommand):
    help = "Show the plan of an import from an MLflow tracking server; apply it with --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url",
            nargs="?",
            default=settings.MLFLOW_TRACKING_URI,
            help="the server's address; MLFLOW_TRACKING_URI by default",
        )
        parser.add_argument("--team", required=True, help="the team that will own the models")
        super().add_arguments(parser)

    def offered(self, **options: Any) -> Import:
        return propose_server_import(url=options["url"], owner_team=options["team"], actor=shell_actor())
