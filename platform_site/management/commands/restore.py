"""`manage.py restore FILE`: a backup into an empty database, verified to its last event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from platform_site.audit import queries
from platform_site.roof.backup import CannotRestore, noted_heads, restore
from platform_site.text.wording import counted


class Command(BaseCommand):
    help = "Restore a backup where there is no database yet, and verify its audit log. Exits with 1 when it is broken."
    requires_system_checks = []  # there is no database yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            manifest = restore(file)
        except CannotRestore as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Restored the {manifest.vendor} database of {manifest.made_at}.")
        result = queries.verify(noted_heads(manifest))
        if result.first_broken:
            self.stderr.write(
                f"The chain is broken at event {result.first_broken.sequence}: {result.first_broken.reason}. "
                "With other AUDIT_KEYS than those it was recorded with, no event verifies."
            )
            sys.exit(1)
        self.stdout.write(
            f"The chain is intact: {result.events} events, head {result.head.sequence} {result.head.hash}"
        )
        executor = MigrationExecutor(connection)
        if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"{counted(len(pending), 'migration')} to apply: run `manage.py migrate`.")
        if connection.vendor == "postgresql":
            self.stdout.write("Then `manage.py grant ROLE` for the role that runs the application.")
