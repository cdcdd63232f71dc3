"""`manage.py seed_scale`: fill an empty installation with a registry as large as a company's."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.errors import Refused
from tests.bench.company import Company
from tests.bench.seed import READER, Scale, seed


class Command(BaseCommand):
    help = (
        "Fill an empty installation: 5,000 models over 100,000 feature versions, 50 features each. Whole or not at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in (Scale()._asdict() | Company()._asdict()).items():
            parser.add_argument(f"--{name}", type=int, default=default)

    def handle(self, **options: Any) -> None:
        scale = Scale(*(options[name] for name in Scale._fields))
        company = Company(*(options[name] for name in Company._fields))
        if min(*scale[:4], scale.teams, company.days) < 1 or scale.entries > scale.features:
            raise CommandError(
                "Give whole numbers from 1, and no more entries in a snapshot than features.", returncode=2
            )
        try:
            written = seed(scale, self._tell, company if company != Company() else None)
        except Refused as refused:
            raise CommandError(refused.message, returncode=2) from refused
        except KeyboardInterrupt:
            raise CommandError("Stopped; nothing was kept.", returncode=130) from None
        if sys.stderr.isatty():
            self.stderr.write("")
        sentence = "The registry is seeded" if written else "The registry was seeded before; nothing changed"
        self.stdout.write(f"{sentence}. `manage.py token {READER} --scope read` makes a token to read it.")

    def _tell(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{what}: {done:,} of {total:,}          ", ending="")
            self.stderr.flush()
