"""`manage.py bench NAME`: figures of one run, beside a peer's on the same machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.bench import audit, registry

BENCHES: dict[str, Callable[..., None]] = {"audit": audit.run, "registry": registry.run}


class Command(BaseCommand):
    help = "Measure, and compare with a peer in the same run. Nothing of this installation's data is read or changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--small", action="store_true", help="a try in a minute, not a figure to quote")

        parser.add_argument("--events", type=int, help="audit alone: how many events; 1,000,000 when left out")

    def handle(self, *, name: str, small: bool, events: int | None, **_: Any) -> None:
        if events is not None and (name != "audit" or events < 1):
            raise CommandError("--events is for `bench audit`, and is from 1 on.")
        asked = {} if events is None else {"events": events}
        BENCHES[name](self.stdout.write, small=small, **asked)
