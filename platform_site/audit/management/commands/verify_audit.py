"""`manage.py verify_audit`: walk the chain; exit 1 and the first broken event when it does not fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.audit import queries
from platform_site.audit.chain import Head


class Command(BaseCommand):
    help = "Verify the audit chain. Exit code 1 names the first event that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help='JSON lines {"sequence", "hash"} noted outside the database')

    def handle(self, *, heads: Path | None, **_: Any) -> None:
        try:
            found = queries.verify(_noted(heads) if heads else [], tell=self._told(queries.count(queries.events())))
        except KeyboardInterrupt:
            raise CommandError("Stopped: nothing was found out.", returncode=130) from None
        if sys.stderr.isatty():
            self.stderr.write("")
        if found.first_broken:
            self.stderr.write(f"Broken at event {found.first_broken.sequence}: {found.first_broken.reason}.")
            sys.exit(1)
        self.stdout.write(f"The chain is whole: {found.events} events, head {found.head.sequence} {found.head.hash}")

    def _told(self, total: int) -> Callable[[int], None] | None:
        """A bar for whoever looks on; nothing in a log."""
        if not sys.stderr.isatty():
            return None

        def tell(done: int) -> None:
            share = done / max(total, done)
            bar = "#" * round(30 * share)
            self.stderr.write(f"\r[{bar:<30}] {done:,} of {total:,} events", ending="")
            self.stderr.flush()

        return tell


def _noted(path: Path) -> list[Head]:
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        return [Head(int(line["sequence"]), str(line["hash"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} does not hold heads as JSON lines: {error}", returncode=2) from error
