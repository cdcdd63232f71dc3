"""`manage.py backup FILE`: the database into one file, while the installation runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.roof.backup import CannotBackUp, back_up
from platform_site.text.wording import grouped_number


class Command(BaseCommand):
    help = "Write a backup of the database into a new file, while everything runs. Keys and data sets are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            manifest = back_up(file)
        except CannotBackUp as refusal:
            raise CommandError(str(refusal)) from refusal
        megabytes = grouped_number(round(manifest.bytes / 1e6, 1))
        self.stdout.write(f"{file}: {manifest.vendor}, {megabytes} MB, at least to event {manifest.head.sequence}.")
        self.stdout.write(
            "Not in it: SECRET_KEY and AUDIT_KEYS, without which it cannot be used"
            f"{_where_keys_are()}; the files of data sets under DATA_ROOTS."
        )


def _where_keys_are() -> str:
    path = settings.STATE_DIR / "secrets.json"
    return f" (here in {path})" if path.exists() else ""
