"""`manage.py export_audit`: every event as JSON lines, streamed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from platform_site.audit import queries

PROGRESS_EVERY = 10_000


class Command(BaseCommand):
    help = "Write the audit events as JSON lines, from any sequence on."

    def add_arguments(self, parser: CommandParser) -> None:
        begin = parser.add_mutually_exclusive_group()
        begin.add_argument("--from", type=int, default=1, dest="first", help="the first sequence to write")
        begin.add_argument("--after", type=int, help="the last sequence that was written before: continue after it")
        parser.add_argument("--to", type=Path, dest="target", help="the file to write; standard output by default")

    def handle(self, *, first: int, after: int | None, target: Path | None, **_: Any) -> None:
        after = first - 1 if after is None else after
        if target is None:
            self._write(after, self.stdout)
            return
        draft = target.with_name(f"{target.name}.part")
        try:
            with draft.open("w") as out:
                self._write(after, out)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def _write(self, after: int, out: Any) -> None:
        for event in queries.stored_events(after):
            out.write(json.dumps(event._asdict()) + "\n")
            if event.sequence % PROGRESS_EVERY == 0:
                self.stderr.write(f"{event.sequence} …")
