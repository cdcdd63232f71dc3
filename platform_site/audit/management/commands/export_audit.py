"""`manage.py export_audit`: every event as JSON lines, streamed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from platform_site.audit import queries


class Command(BaseCommand):
    help = "Write the audit events as JSON lines, from any sequence on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", type=int, default=1, dest="first", help="the first sequence to write")
        parser.add_argument("--to", type=Path, dest="target", help="a file; standard output when left out")

    def handle(self, *, first: int, target: Path | None, **_: Any) -> None:
        out = target.open("w") if target else sys.stdout
        try:
            for event in queries.stored_events(first):
                out.write(json.dumps(event._asdict()) + "\n")
        finally:
            if target:
                out.close()
