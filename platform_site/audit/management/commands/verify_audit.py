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

BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Verify the audit chain. Exit code 1 names the first event that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help='JSON lines {"sequence", "hash"} noted outside the database')
        parser.add_argument("--progress", action="store_true", help="show a bar where there is no terminal too")

    def handle(self, *, heads: Path | None, progress: bool, **_: Any) -> None:
        noted = _noted(heads) if heads else []
        tell = self._bar(queries.count(queries.events())) if progress or self.stderr.isatty() else None
        try:
            found = queries.verify(noted, tell=tell)
        except KeyboardInterrupt:
            raise CommandError("Stopped: nothing was found out.", returncode=130) from None
        finally:
            if tell:
                self.stderr.write("")
        if found.first_broken:
            self.stderr.write(f"Broken at event {found.first_broken.sequence}: {found.first_broken.reason}.")
            sys.exit(1)
        self.stdout.write(f"The chain is whole: {found.events} events, head {found.head.sequence} {found.head.hash}")

    def _bar(self, total: int) -> Callable[[int], None]:
        """A bar for whoever looks on: how many of `total` events were whole so far."""

        def tell(done: int) -> None:
            bar = "#" * round(BAR_WIDTH * done / max(total, done))
            said = f"\r[{bar:<{BAR_WIDTH}}] {done:,} of {max(total, done):,} events"
            self.stderr.write(said, style_func=str, ending="")
            self.stderr.flush()

        return tell


def _noted(path: Path) -> list[Head]:
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        return [Head(int(line["sequence"]), str(line["hash"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} does not hold heads as JSON lines: {error}", returncode=2) from error
