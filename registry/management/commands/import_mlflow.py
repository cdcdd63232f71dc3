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
            help="the server's address, or its name in MLFLOW_SERVERS; MLFLOW_TRACKING_URI by default",
        )
        parser.add_argument("--name", default="", help="only models with this in their name")
        parser.add_argument("--cursor", default="", help="where an earlier import ended, as its last line says")
        parser.add_argument(
            "--call",
            action="append",
            default=[],
            metavar="MLFLOW_NAME=NAME",
            help="the name here of a model whose own name gives none; may be repeated",
        )
        parser.add_argument("--team", required=True, help="the team that will own the models")
        super().add_arguments(parser)

    def offered(self, **options: Any) -> Import:
        names = dict(pair.rsplit("=", 1) for pair in options["call"] if "=" in pair)
        look = {"name": options["name"], "cursor": options["cursor"], "names": names}
        return propose_server_import(url=options["url"], owner_team=options["team"], **look, actor=shell_actor())
