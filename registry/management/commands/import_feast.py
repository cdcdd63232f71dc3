"""`feast registry-dump | manage.py import_feast - --team TEAM`: source tables and features of a Feast registry."""

from __future__ import annotations

from django.core.management.base import CommandParser

from registry.imports.command import FileCommand
from registry.models import System


class Command(FileCommand):
    help = "Show the plan of an import of `feast registry-dump`; apply it with --apply."
    system = System.FEAST

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", required=True, help="the team that will own the features")
        super().add_arguments(parser)
