"""`manage.py verify_audit`: walk the chain; exit 1 with the first broken event when it does not verify."""

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
    help = "Verify the audit chain. Exits with 1 and names the first event that does not verify."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help='JSON lines {"sequence", "hash"} noted outside the database')
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            help="verify what follows this event, after a key was lost; what is before it stays unverified",
        )
        parser.add_argument("--progress", action="store_true", help="show a progress bar even without a terminal")

    def handle(self, *, heads: Path | None, progress: bool, after: int, **_: Any) -> None:
        noted = _noted(heads) if heads else []
        on_progress = self._bar(queries.count(queries.events())) if progress or self.stderr.isatty() else None
        try:
            result = queries.verify(noted, after=after, on_progress=on_progress)
        except KeyboardInterrupt:
            raise CommandError("Interrupted before the end: no result.", returncode=130) from None
        finally:
            if on_progress:
                self.stderr.write("")
        if result.first_broken:
            self.stderr.write(
                f"The chain is broken at event {result.first_broken.sequence}: {result.first_broken.reason}."
            )
            sys.exit(1)
        unverified = f"Events 1 to {after} were not verified. From there t" if after else "T"
        self.stdout.write(
            f"{unverified}he chain is intact: {result.events} events, head {result.head.sequence} {result.head.hash}"
        )

    def _bar(self, total: int) -> Callable[[int], None]:
        """A function that shows a progress bar: how many of `total` events are verified so far."""

        def show(done: int) -> None:
            bar = "#" * round(BAR_WIDTH * done / max(total, done))
            line = f"\r[{bar:<{BAR_WIDTH}}] {done:,} of {max(total, done):,} events"
            self.stderr.write(line, style_func=str, ending="")
            self.stderr.flush()

        return show


def _noted(path: Path) -> list[Head]:
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        return [Head(int(line["sequence"]), str(line["hash"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is not a file of heads as JSON lines: {error}", returncode=2) from error
