"""`manage.py export_heads --to FILE`: note the chain's head where writers of the database cannot change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.audit.heads import note_head


class Command(BaseCommand):
    help = "Append the chain's head to a file as a JSON line, for `verify_audit --heads`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=Path, help="a file that writers of the database cannot change; AUDIT_HEADS_FILE by default"
        )

    def handle(self, *, to: Path | None, **_: Any) -> None:
        if not note_head(to or settings.AUDIT_HEADS_FILE):
            raise CommandError("The head row is missing. Run `manage.py verify_audit`.")
