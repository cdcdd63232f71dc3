"""`manage.py import_mlflow URL --team TEAM`: models and versions of an MLflow tracking server."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from registry.imports.actions import offer_tracking_server
from registry.imports.command import ImportCommand
from registry.models import Import
from registry.versions.command import shell_actor


class Command(ImportCommand):
    help = "Show what an import from an MLflow tracking server would do; do it with --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", nargs="?", default=settings.MLFLOW_TRACKING_URI, help="or MLFLOW_TRACKING_URI")
        parser.add_argument("--team", required=True, help="the team that the models will belong to")
        super().add_arguments(parser)

    def offered(self, *, url: str, team: str, **_: Any) -> Import:
        return offer_tracking_server(url=url, owner_team=team, actor=shell_actor())
