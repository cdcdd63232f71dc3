"""`manage.py export_heads --to FILE`: note the chain's head where the database's writers cannot change it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platform_site.audit import queries


class Command(BaseCommand):
    help = "Append the chain's head to a file as a JSON line, for `verify_audit --heads`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="a file outside the database's reach")

    def handle(self, *, to: Path, **_: Any) -> None:
        head = queries.head()
        if head is None:
            raise CommandError("The head row is gone: run `manage.py verify_audit`.")
        with to.open("a") as noted:
            noted.write(json.dumps(head._asdict() | {"at": timezone.now().isoformat()}) + "\n")
